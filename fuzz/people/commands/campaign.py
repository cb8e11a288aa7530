"""`swapstorm campaign`: searches that go on for weeks, and survive whatever happens to them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.keep.files import KeepError, one_line
from fuzz.keep.lock import holder
from fuzz.people.campaign.logs import log_folder
from fuzz.people.campaign.running import Asked, run_campaign
from fuzz.people.campaign.screen import drawn
from fuzz.people.campaign.view import look
from fuzz.people.campaign.words import summary_line, view_json
from fuzz.people.errors import UserError
from fuzz.people.output import Status, say
from fuzz.search.process import tail_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.target import Target

FOLDER: Final = click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("campaign")
)
PATH: Final = click.Path(path_type=Path, file_okay=False)
POSITIVE: Final = click.IntRange(min=1)
STOP_SECONDS: Final = 60.0
DETACHED_SECONDS: Final = 30.0
NAP_SECONDS: Final = 0.1


@click.group()
def campaign() -> None:
    """Search several targets and kernels until somebody says stop, and survive everything."""


@campaign.command()
@FOLDER
@click.option("--target", "targets", multiple=True, help="A target: name, or MODULE:ATTRIBUTE.")
@click.option("--kernel", "kernels", multiple=True, metavar="V", help="Only these kernels.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Fix a setting.")
@click.option("--workers", type=POSITIVE, help="Processes that search; by default, one a core.")
@click.option("--corpus", type=PATH, help="Begin with the cases of a folder.")
@click.option("--crashes", type=PATH, help="Where findings go; by default, into the campaign.")
@click.option("--seed", type=click.IntRange(min=0), help="Another seed is another campaign.")
@click.option("--unit", type=click.FloatRange(min=0.5), help="Seconds that a worker stays.")
@click.option("--memory", type=click.IntRange(min=64), help="MiB that one process may have.")
@click.option("--disk", type=POSITIVE, help="MiB that the corpus may take.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0, help="Time limit; 0: none.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the web page; 0: any.")
@click.option("--no-web", is_flag=True, help="No web page, no metrics.")
@click.option("--detach", is_flag=True, help="Go on in the background.")
@click.pass_obj
def start(known: Mapping[str, Target], /, *, detach: bool, **asked: Any) -> int:
    """Begin a campaign in a folder, or go on with the one that is there.

    What is not said stays as it was. Ctrl-C stops it, as `campaign stop` does; whatever else ends
    it loses nothing that was stored.
    """
    wanted = Asked(**asked)
    if detach:
        return _detached(wanted.folder)
    return run_campaign(wanted, known)


@campaign.command()
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(folder: Path, *, as_json: bool) -> int:
    """Say how a campaign goes, or how far it came: from any terminal, at any time."""
    view = look(folder)
    if as_json:
        say(json.dumps(view_json(view)))
    elif sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

        Console().print(drawn(view))
    else:
        say(summary_line(view))
    return Status.GOOD


@campaign.command()
@FOLDER
def stop(folder: Path) -> int:
    """Stop a campaign in order, and say how far it came; `start` goes on with it."""
    pid = holder(folder)
    if pid is None:
        look(folder)  # Says so if there is none at all.
        raise UserError(f"no campaign is running in {one_line(folder)}")
    if pid == 0:
        raise UserError(f"somebody holds {one_line(folder)}, but not who is written down")
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass  # It ended this moment.
    except PermissionError:
        raise UserError(f"process {pid} is somebody else's: you may not stop it") from None
    if not _wait_until(lambda: holder(folder) != pid, STOP_SECONDS):
        raise UserError(
            f"process {pid} goes on: kill -9 {pid} ends it, and loses nothing that was stored"
        )
    say(summary_line(look(folder)))
    return Status.GOOD


def _detached(folder: Path) -> int:
    """Start the same in the background, and return once it runs."""
    words = [word for word in sys.argv[1:] if word != "--detach"]
    log = log_folder(folder) / "console.log"
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "fuzz.people.cli", *words],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
        )

    def runs() -> bool:
        with suppress(KeepError):  # It has not begun yet.
            return holder(folder) == process.pid and bool(look(folder).workers)
        return False

    if not _wait_until(lambda: process.poll() is not None or runs(), DETACHED_SECONDS):
        raise UserError(f"it does not begin; {tail_of(log)}")
    if process.poll() is not None:
        raise UserError(tail_of(log).removeprefix("its log ends: ").removeprefix("swapstorm: "))
    view = look(folder)
    page = f"; {view.url}" if view.url else ""
    say(f"process {process.pid} searches in {one_line(folder)}{page}")
    return Status.GOOD


def _wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    end = monotonic() + seconds
    while monotonic() < end:
        if holds():
            return True
        sleep(NAP_SECONDS)
    return False
