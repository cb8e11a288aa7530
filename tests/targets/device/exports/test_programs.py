"""What exported programs say, before any kernel runs them."""

import shutil
import subprocess
from ast import literal_eval
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.catalogue import Catalogue
from fuzz.people.source import read_case
from fuzz.program.case import Case
from fuzz.program.target import CannotRun, Target
from fuzz.program.text import parse_case
from targets.device.exports.c_program import c_program
from targets.device.exports.replay import escaped, period, replay_of
from targets.device.exports.shell_script import shell_script
from targets.device.exports.syz_program import syz_program

TARGETS: Final = Catalogue()
KNOWN: Final = sorted((Path(__file__).parents[4] / "corpus/known").glob("*.case"))

SMALL: Final = """\
target zram
kernel 4.7
config disk_pages=4
task A
  write block=1 with=same:0x41
  discard block=1
  write_zeroes block=2 count=2
task B
  read block=1
  show file=mm_stat
fault A zsmalloc.pages#1 ENOMEM
"""


def exported(write: Callable[[Target, Case], str], text: str) -> str:
    case = parse_case(text, TARGETS)
    return write(TARGETS[case.target], case)


@given(st.binary(max_size=64))
def test_a_literal_means_the_bytes_that_it_was_made_of(data: bytes) -> None:
    assert literal_eval(f'b"{escaped(data)}"') == data


@given(st.binary(min_size=1, max_size=4).filter(lambda unit: len(unit) in {1, 2, 4}))
def test_a_page_is_written_as_what_it_repeats(unit: bytes) -> None:
    page = unit * (4096 // len(unit))
    shortest = period(page)
    assert shortest * (4096 // len(shortest)) == page
    assert len(shortest) <= len(unit)


def test_a_program_says_what_cannot_be_forced() -> None:
    head = exported(c_program, SMALL).partition("*/")[0]
    assert (
        " * - The kernel is the one that runs this, not the model's 4.7 with disk_pages=4.\n"
        in head
    )
    assert " * kernel 4.7\n" in head


def test_a_comment_of_a_case_cannot_end_the_comment_of_the_program() -> None:
    case = "# */ int main;\n" + SMALL
    assert "/ int main" not in exported(c_program, case).replace(" * target", "")


def test_allocations_fail_in_the_operation_that_met_the_failure() -> None:
    case = parse_case(SMALL.replace("same:0x41", "random:1"), TARGETS)
    fails = [step.fails for step in replay_of(TARGETS["zram"], case).steps]
    assert fails == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("write", "text", "why"),
    [
        (c_program, "target zsmalloc\nkernel 4.7\n", "expected a case of zram or swap: "),
        (c_program, "target zram\nkernel 4.7\n", "expected a case with an operation"),
        (c_program, "target swap\nkernel 4.7\nconfig disk=crc\ntask A\n  load page=0\n",
         "expected a case that swaps to a zram, not to disk=crc"),
        (shell_script, "target swap\nkernel 4.7\ntask A\n  load page=0\n",
         "a script has no memory to swap out: export it to C"),
        (shell_script, "target zram\nkernel 4.7\ntask A\n  direct_write block=0 buffer=0\n",
         "a script can do nothing of it: export it to C"),
        (syz_program, "target swap\nkernel 4.7\ntask A\n  load page=0\n",
         "syzkaller's descriptions have no swap area that is a zram"),
    ],
)  # fmt: skip
def test_a_case_without_such_a_program_is_refused_with_a_sentence(
    write: Callable[[Target, Case], str], text: str, why: str
) -> None:
    with pytest.raises(CannotRun) as caught:
        exported(write, text)
    assert str(caught.value).startswith(why)


def test_a_program_of_syzkaller_has_what_its_descriptions_have() -> None:
    text = exported(syz_program, SMALL.partition("fault")[0])
    calls = [line for line in text.splitlines() if not line.startswith("#")]
    data = "41" * 4096
    name = "&(0x7f0000000000)="
    assert calls[3 * 3 :] == [
        f"r3 = openat(0xffffffffffffff9c, {name}'/dev/zram0\\x00', 0x4002, 0x0)",
        f'pwrite64(r3, &(0x7f0000001000)="{data}", 0x1000, 0x1000) (async)',
        'pread64(r3, &(0x7f0000001000)=""/4096, 0x1000, 0x1000) (async)',
        f"r4 = openat(0xffffffffffffff9c, {name}'/sys/block/zram0/mm_stat\\x00', 0x0, 0x0)",
        'read(r4, &(0x7f0000001000)=""/4096, 0x1000) (async)',
        "close(r4)",
        "ioctl$BLKZEROOUT(r3, 0x127f, &(0x7f0000001000)={0x2000, 0x2000}) (async)",
    ]
    assert "# discard block=1\n# (no description)\n" in text


@pytest.mark.slow
def test_every_known_case_of_a_device_is_a_program_that_compiles(tmp_path: Path) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler is here; install gcc and libc6-dev")
    count = 0
    for path in KNOWN:
        case = read_case(path, TARGETS)
        try:
            text = c_program(TARGETS[case.target], case)
        except CannotRun:
            continue
        count += 1
        (tmp_path / "replay.c").write_text(text)
        strict = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
        subprocess.run([compiler, *strict, tmp_path / "replay.c"], check=True)
    assert count > len(KNOWN) // 2
