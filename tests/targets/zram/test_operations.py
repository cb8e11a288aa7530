"""Several devices, several blocks, and the bugs of kernels that only the target's judges see."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from fuzz.people.asking import refused
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from targets.linux.kernel.versions import VERSIONS
from tests.targets.running import TARGETS, answers, signatures

CORPUS: Final = Path(__file__).parents[3] / "corpus"
CASES: Final = sorted((CORPUS / "zram").glob("*.case")) + sorted((CORPUS / "known").glob("*.case"))
SHIFTING: Final = ("5.10", "5.15", "5.17", "5.19", "6.1", "6.3")


def program(kernel: str, *operations: str, more: str = "") -> str:
    lines = "".join(f"  {operation}\n" for operation in operations)
    return f"target zram\nkernel {kernel}\ntask A\n{lines}{more}"


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_task_makes_a_device_uses_it_and_takes_it_away(kernel: str) -> None:
    case = program(
        kernel,
        "use device=1", "hot_add", "use device=1", "comp_algorithm name=lz4", "disksize pages=4",
        "write block=0 with=text:1", "hot_remove device=1", "read block=0", "use device=0", "close",
    )  # fmt: skip
    assert answers(case) == [
        "ENOENT", "1", "ok", "ok", "ok", "ok", "ok", "ENOENT", "ok", "EBADF",
    ]  # fmt: skip
    assert signatures(case) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_device_that_is_open_is_neither_reset_nor_removed(kernel: str) -> None:
    case = program(kernel, "open", "reset", "hot_remove device=0", "close")
    assert answers(case) == ["ok", "EBUSY", "EBUSY", "ok"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_zeros_can_be_written_on_every_kernel(kernel: str) -> None:
    case = program(
        kernel, "write block=0 with=text:1", "write_zeroes block=0 count=2", "read block=0",
        "read block=3", "write_zeroes block=15 count=2",
    )  # fmt: skip
    got = answers(case)
    assert got == ["ok", "ok", got[3], got[3], "EINVAL"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_request_that_fails_in_the_middle_may_be_done_in_part(kernel: str) -> None:
    case = program(
        kernel,
        "write_many block=0 count=3 with=text:1 then=text:2", "read block=0", "read block=1",
        more="fault A zcomp.compress#2 EINVAL\n",
    )  # fmt: skip
    assert answers(case)[0] == "EIO"
    found = [each for each in signatures(case) if "zram" in each]
    shifted = ["zram-impossible-read-zram_bvec_read", "zram-torn-image-zram_handle_bio"]
    assert found == (shifted if kernel in SHIFTING else [])


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_write_that_fails_loses_the_old_contents_in_6_14_only(kernel: str) -> None:
    case = program(
        kernel,
        "write block=0 with=text:1", "write block=0 with=text:2", "read block=0",
        more="fault A zcomp.compress#2 EINVAL\n",
    )  # fmt: skip
    lost = ["zram-impossible-read-zram_bvec_read"] if kernel == "6.14" else []
    assert signatures(case) == lost


@pytest.mark.parametrize("kernel", VERSIONS)
def test_the_limit_of_a_device_holds_and_is_counted(kernel: str) -> None:
    case = program(
        kernel,
        "mem_limit pages=1", "write block=0 with=random:1", "write block=1 with=random:2",
        "read block=1", "read block=2", "show file=io_stat",
    )  # fmt: skip
    got = answers(case)
    assert got[:3] == ["ok", "ok", "EIO"]
    assert (got[3] == got[4], got[5]) == (True, "0,1,0,0")
    assert signatures(case) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_every_kept_case_runs_on_every_kernel(kernel: str) -> None:
    """Whatever it finds there, where it can be configured so: no assertion of ours fails."""
    ran = 0
    for path in CASES:
        case = replace(parse_case(path.read_bytes(), TARGETS), kernel=kernel)
        if not refused(TARGETS[case.target], case):
            execute(TARGETS[case.target], case)
            ran += 1
    assert ran > len(CASES) * 0.9


@pytest.mark.parametrize("kernel", ["5.4", "6.3", "6.18"])
@pytest.mark.parametrize("word", ["idle", "recompress type=idle"])
def test_a_walk_over_a_huge_device_ends(kernel: str, word: str) -> None:
    head = f"target zram\nkernel {kernel}\nconfig without=all\ntask A\n"
    case = f"{head}  reset\n  echo text=99999999999 to=disksize\n  {word}\n"
    assert answers(case)[1] == "ok"
    assert signatures(case) == []
