import sys
from pathlib import Path

import pytest

from fuzz.people.catalogue import find_target
from fuzz.people.measures.digests import main
from fuzz.people.measures.standalone import ended
from fuzz.people.output import Status
from fuzz.program.execute import execute
from fuzz.program.text import parse_case

CASE = "target zram\nkernel 4.7\ntask A\n  write block=0 with=text:3\n"


def digests(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["digests", *map(str, words)])
    return ended(main)


def test_a_line_is_the_digest_of_an_outcome_and_the_name_of_its_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.case"
    file.write_text(CASE)
    target = find_target("zram")
    expected = execute(target, parse_case(CASE, {"zram": target})).digest
    assert digests(monkeypatch, file) == Status.GOOD
    assert capsys.readouterr().out == f"{expected} {file}\n"


def test_drawn_cases_have_the_name_of_their_target_and_a_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert digests(monkeypatch, "--target", "zram", "--drawn", 3) == Status.GOOD
    names = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert names == ["zram:0", "zram:1", "zram:2"]


@pytest.mark.parametrize("words", [["nowhere.case"], ["--drawn", 1, "--target", "nothing"]])
def test_a_case_or_a_target_that_is_not_there_is_told_in_one_line(
    words: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert digests(monkeypatch, *words) == Status.MISUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("swapstorm: ")
    assert said.err.count("\n") == 1
