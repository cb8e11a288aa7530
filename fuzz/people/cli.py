"""The command line: `swapstorm COMMAND ...`.

Whatever a person does wrong ends in one line on standard error and exit 2, never in a traceback.
What is our own fault shows one, and asks for a report.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.keep.files import KeepError
from fuzz.people.catalogue import Catalogue
from fuzz.people.commands.bench import bench
from fuzz.people.commands.campaign import campaign
from fuzz.people.commands.compare import compare
from fuzz.people.commands.corpus import corpus
from fuzz.people.commands.export import export
from fuzz.people.commands.fuzz import fuzz
from fuzz.people.commands.kernels import kernels
from fuzz.people.commands.matrix import matrix
from fuzz.people.commands.merge import merge
from fuzz.people.commands.predicate import predicate
from fuzz.people.commands.promises import list_promises
from fuzz.people.commands.run import run
from fuzz.people.commands.show import show
from fuzz.people.commands.shrink import shrink
from fuzz.people.commands.targets import list_targets
from fuzz.people.commands.triage import triage
from fuzz.people.commands.verify import verify
from fuzz.people.errors import UserError
from fuzz.people.output import Status, complain
from fuzz.people.plugins import contributed_commands, load_command
from fuzz.program.target import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.program.target import Target

COMMANDS: Final = (
    *(fuzz, campaign, run, show, shrink, export, corpus),
    *(triage, merge, matrix, predicate),
    *(verify, compare, bench),
    *(kernels, list_targets, list_promises),
)

OUR_BUG: Final = (
    "this is a bug of Swapstorm, not of what it tests: "
    "please report it with the lines above and the command that you typed"
)


class Commands(click.Group):
    """All commands; what they print is out, or known to be lost, when they are done."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name our own commands and those of other distributions."""
        return sorted({*super().list_commands(ctx), *contributed_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, ours first."""
        own = super().get_command(ctx, cmd_name)
        entry = contributed_commands().get(cmd_name) if own is None else None
        return own if entry is None else load_command(entry)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _stop_printing()
            return Status.READER_GONE
        return result


@click.group(
    cls=Commands, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="swapstorm", message="%(prog)s %(version)s")
def swapstorm() -> None:
    """Find, explain and keep out bugs in compressed swap."""


def main(
    arguments: Sequence[str] | None = None, targets: Mapping[str, Target] | None = None
) -> int:
    """Run one command, and return what to tell the shell; by default, for what was typed."""
    try:
        known = Catalogue() if targets is None else targets
        status = swapstorm.main(arguments, "swapstorm", standalone_mode=False, obj=known)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Status.MISUSED
    except (click.ClickException, UserError, KeepError, CannotRun) as error:
        complain(error)
        return Status.MISUSED
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted")
        return Status.INTERRUPTED
    except SystemExit as done:  # Click met a closed pipe while it printed a help text.
        return int(done.code or 0)
    except Exception:  # Whatever it is, a person could not have prevented it.
        traceback.print_exc()
        complain(OUR_BUG)
        return Status.BUG
    return int(status or Status.GOOD)


def _stop_printing() -> None:
    """Send to nowhere what is left to be printed, so that the interpreter does not fail on it."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
