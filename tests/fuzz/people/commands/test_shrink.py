"""What `swapstorm shrink` can be asked for."""

from pathlib import Path

import pytest

from fuzz.people.output import Status
from fuzz.program.case import bare
from fuzz.program.text import case_text
from tests.fuzz.people.toys import LOST, case_of, swapstorm

DESIGNED = LOST.replace("target counter", "target designed").replace("kernel 1", "kernel 0")

TWO = """\
target depot
kernel 1
task first
  reserve
  reserve
  open
  take
task last
  close
fault first depot.note#1 NO_PAPER
fault first depot.note#2 NO_PEN
switch first depot.inside#1 last
"""

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, so that names are short."""
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str) -> None:
    Path(name).write_text(text)


def test_shrinking_that_is_out_of_time_can_be_resumed(capsys: Said) -> None:
    put("a.case", LOST)
    assert swapstorm("shrink", "a.case", "--seconds", "1e-9", "-o", "min.case") == Status.GOOD
    assert capsys.readouterr().err == "not the smallest yet: it was ended after 2 runs\n"
    left = case_of(Path("min.case").read_text())
    assert swapstorm("shrink", "a.case", "-o", "min.case", "--resume") == Status.GOOD
    assert case_of(Path("min.case").read_text()).size < left.size
    assert swapstorm("shrink", "a.case", "-o", "new.case", "--resume") == Status.GOOD
    assert Path("new.case").read_text() == Path("min.case").read_text()


def test_what_is_resumed_has_to_show_the_same(capsys: Said) -> None:
    put("a.case", LOST)
    put("min.case", LOST.replace("kernel 1", "kernel 2"))
    assert swapstorm("shrink", "a.case", "-o", "min.case", "--resume") == Status.MISUSED
    assert capsys.readouterr().err == (
        "swapstorm: a.case: --resume: expected min.case to show lost-update add on kernel 1\n"
    )
    assert swapstorm("shrink", "a.case", "--resume") == Status.MISUSED
    assert capsys.readouterr().err == "swapstorm: --resume: expected -o FILE, too\n"


def test_other_findings_are_offered_with_cases_of_their_own(capsys: Said) -> None:
    put("two.case", TWO)
    assert swapstorm("shrink", "two.case", "--others", "found", "-o", "min.case") == Status.GOOD
    assert capsys.readouterr().err == (
        "met on the way: locked-in in take (hang), kept as found/locked-in-take.case\n"
    )
    assert swapstorm("run", "found/locked-in-take.case") == Status.GOOD


def test_a_case_goes_to_the_newest_kernel_only_when_it_is_asked_to(capsys: Said) -> None:
    put("a.case", DESIGNED)
    assert swapstorm("shrink", "a.case") == Status.GOOD
    stays = case_of(capsys.readouterr().out)
    assert swapstorm("shrink", "a.case", "--newest-kernel") == Status.GOOD
    goes = case_of(capsys.readouterr().out)
    assert (stays.kernel, goes.kernel) == ("0", "1")
    assert case_text(bare(goes)) == case_text(bare(stays)).replace("kernel 0", "kernel 1")
