"""Programs that scripts start: nobody who mistypes reads a traceback."""

from pathlib import Path

import pytest

from fuzz.keep.files import KeepError
from fuzz.people.errors import UserError
from fuzz.people.measures.standalone import CHECKOUT, ended, setting_in
from fuzz.people.output import Status


def raising(error: BaseException) -> int:
    raise error


def test_the_kept_cases_are_found_in_the_checkout() -> None:
    assert (CHECKOUT / "corpus/known").is_dir()
    assert (CHECKOUT / "pyproject.toml").is_file()


def test_a_program_ends_with_what_it_says() -> None:
    assert ended(lambda: 1) == 1
    assert ended(lambda: None) == Status.GOOD


def test_a_folder_that_cannot_be_used_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    full = KeepError("store a case", Path("there"), OSError(28, "No space left on device"))
    assert ended(lambda: raising(full)) == Status.MISUSED
    assert capsys.readouterr().err.startswith("swapstorm: cannot store a case in there: No space")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UserError("x: expected y"), Status.MISUSED, "swapstorm: x: expected y\n"),
        (KeyboardInterrupt(), Status.INTERRUPTED, "swapstorm: interrupted\n"),
    ],
)
def test_what_a_person_did_is_one_line(
    error: BaseException, status: Status, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(lambda: raising(error)) == status
    assert capsys.readouterr().err == said


def test_our_own_bugs_stay_visible() -> None:
    with pytest.raises(AssertionError):
        ended(lambda: raising(AssertionError("our bug")))


def test_a_setting_is_a_name_and_a_value() -> None:
    assert setting_in("--set", "with=a=b") == ("with", "a=b")
    with pytest.raises(UserError, match="--set: expected NAME=VALUE, not 'nonsense'"):
        setting_in("--set", "nonsense")
