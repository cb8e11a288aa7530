"""Files by name: which there are, and what may be done with them."""

import pytest

from targets.linux.zram.device import Zram
from targets.linux.zram.sysfs import show_file, store_file
from tests.targets.linux.zram.devices import device, run


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [("mm_stat", "1", "EACCES"), ("mm_stat_", "1", "ENOENT"), ("mem_limit", "x", "EINVAL")],
)
def test_a_file_that_may_not_be_written_is_refused(name: str, text: str, error: str) -> None:
    assert run(device(), lambda zram: store_file(zram, name, text)) == [error]


@pytest.mark.parametrize(
    ("name", "error"), [("reset", "EACCES"), ("compact", "EACCES"), ("resett", "ENOENT")]
)
def test_a_file_that_may_not_be_read_is_refused(name: str, error: str) -> None:
    assert run(device(), lambda zram: show_file(zram, name)) == [error]


def test_what_is_written_to_a_file_is_read_from_it() -> None:
    def act(zram: Zram) -> None:
        store_file(zram, "reset", "1")
        store_file(zram, "disksize", "8K")
        assert show_file(zram, "disksize") == "8192"

    run(device(), act)


@pytest.mark.parametrize(
    ("kernel", "name", "answer"),
    [
        ("6.14", "max_comp_streams", "ok"),
        ("6.17", "max_comp_streams", "ENOENT"),
        ("6.8", "algorithm_params", "ENOENT"),
        ("6.12", "algorithm_params", "ok"),
        ("6.1", "recomp_algorithm", "ENOENT"),
        ("6.12", "mem_limit", "ok"),
        ("6.12", "mm_stat", "EACCES"),
    ],
)
def test_a_write_of_nothing_never_reaches_the_driver(kernel: str, name: str, answer: str) -> None:
    def act(zram: Zram) -> str:
        store_file(zram, name, "")
        return "ok"

    assert run(device(kernel), act) == [answer]
