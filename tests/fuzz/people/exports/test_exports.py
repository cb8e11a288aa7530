"""The forms of a case, and the one that is for every target."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from fuzz.people.errors import UserError
from fuzz.people.exports.by_name import GROUP, exporter_named, exporter_names
from fuzz.people.exports.pytest_file import PYTEST
from fuzz.people.output import Status
from tests.fuzz.people.toys import LOST, swapstorm

ROOT = Path(__file__).parents[4]
KNOWN = ROOT / "corpus/known/A01-overrun-synchronous.case"
BROKEN = EntryPoint("toast", "nowhere:TOAST", GROUP)
NONE = EntryPoint("number", "math:pi", GROUP)


def test_forms_are_ours_and_what_is_installed() -> None:
    assert exporter_names((NONE, BROKEN)) == ("pytest", "number", "toast")
    assert exporter_named("pytest", ()) is PYTEST
    assert set(exporter_names()) >= {"pytest", "c", "sh", "syz"}


@pytest.mark.parametrize("name", [name for name in exporter_names() if name != "pytest"])
def test_what_is_installed_is_called_as_it_calls_itself(name: str) -> None:
    assert exporter_named(name).name == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("toast", "exporter toast (nowhere:TOAST) does not load: ModuleNotFoundError"),
        ("number", "exporter number (math:pi) is none: 3.14"),
        ("bread", "--to: expected one of pytest, number, toast, not 'bread'"),
    ],
)
def test_a_form_that_cannot_be_had_is_answered_in_one_line(name: str, why: str) -> None:
    with pytest.raises(UserError) as caught:
        exporter_named(name, (NONE, BROKEN))
    assert str(caught.value).startswith(why)


def test_the_test_that_is_written_passes_as_long_as_the_case_holds(tmp_path: Path) -> None:
    """In a folder of its own, with nothing but the package."""
    file = tmp_path / "test_overrun.py"
    program = ("-m", "fuzz.people.cli", "export", KNOWN, "--to", "pytest", "-o", file)
    subprocess.run([sys.executable, *program], check=True, cwd=ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith("11 passed"), done.stdout


def test_a_case_that_expects_nothing_expects_what_it_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "a.case"
    case.write_text('# say \\ and """\n' + LOST)
    assert swapstorm("export", case, "--to", "pytest") == Status.GOOD
    written = capsys.readouterr().out
    assert '"""counter of kernel 1: lost-update in add.' in written
    found: dict[str, str] = {}
    exec(written.partition("TARGETS =")[0].replace("import pytest\n", ""), found)
    assert found["CASE"] == case.read_text() + "expect 1 lost-update add\n"


def test_a_case_that_has_no_such_form_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "a.case"
    case.write_text(LOST)
    assert swapstorm("export", case, "--to", "c") == Status.MISUSED
    assert capsys.readouterr().err == (
        f"swapstorm: {case}: expected a case of zram or swap: counter is no device\n"
    )
