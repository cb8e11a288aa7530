"""Commands that other distributions contribute: entry points of the group `swapstorm.commands`.

A command is loaded when somebody types it or asks for help; a broken one stands in no other's way.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Final, NoReturn

import click

from fuzz.people.errors import UserError

GROUP: Final = "swapstorm.commands"


def contributed_commands(found: tuple[EntryPoint, ...] | None = None) -> dict[str, EntryPoint]:
    """Find the commands that are installed, by name, sorted; nothing is loaded yet."""
    installed = found if found is not None else tuple(entry_points(group=GROUP))
    return {entry.name: entry for entry in sorted(installed, key=lambda e: (e.name, e.value))}


def load_command(entry: EntryPoint) -> click.Command:
    """Load a command; one that does not load is a command that says so."""
    try:
        command = entry.load()
    except Exception as error:  # Whatever a foreign module raises, the person must learn of it.
        return _broken(entry, f"does not load: {type(error).__name__}: {error}")
    if not isinstance(command, click.Command):
        return _broken(entry, f"is no command: {command!r:.60}")
    return command


def _broken(entry: EntryPoint, why: str) -> click.Command:
    problem = " ".join(f"command {entry.name} ({entry.value}) {why}".split())

    def complain(**_: object) -> NoReturn:
        raise UserError(problem)

    return click.Command(
        entry.name,
        callback=complain,
        help=f"{problem}.",
        params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True},
    )
