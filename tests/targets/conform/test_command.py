"""`swapstorm conform`: what it prints, what it tells the shell, what it refuses."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from fuzz.people.cli import main
from fuzz.people.output import Status
from fuzz.program.text import parse_case
from targets.conform import command
from targets.device.guests.errors import CannotStart, GuestLost
from targets.zram import TARGET as ZRAM
from tests.targets.conform.model_kernel import Lie, ModelKernel, honest
from tests.targets.conform.test_campaign import one_page_too_many

Said = pytest.CaptureFixture[str]


class FakeGuest(ModelKernel):
    """A guest that starts at once, or does not."""

    def __init__(self, lie: Lie = honest, error: BaseException | None = None) -> None:
        super().__init__("6.18", lie)
        self._error = error

    def __enter__(self) -> Self:
        if self._error:
            raise self._error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        pass


def conform(
    monkeypatch: pytest.MonkeyPatch,
    *words: str,
    lie: Lie = honest,
    error: BaseException | None = None,
) -> int:
    monkeypatch.setattr(command, "Guest", lambda _: FakeGuest(lie, error))
    return main(["conform", "--seed", "3", *words])


def test_agreement_is_exit_0_with_a_table_of_operations(
    monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    assert conform(monkeypatch, "--programs", "8") == Status.GOOD
    said = capsys.readouterr()
    assert "8 programs" in said.out
    assert "0 differences" in said.out
    assert "write" in said.out
    assert "Linux 6.18.7 with the model of 6.18" in said.err


def test_json_has_all_the_numbers(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    assert conform(monkeypatch, "--programs", "8", "--json") == Status.GOOD
    told = json.loads(capsys.readouterr().out)
    assert told["programs"] == 8
    assert told["operations"] == told["answers"] == sum(told["used"].values())
    assert told["differences"] == 0
    assert told["found"] == []


def test_a_difference_is_exit_1_and_its_program_can_be_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    words = ("--programs", "25", "--save", str(tmp_path), "--json")
    assert conform(monkeypatch, *words, lie=one_page_too_many) == Status.FAILED
    said = capsys.readouterr()
    assert "mm_stat differs after `discard block=" in said.err
    assert "| task A" in said.err
    assert json.loads(said.out)["found"][0]["place"] == "discard.mm_stat"
    saved = (tmp_path / "conform-differs-discard.mm_stat.case").read_text()
    assert parse_case(saved, {"zram": ZRAM}).size == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--against", "moon"), "moon: no such kernel; name running"),
        (("--kernel", "5.18"), "--kernel: expected one of 4.6, 4.7"),
        (("--seconds", "nan"), "--seconds: expected a number"),
    ],
)
def test_bad_options_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, words: tuple[str, ...], complaint: str
) -> None:
    assert conform(monkeypatch, *words) == Status.MISUSED
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [
        CannotStart("running: making zram devices takes root; run this as root"),
        GuestLost("uml: did not boot within 20 seconds", ("last", "words")),
    ],
)
def test_a_kernel_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, error: Exception
) -> None:
    assert conform(monkeypatch, error=error) == Status.MISUSED
    said = capsys.readouterr().err
    assert said.startswith(f"swapstorm: {error}")
    assert said.count("\n") == 1


def test_ctrl_c_is_told_the_shell_as_it_counts_signals(
    monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    assert conform(monkeypatch, error=KeyboardInterrupt()) == Status.INTERRUPTED
    assert capsys.readouterr().err == "\nswapstorm: interrupted\n"
