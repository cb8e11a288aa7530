"""The module comes and goes, and its devices with it."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from tests.targets.running import answers, signatures

CASE = "target zram\nkernel {}\nconfig without=all\ntask A\n{}"
LOCKS = ("zram.index_mutex", "zram.init_lock")
"""The first that is taken where a module comes, and where it goes."""


def case(version: str, *operations: str) -> str:
    return CASE.format(version, "".join(f"  {each}\n" for each in operations))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_module_that_goes_takes_all_devices_along_and_comes_back_with_one(version: str) -> None:
    text = case(
        version,
        *("hot_add", "write block=0 with=text:0", "rmmod", "read block=0", "hot_add", "rmmod"),
        *(
            "modprobe",
            "modprobe",
            "comp_algorithm name=lz4",
            "disksize pages=2",
            "read block=0",
            "use device=1",
        ),
    )
    assert answers(text) == [
        *("1", "ok", "ok", "ENOENT", "ENOENT", "ENOENT"),
        *("ok", "ok", "ok", "ok", "c71c0011", "ENOENT"),
    ]
    assert signatures(text) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_module_stays_while_somebody_has_a_device_open(version: str) -> None:
    text = case(version, "hot_add", "use device=1", "open", "rmmod", "close", "rmmod")
    assert answers(text) == ["1", "ok", "ok", "EAGAIN", "ok", "ok"]
    assert signatures(text) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "operation", ["disksize pages=1", "reset", "hot_add", "hot_remove device=0"]
)
def test_a_module_waits_for_who_uses_a_file(version: str, operation: str) -> None:
    for place in ("zram.init_lock.lock", "bd_mutex.lock", "zram.control.use"):
        text = case(version, operation) + f"task B\n  rmmod\nswitch A {place}#1 B\n"
        assert signatures(text) == []


@pytest.mark.parametrize("version", VERSIONS[VERSIONS.index("4.20") :])
def test_block_state_is_read_in_whole_lines(version: str) -> None:
    config = "config without=all tracking=yes"
    writes = [f"write block={block} with=text:0" for block in range(3)]
    reads = [f"block_state count={count}" for count in (0, 1, 36, 37, 38, 39, 40, 41, 80, 256)]
    text = case(version, *writes, *reads).replace("config without=all", config)
    found = [answer.count(",") for answer in answers(text)[3:]]
    assert found[:3] == [0, 0, 0]
    assert found[-1] == 8
    assert found == sorted(found)
    assert signatures(text) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_module_that_comes_makes_its_device_where_nobody_else_makes_or_removes_one(
    version: str,
) -> None:
    loads = case(version, "rmmod", "modprobe")
    for place in ("zram.module.stop#2", "zram.control.use#1"):
        text = loads + f"task B\n  hot_remove device=0\nswitch A {place} B\n"
        assert signatures(text) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_device_that_is_gone_is_found_no_more_while_the_module_takes_the_next(
    version: str,
) -> None:
    text = case(version, "hot_add", "rmmod") + "task B\n  mem_limit pages=7\n"
    text += "switch A zram.init_lock.unlock#2 B\n"
    assert signatures(text) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_module_that_comes_or_goes_is_not_unloaded(version: str) -> None:
    tasks = case(version, "rmmod", "modprobe") + "task B\n  rmmod\n"
    comes, goes = (f"{tasks}switch A {lock}.lock#1 B\n" for lock in LOCKS)
    assert answers(comes) == ["ok", "EBUSY", "ok"]
    assert answers(goes) == ["EBUSY", "ok", "ok"]
    assert signatures(comes) + signatures(goes) == []
