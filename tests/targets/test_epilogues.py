"""What comes of known bugs: who is hurt, by which steps, and who is not."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.program.demonstrate import STOPS, demonstrate
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.values.finding import Finding, Harm
from tests.targets.running import TARGETS

FOLDER: Final = Path(__file__).parents[2] / "corpus/known"

OVERRUN_AND_LEAK: Final = """\
target swap
kernel 4.7
config disk=zram-async
task A
  store page=0 with=text:1
  swap_out page=0
  store page=0 with=random:1
  store page=1 with=size:400:1
  swap_out page=1
fault zramd zsmalloc.pages#1 ENOMEM
fault zramd zsmalloc.pages#5 ENOMEM
fault zramd zcomp.compress#4 EINVAL
switch A operation#3 zramd
switch zramd alloc_page.sleep#1 A
"""
"""An overrun of one page's object, and after that the leak of another's."""


def known(name: str, kernel: str) -> str:
    text = (FOLDER / f"{name}.case").read_text(encoding="utf-8")
    before, _, after = text.partition("\nkernel ")
    return f"{before}\nkernel {kernel}\n{after.partition(chr(10))[2]}"


def told(text: str, kind: str) -> tuple[Finding, Finding]:
    """Return a finding of a case as its judge reports it, and with what comes of it."""
    case = parse_case(text, TARGETS)
    target = TARGETS[case.target]
    finding = next(one for one in execute(target, case).findings if one.kind == kind)
    return finding, demonstrate(target, case, finding)


def test_a_broken_chain_is_a_crash_because_the_next_allocations_die_of_it() -> None:
    before, after = told(known("A01-overrun-synchronous", "4.7"), "zsmalloc-broken-chain")
    assert (before.harm, after.harm) == (Harm.LATENT, Harm.CRASH)
    assert after.demonstrated == (
        "the next writes allocate objects of 3064 bytes until their class is full: "
        "BUG: unable to handle kernel paging request in obj_malloc",
    )


@pytest.mark.parametrize(
    ("name", "kernel", "kind", "step"),
    [
        (
            "A10-torn-image",
            "4.6",
            "torn-image",
            "root reads /dev/zram0 raw: he gets what no page ever was as block 1; no process does",
        ),
        (
            "A09-crc-mismatch",
            "4.9",
            "crc-mismatch",
            "root reads /dev/sda raw: he gets EIO for block 1; no process does",
        ),
    ],
)
def test_who_cares_of_an_image_that_only_root_can_read(
    name: str, kernel: str, kind: str, step: str
) -> None:
    _, after = told(known(name, kernel), kind)
    assert (after.harm, after.demonstrated) == (Harm.LATENT, (step,))


@pytest.mark.parametrize(
    ("name", "kernel", "kind", "harm", "last"),
    [
        (
            "B06-zero-page",
            "5.10",
            "wrong-memory",
            Harm.DATA_LOSS,
            "every process reads its pages: process 0 gets what it did not write as page 0",
        ),
        (
            "A03-leak-zero-page",
            "4.7",
            "zsmalloc-leak",
            Harm.LEAK,
            "the device is reset: page frames never come back: 3",
        ),
        (
            "A03-leak-found-at-reset",
            "4.7",
            "zsmalloc-leak",
            Harm.LEAK,
            "zram0 is reset: page frames never come back: 3",
        ),
        (
            "F06-empty-zspage-stranded",
            "4.14",
            "zsmalloc-empty-zspage",
            Harm.LEAK,
            "every owner frees his object: the pool keeps 1 pages",
        ),
        ("A01-crash-in-obj-malloc", "4.7", "zsmalloc-wild-access", Harm.CRASH, STOPS),
    ],
)
def test_the_harm_of_a_known_bug_is_shown(
    name: str, kernel: str, kind: str, harm: Harm, last: str
) -> None:
    _, after = told(known(name, kernel), kind)
    assert (after.harm, after.demonstrated[-1]) == (harm, last)


def test_a_leak_stays_a_leak_where_the_same_run_has_an_overrun_that_kills() -> None:
    _, leak = told(OVERRUN_AND_LEAK, "zsmalloc-leak")
    _, chain = told(OVERRUN_AND_LEAK, "zsmalloc-broken-chain")
    assert (leak.harm, chain.harm) == (Harm.LEAK, Harm.CRASH)
    assert leak.demonstrated[-1].startswith("the device is reset: page frames never come back: ")
