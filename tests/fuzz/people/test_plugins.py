"""Commands of other distributions: found, loaded when they are used, no harm when broken."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import click
import pytest

from fuzz.people import cli
from fuzz.people.output import Status
from fuzz.people.plugins import GROUP, contributed_commands
from tests.fuzz.people.toys import swapstorm

Said = pytest.CaptureFixture[str]


@click.command()
def hello() -> int:
    """Say hello."""
    click.echo("hello")
    return 3


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("a_distribution")
    module.hello = hello  # type: ignore[attr-defined]
    module.number = 7  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "a_distribution", module)
    found = contributed_commands(
        (
            EntryPoint("hello", "a_distribution:hello", GROUP),
            EntryPoint("lost", "no_such_distribution:lost", GROUP),
            EntryPoint("number", "a_distribution:number", GROUP),
            EntryPoint("run", "a_distribution:hello", GROUP),
        )
    )
    monkeypatch.setattr(cli, "contributed_commands", lambda: found)


def test_a_contributed_command_runs_as_ours_do(capsys: Said) -> None:
    assert swapstorm("hello") == 3
    assert capsys.readouterr().out == "hello\n"


@pytest.mark.parametrize("words", [("lost",), ("lost", "--now", "x"), ("number",)])
def test_a_broken_command_is_one_line(capsys: Said, words: tuple[str, ...]) -> None:
    assert swapstorm(*words) == Status.MISUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"swapstorm: command {words[0]} (")
    assert said.err.count("\n") == 1


def test_help_lists_all_of_them_even_broken_ones(capsys: Said) -> None:
    assert swapstorm("--help") == Status.GOOD
    said = capsys.readouterr().out
    assert "Say hello." in said
    assert "lost" in said
    assert "shrink" in said


def test_ours_come_first(capsys: Said) -> None:
    assert swapstorm("run", "no.case") == Status.MISUSED
    assert "no.case" in capsys.readouterr().err
