"""What the commands say, and what they tell the shell."""

import json
from pathlib import Path
from typing import Any

import pytest

from fuzz.people.output import Status
from fuzz.program.case import Expectation
from tests.fuzz.people.toys import LOST, TARGETS, case_of, swapstorm
from tests.toys import depot

CLEAN = LOST.replace("kernel 1", "kernel 2")
DESIGNED = LOST.replace("target counter", "target designed")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, so that names are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


Said = pytest.CaptureFixture[str]


def put(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "status"),
    [
        (CLEAN, Status.GOOD),
        (LOST, Status.FAILED),
        (LOST + "expect 1 lost-update\nexpect 2 clean\n", Status.GOOD),
        (LOST + "expect 1 lost-update add\n", Status.GOOD),
        (LOST + "expect 1 lost-update elsewhere\n", Status.FAILED),
        (LOST + "expect 1 other\n", Status.FAILED),
        (LOST + "expect 1 lost-update\nexpect 2 lost-update\n", Status.FAILED),
        (LOST + "expect 2 clean\n", Status.GOOD),
        (LOST + "expect 1 cpus=1 clean\n", Status.FAILED),
        (DESIGNED + "expect 1 lost-update\nexpect 1 design=lock clean\n", Status.GOOD),
        (LOST + "expect 1 lost-update\nexpect 2 clean\nstatus open\n", Status.GOOD),
        (LOST + "expect 2 lost-update\nstatus open\n", Status.FAILED),
        (LOST + "expect 1 lost-update\nstatus fixed\n", Status.FAILED),
        (LOST + "expect 1 elsewhere\nstatus fixed\n", Status.GOOD),
        (LOST + "expect 2 lost-update\nexpect 2 clean\nstatus fixed\n", Status.GOOD),
    ],
)
def test_run_exits_with_whether_every_expectation_holds(text: str, status: Status) -> None:
    assert swapstorm("run", put("a.case", text)) == status


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--kernel", "1"], Status.GOOD),
        (["--kernel", "2"], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_only_expectations_of_the_kernel_that_was_asked_for_count(
    options: list[str], status: Status
) -> None:
    put("a.case", LOST + "expect 1 lost-update\nexpect 2 lost-update\n")
    assert swapstorm("run", "a.case", *options) == status


@pytest.mark.usefixtures("folder")
def test_where_nothing_is_expected_of_the_kernel_that_was_asked_for_it_must_be_clean() -> None:
    put("a.case", DESIGNED + "expect 1 lost-update\n")
    assert swapstorm("run", "a.case", "--design", "lock") == Status.GOOD
    assert swapstorm("run", "a.case", "--kernel", "0") == Status.FAILED
    assert swapstorm("run", "a.case", "--design", "none") == Status.GOOD


@pytest.mark.usefixtures("folder")
def test_run_says_what_it_saw(capsys: Said) -> None:
    put("clean.case", CLEAN)
    put("lost.case", LOST + "switch A counter.write#9 B\nexpect 2 lost-update\n")
    assert swapstorm("run", "clean.case", "lost.case") == Status.FAILED
    assert (
        capsys.readouterr().out
        == """\
clean.case: kernel 2: ok: clean
lost.case: kernel 1: FAILED: lost-update in add
  data-loss: an update of the counter is lost
  expect 2 lost-update: the run shows clean
    never came to 'switch A counter.write#9 B': A passed counter.write once, the last as \
'A counter.write#1'
    kernel 1 shows it
  unreached: switch A counter.write#9 B
"""
    )


@pytest.mark.usefixtures("folder")
def test_a_terminal_gets_a_table(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    put("[red]a.case", LOST + "expect 1 lost-update\n")
    assert swapstorm("run", "[red]a.case") == Status.GOOD
    out = capsys.readouterr().out
    for words in ("[red]a.case", "ok (1 of 1 expectation)", "lost-update in add", "steps", "┃"):
        assert words in out


def said_json(capsys: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("folder")
def test_json_is_one_object_a_case(capsys: Said) -> None:
    put("a.case", LOST + "switch A counter.write#9 B\nexpect 1 lost-update\nexpect 2 lost-update\n")
    put("b.case", CLEAN)
    assert swapstorm("run", "--json", "a.case", "b.case") == Status.FAILED
    lost, clean = said_json(capsys)
    finding = {
        "kind": "lost-update",
        "place": "add",
        "harm": "data-loss",
        "title": "an update of the counter is lost",
        "demonstrated": [],
    }
    assert len(lost.pop("digest")) == 64
    assert lost == {
        "case": "a.case",
        "kernel": "1",
        "findings": [finding],
        "steps": 16,
        "settings": {},
        "counters": {"value": 3},
        "expectations": [
            {
                "expectation": "expect 1 lost-update",
                "holds": True,
                "findings": [finding],
                "divergence": None,
            },
            {
                "expectation": "expect 2 lost-update",
                "holds": False,
                "findings": [],
                "divergence": {
                    "unreached": "never came to 'switch A counter.write#9 B': "
                    "A passed counter.write once, the last as 'A counter.write#1'",
                    "answers": [],
                    "elsewhere": "kernel 1 shows it",
                    "instead": "",
                },
            },
        ],
        "status": None,
        "unreached": ["switch A counter.write#9 B"],
        "holds": False,
    }
    assert list(clean)[:5] == ["case", "kernel", "findings", "steps", "digest"]
    assert clean["holds"]


@pytest.mark.usefixtures("folder")
def test_a_digest_does_not_depend_on_what_is_expected(capsys: Said) -> None:
    put("a.case", LOST)
    put("b.case", "# a comment\n" + LOST + "expect 1 lost-update\n")
    swapstorm("run", "--json", "a.case", "b.case")
    one, other = said_json(capsys)
    assert one["digest"] == other["digest"]


@pytest.mark.usefixtures("folder")
def test_a_bad_case_does_not_keep_the_others_from_running(capsys: Said) -> None:
    put("bad.case", "target counter\nkernel 3\n")
    put("lost.case", LOST)
    assert swapstorm("run", "bad.case", "lost.case") == Status.MISUSED
    said = capsys.readouterr()
    assert said.out.startswith("lost.case: kernel 1: FAILED: ")
    assert said.err == "swapstorm: bad.case:2:8: expected one of 1, 2, not '3'\n"


@pytest.mark.usefixtures("folder")
def test_show_draws_the_timeline(capsys: Said) -> None:
    put("a.case", LOST + "switch A counter.write#9 B\n")
    assert swapstorm("show", "a.case") == Status.GOOD
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Injected: ENOMEM at counter.note (B, visit 1)."
    assert lines[2].startswith("   A (CPU 0)")
    assert lines[-1] == "unreached: switch A counter.write#9 B"
    assert swapstorm("show", "a.case", "--kernel", "2") == Status.GOOD
    assert "waits for counter" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_show_lists_the_visits_that_anchors_can_name(capsys: Said) -> None:
    put("a.case", "target counter\nkernel 1\ntask A\n  add amount=1\n")
    assert swapstorm("show", "a.case", "--points") == Status.GOOD
    assert (
        capsys.readouterr().out
        == """\
A begin#1          a task is about to start
A operation#1      a task begins its next operation
A counter.note#1   get memory to note the addition [ENOMEM]
A counter.read#1   read the counter
A counter.write#1  write the counter
A end#1            a task has ended
"""
    )


@pytest.mark.usefixtures("folder")
def test_shrink_prints_a_smaller_case_that_shows_the_same(capsys: Said) -> None:
    put("a.case", LOST)
    assert swapstorm("shrink", "a.case") == Status.GOOD
    printed = capsys.readouterr().out
    smaller = case_of(printed)
    assert smaller.size < case_of(LOST).size
    assert swapstorm("shrink", "a.case", "-o", "folder/min.case") == Status.GOOD
    assert Path("folder/min.case").read_text() == printed
    assert smaller.expectations == (Expectation("1", (), "lost-update", "add"),)
    assert swapstorm("run", "folder/min.case") == Status.GOOD


@pytest.mark.usefixtures("folder")
def test_a_clean_case_cannot_be_shrunk(capsys: Said) -> None:
    put("a.case", CLEAN)
    assert swapstorm("shrink", "a.case") == Status.MISUSED
    assert capsys.readouterr().err == (
        "swapstorm: a.case: expected a case that shows a finding: this one is clean\n"
    )


def test_targets_are_listed_with_their_kernels(capsys: Said) -> None:
    assert swapstorm("targets") == Status.GOOD
    assert capsys.readouterr().out.splitlines() == [
        f"{name}\t{' '.join(target.kernels)}\t{target.sentence}" for name, target in TARGETS.items()
    ]


def test_a_target_is_described_by_what_its_cases_may_say(capsys: Said) -> None:
    assert swapstorm("targets", "depot") == Status.GOOD
    said = capsys.readouterr().out
    for setting in depot.TARGET.settings:
        row = f"{setting.name}={setting.default}\t{setting.domain.expected}\t{setting.sentence}\n"
        assert row in said
    for kind in depot.TARGET.operations:
        assert f"\n{kind.word}\t" in said
    for point in depot.TARGET.fault_points:
        assert f"\n{point.name}\t{' '.join(point.faults)}\t{point.sentence}\n" in said


def test_an_unknown_target_is_answered_with_those_there_are(capsys: Said) -> None:
    assert swapstorm("targets", "attic") == Status.MISUSED
    known = ", ".join(TARGETS)
    assert capsys.readouterr().err == f"swapstorm: targets: expected one of {known}, not attic\n"


def test_kernels_are_listed_described_and_compared(capsys: Said) -> None:
    assert swapstorm("kernels") == Status.GOOD
    assert capsys.readouterr().out == ("counter:\n  1\n  2\ndepot:\n  1\ndesigned:\n  0\n  1\n")
    assert swapstorm("kernels", "0") == Status.GOOD
    assert capsys.readouterr().out == "designed:\n  locks: no\n"
    assert swapstorm("kernels", "0", "1") == Status.GOOD
    assert capsys.readouterr().out == "designed:\n  locks: no -> yes\n"
    assert swapstorm("kernels", "1", "0") == Status.GOOD
    assert capsys.readouterr().out == "designed:\n  1 and 0 do not differ\n"


def test_targets_that_say_the_same_of_their_kernels_say_it_together(capsys: Said) -> None:
    assert swapstorm("kernels", "1") == Status.GOOD
    assert capsys.readouterr().out == (
        "counter, depot:\n  this target does not describe its kernels\ndesigned:\n  locks: yes\n"
    )


@pytest.mark.parametrize("wanted", [["9"], ["0", "2"]])
def test_a_kernel_that_nobody_has_is_an_error(capsys: Said, wanted: list[str]) -> None:
    assert swapstorm("kernels", *wanted) == Status.MISUSED
    assert capsys.readouterr().err == (
        "swapstorm: kernels: expected kernels of one target, from 1, 2, 0, "
        f"not {' and '.join(wanted)}\n"
    )


def test_the_version_is_that_of_the_package(capsys: Said) -> None:
    assert swapstorm("--version") == Status.GOOD
    assert capsys.readouterr().out == "swapstorm 0.1.0\n"
