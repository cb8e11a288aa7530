"""What `swapstorm compare` says, and what it tells the shell."""

import json
from pathlib import Path

import click
import pytest

from fuzz.people.commands import compare as command
from fuzz.people.output import Status
from tests.fuzz.people.toys import LOST, swapstorm

DESIGNED = LOST.replace("target counter", "target designed")

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with two cases, so that names are short."""
    monkeypatch.chdir(tmp_path)
    Path("cases/deep").mkdir(parents=True)
    Path("cases/b.case").write_text(DESIGNED)
    Path("cases/deep/a.case").write_text(DESIGNED + "switch A counter.write#9 B\n")
    Path("cases/notes.txt").write_text("not a case")
    return tmp_path


def test_designs_stand_side_by_side_in_a_table_for_a_mail(capsys: Said) -> None:
    assert swapstorm("compare", "cases") == Status.GOOD
    assert (
        capsys.readouterr().out
        == """\
| findings      | none | lock |
| ------------- | ---- | ---- |
| cases         | 2    | 2    |
| clean         | -    | 1    |
| data-loss     | 2    | -    |
| - lost-update | 2    | -    |
| unreached     | 1    | 1    |

| costs         | none | lock |
| ------------- | ---- | ---- |
| value         | 6    | 14   |
| points passed | 32   | 42   |

| locks   | none | lock    |
| ------- | ---- | ------- |
| all     | -    | 4 26 10 |
| counter | -    | 4 26 10 |

Findings count cases: one that breaks several promises counts for each.
unreached: the case never came to all its faults and switches. cut short: the
machine stopped or hung before the tasks were done. Costs add up over the cases.
Locks: times taken, points held in all, points held at the longest.
"""
    )


def test_what_cannot_be_is_said_once(capsys: Said) -> None:
    assert swapstorm("compare", "cases/b.case", "--kernels", "all", "--designs", "lock") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:4] == ["| cases    | n/a | 1 |", "| clean    |     | 1 |"]
    assert lines[-2:] == ["Everywhere: design=lock.", "n/a: 0: kernel 0 has no locks."]
    assert sum(line.count("n/a") for line in lines) == 2


def test_a_terminal_gets_tables_that_fit(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    configs = [word for cpus in (1, 2, 3, 4) for word in ("--config", f"cpus={cpus}")]
    assert swapstorm("compare", "cases", "--kernels", "1", "--designs", "all", *configs) == 0
    lines = click.unstyle(capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("lock cpus=4" in line for line in lines) == 3
    assert "\u2503" in lines[1], "it is drawn"


def test_markdown_is_the_same_wherever_it_goes(
    capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert swapstorm("compare", "cases", "--markdown") == Status.GOOD
    plain = capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert swapstorm("compare", "cases", "--markdown") == Status.GOOD
    assert capsys.readouterr().out == plain


def test_json_has_all_of_it(capsys: Said) -> None:
    words = ["compare", "cases", "--json", "--kernels", "all", "--designs", "lock"]
    assert swapstorm(*words) == Status.GOOD
    said = json.loads(capsys.readouterr().out)
    assert said["cases"] == ["cases/b.case", "cases/deep/a.case"]
    old, new = said["variants"]
    assert (old["ran"], old["impossible"]) == (0, {"kernel 0 has no locks": 2})
    assert new == {
        "title": "1",
        "kernel": "1",
        "settings": {"design": "lock"},
        "ran": 2,
        "clean": 1,
        "unreached": 1,
        "cut_short": 0,
        "impossible": {},
        "harms": {},
        "kinds": {},
        "steps": 42,
        "counters": {"value": 14},
        "highest": {},
        "locks": {"counter": {"taken": 4, "held": 26, "longest": 10}},
    }


def test_a_case_that_is_named_twice_counts_once(capsys: Said) -> None:
    assert swapstorm("compare", "cases", "cases/b.case", "--json") == Status.GOOD
    assert len(json.loads(capsys.readouterr().out)["cases"]) == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["none.case"], "none.case: No such file or directory"),
        (["empty"], "empty: expected a folder with files `*.case`"),
        (["cases/notes.txt"], "cases/notes.txt:1:1: expected a line 'target NAME', not 'not'"),
        (["cases", "--designs", "v3"], "--designs: expected one of none, lock, not 'v3'"),
        (["cases", "--kernels", "9"], "--kernels: expected one of 0, 1, not '9'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: list[str], complaint: str, capsys: Said) -> None:
    Path("empty").mkdir()
    assert swapstorm("compare", *words) == Status.MISUSED
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"swapstorm: {complaint}\n")


def test_an_interrupt_ends_it_with_one_line(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "compare_cases", interrupted)
    assert swapstorm("compare", "cases") == Status.INTERRUPTED
    assert capsys.readouterr().err.strip() == "swapstorm: interrupted"
