"""Statuses that `git bisect run` and reducers understand: nothing else of it matters to them."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.people.cli import main
from fuzz.values.choices import Choices
from tests.fuzz.people.toys import TARGETS, swapstorm
from tests.fuzz.people.triage.cases import FIXED, SMALL
from tests.toys import troubled


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def file(text: str | bytes) -> Path:
    path = Path("a.case")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def status(text: str | bytes, *options: str) -> int:
    return swapstorm("predicate", file(text), *options)


def test_a_case_that_shows_its_finding_is_0_and_one_that_does_not_1() -> None:
    assert status(SMALL) == 0
    assert status(FIXED) == 1
    assert status(SMALL, "--kernel", "2") == 1


def test_for_the_change_that_brought_a_bug_both_are_swapped() -> None:
    assert status(SMALL, "--absent") == 1
    assert status(FIXED, "--absent") == 0


def test_another_finding_than_the_one_looked_for_is_not_it() -> None:
    bare = SMALL.replace("expect 1 lost-update add\n", "")
    assert status(bare, "--finding", "lost-update") == 0
    assert status(bare, "--finding", "lost-update-add") == 0
    assert status(bare, "--finding", "lost-update-read") == 1
    assert status(SMALL.replace("add\n", "read\n", 9)) == 1


def test_a_case_that_does_not_say_what_to_look_for_shows_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status(SMALL.replace("expect 1 lost-update add\n", "")) == 1
    assert "nothing to look for" in capsys.readouterr().err


@pytest.mark.parametrize("garbage", [b"", b"\0", b"\xff\xfe", b"target", b"#" * 1_000_001])
def test_garbage_shows_nothing_and_is_to_be_skipped_by_a_bisection(garbage: bytes) -> None:
    assert status(garbage) == 1
    assert status(garbage, "--absent") == 1
    assert status(garbage, "--bisect") == 125


def test_whatever_a_reducer_leaves_is_answered_with_0_or_1() -> None:
    choices = Choices(7)
    answers = set[int]()
    for _ in range(300):
        data = bytearray(SMALL.encode())
        for _ in range(1 + choices.below(3)):
            at = choices.below(len(data))
            data[at : at + choices.below(30)] = choices.one_of(
                (b"", b" ", b"\n", b"#", b"A1", b"\xff")
            )
        answers.add(status(bytes(data)))
    assert answers == {0, 1}


@pytest.mark.parametrize("words", [["nowhere"], [], ["a.case", "--no-such-option"]])
def test_misuse_ends_a_bisection(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    file(SMALL)
    assert swapstorm("predicate", *words) == 129
    assert capsys.readouterr().err.startswith("swapstorm: ")


def test_a_revision_that_is_broken_itself_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(troubled.Troubled):
        def build(self, *_: Any, **__: Any) -> Any:
            raise AssertionError("two and two are five")

    assert main(["predicate", str(file(SMALL))], {**TARGETS, "counter": Broken()}) == 125
    assert "two and two are five" in capsys.readouterr().err


ROOT: Final = Path(__file__).parents[4]
TOY: Final = f"""\
import sys
sys.path.insert(0, {str(ROOT)!r})
from fuzz.people.cli import main
from tests.fuzz.people.toys import TARGETS
sys.exit(main(sys.argv[1:], TARGETS))
"""


def test_git_bisect_finds_the_commit_that_mends_a_case() -> None:
    """A repository whose commits change the kernel that the case is for: commit 4 mends it."""
    Path("toy.py").write_text(TOY)
    Path("repository").mkdir()

    def git(*words: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        command = ["git", "-C", "repository", *identity, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    for number, text in enumerate([SMALL, SMALL, "half", SMALL, FIXED, FIXED]):
        Path("repository/a.case").write_text(f"# {number}\n{text}")
        git("add", ".")
        git("commit", "--quiet", "--message", f"commit {number}")
    git("bisect", "start", "--term-old=shows", "--term-new=gone", "HEAD", "HEAD~5")
    toy = str(Path("toy.py").absolute())
    told = git("bisect", "run", sys.executable, toy, "predicate", "--bisect", "a.case")
    assert "is the first gone commit" in told
    assert git("log", "-1", "--format=%s", "bisect/gone").strip() == "commit 4"
