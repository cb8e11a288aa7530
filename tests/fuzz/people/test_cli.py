"""Whatever a person does wrong: one line that says where, exit 2, no traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.cli import OUR_BUG, main
from fuzz.people.output import Status
from tests.fuzz.people.toys import LOST, swapstorm
from tests.toys.counter import CounterTarget

ROOT: Final = Path(__file__).parents[3]
COMMAND: Final = (
    "import sys; from tests.fuzz.people.toys import TARGETS; from fuzz.people.cli import main; "
    "sys.exit(main(sys.argv[1:], TARGETS))"
)

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lost.case").write_text(LOST)
    Path("designed.case").write_text(LOST.replace("target counter", "target designed"))


def complaint(capsys: Said, *words: object) -> str:
    assert swapstorm(*words) == Status.MISUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("swapstorm: ")
    assert said.err.count("\n") == 1
    return said.err.removeprefix("swapstorm: ").rstrip("\n")


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (b"", "1:1: expected a line 'target NAME'"),
        (b"hello\n", "1:1: expected a line 'target NAME', not 'hello'"),
        (b"target moon\n", "1:8: expected one of counter, depot, designed, not 'moon'"),
        (b"target counter\nkernel 7\n", "2:8: expected one of 1, 2, not '7'"),
        (
            b"target counter\nkernel 1\nconfig colour=red\n",
            "3:8: expected one of cpus, once, not 'colour'",
        ),
        (
            b"target counter\nkernel 1\nconfig cpus=9\n",
            "3:13: expected a number from 1 to 4, not '9'",
        ),
        (
            b"target counter\nkernel 1\ntask A\n  multiply\n",
            "4:3: expected one of add, read, not 'multiply'",
        ),
        (
            b"target counter\nkernel 1\ntask A\n  add number=1\n",
            "4:7: expected one of amount, once, not 'number'",
        ),
        (b"target counter\nkernel 1\ntask A\n  add\n", "4:6: expected amount=a number from 1 to 9"),
        (b"target counter\n\xff\n", "2:1: expected UTF-8 text"),
        (b"\x7fELF\x02\x01\x01\0\0", "1:1: expected printable text, not '\\x7f'"),
        (b"#" * 10_000_000, "1:1: expected a case of at most 1,000,000 bytes"),
    ],
)
def test_a_bad_case_is_said_to_be_bad_where_it_is(
    capsys: Said, contents: bytes, expected: str
) -> None:
    Path("bad.case").write_bytes(contents)
    for command in ("run", "show", "shrink"):
        assert complaint(capsys, command, "bad.case") == f"bad.case:{expected}"


@given(st.binary(max_size=300))
def test_rubbish_is_an_error_and_nothing_else(contents: bytes) -> None:
    path = Path("rubbish.case")
    path.write_bytes(contents)
    assert swapstorm("run", path) == Status.MISUSED


def test_a_file_without_end_is_not_read_to_its_end(capsys: Said) -> None:
    with Path("huge.case").open("wb") as file:
        file.truncate(1 << 40)
    assert complaint(capsys, "run", "huge.case").startswith("huge.case:1:1: expected a case of at")
    assert complaint(capsys, "run", "/dev/zero").startswith("/dev/zero:1:1: expected a case of at")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "missing.case"], "missing.case: No such file or directory"),
        (["run", "."], ".: Is a directory"),
        (["run", "lost.case/deeper"], "lost.case/deeper: Not a directory"),
        (["run", "x" * 300], "x" * 300 + ": File name too long"),
        (["run", "a\nb"], "a\\nb: No such file or directory"),
        (["run"], "Missing argument 'CASE...'."),
        (["run", "lost.case", "--fast"], "No such option '--fast'."),
        (["rum"], "No such command 'rum'."),
        (["show", "lost.case", "lost.case"], "Got unexpected extra argument (lost.case)"),
        (["run", "lost.case", "--kernel"], "Option '--kernel' requires an argument."),
        (
            ["run", "lost.case", "--kernel", "3"],
            "lost.case: --kernel: expected one of 1, 2, not '3'",
        ),
        (
            ["show", "lost.case", "--design", "v2"],
            "lost.case: --design: the target counter has no designs to choose from",
        ),
        (
            ["run", "designed.case", "--design", "v2"],
            "designed.case: --design: expected one of none, lock, not 'v2'",
        ),
        (
            ["run", "designed.case", "--kernel", "0", "--design", "lock"],
            "designed.case: kernel 0: kernel 0 has no locks",
        ),
        (
            ["shrink", "lost.case", "-o", "lost.case/min.case"],
            "cannot store min.case in lost.case: File exists; "
            "something else has that name: move it away",
        ),
    ],
)
def test_bad_usage_is_said_in_one_line(capsys: Said, words: list[str], expected: str) -> None:
    said = complaint(capsys, *words)
    assert said == expected or said.startswith(expected + " ")


@pytest.fixture
def _unreadable() -> Generator[None]:
    """Lock a file up, and be nobody for a while: root may read everything."""
    Path("lost.case").chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.mark.usefixtures("_unreadable")
def test_an_unreadable_file_is_an_error(capsys: Said) -> None:
    assert complaint(capsys, "run", "lost.case") == "lost.case: Permission denied"


def test_an_expectation_that_cannot_be_run_is_an_error(capsys: Said) -> None:
    text = Path("designed.case").read_text() + "expect 0 design=lock clean\n"
    Path("a.case").write_text(text)
    assert "kernel 0 has no locks" in complaint(capsys, "run", "a.case")


def test_a_command_line_without_a_command_gets_help_and_fails(capsys: Said) -> None:
    assert swapstorm() == Status.MISUSED
    assert "Usage: swapstorm" in capsys.readouterr().err
    assert swapstorm("--help") == Status.GOOD
    assert "Usage: swapstorm" in capsys.readouterr().out


class BuggyTarget(CounterTarget):
    def build(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("two and two are five")


def test_our_own_bug_shows_a_traceback_and_asks_for_a_report(capsys: Said) -> None:
    assert main(["run", "lost.case"], {"counter": BuggyTarget()}) == Status.BUG
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith(f"AssertionError: two and two are five\nswapstorm: {OUR_BUG}\n")


def started(*words: str, **options: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", COMMAND, *words]
    return subprocess.Popen(command, env=environment, text=True, stderr=subprocess.PIPE, **options)


@pytest.mark.parametrize(
    "words", [["run", *["lost.case"] * 3], ["run", "--json", "lost.case"], ["show", "lost.case"]]
)
def test_a_reader_that_leaves_is_no_error(words: list[str]) -> None:
    with started(*words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == Status.READER_GONE


def test_ctrl_c_ends_with_130_and_no_traceback() -> None:
    os.mkfifo("endless.case")
    process = started("run", "endless.case", stdout=subprocess.DEVNULL)
    with Path("endless.case").open("wb"):  # Opens when the command reads.
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert said.strip() == "swapstorm: interrupted"
    assert process.returncode == Status.INTERRUPTED
