"""Running a campaign in this process: from what was asked for to the last line."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.corpus import Corpus
from fuzz.keep.files import KeepError, one_line
from fuzz.keep.hub.chronicle import Chronicle
from fuzz.keep.hub.local import LocalHub
from fuzz.keep.lock import FolderLock, HeldBy
from fuzz.people.campaign.plan import PLAN, Plan, lanes_of, searchable
from fuzz.people.campaign.screen import CampaignScreen
from fuzz.people.campaign.supervisor import CampaignSupervisor
from fuzz.people.campaign.view import look
from fuzz.people.campaign.web.server import WebPage
from fuzz.people.campaign.words import summary_line
from fuzz.people.errors import UserError
from fuzz.people.output import Status, say
from fuzz.people.stopping import stopped_by_signals
from fuzz.people.text import counted

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from fuzz.program.target import Target

CRASHES: Final = "crashes"
NOTES_TOLD: Final = 20
"""What is wrong with more files of a corpus nobody reads."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for; None and nothing stand for what it was before."""

    folder: Path
    targets: tuple[str, ...] = ()
    kernels: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    workers: int | None = None
    corpus: Path | None = None
    crashes: Path | None = None
    seed: int | None = None
    unit: float | None = None
    memory: int | None = None
    disk: int | None = None
    seconds: float = 0.0
    port: int = 0
    no_web: bool = False


def run_campaign(asked: Asked, known: Mapping[str, Target]) -> int:
    """Run a session; return the exit status."""
    folder = asked.folder
    try:
        lock = FolderLock(folder)
    except HeldBy as error:
        raise UserError(
            f"process {error.pid} runs a campaign in {one_line(folder)} already: "
            "look at it with `campaign status`, or choose another folder"
        ) from None
    hub = None
    try:
        hub = LocalHub(folder, monotonic)
        plan = planned(asked, Chronicle(hub.database).fact(PLAN), known)
        lanes_of(plan)
        status = _run(hub, asked, plan)
    finally:
        if hub is not None:
            hub.close()
        lock.release()
    with suppress(KeepError):
        say(summary_line(look(folder)))
    return status


def planned(asked: Asked, before: Mapping[str, Any] | None, known: Mapping[str, Target]) -> Plan:
    """Return the plan that was, with what is asked for instead."""
    crashes = str((asked.folder / CRASHES).absolute())
    fresh = Plan(targets=searchable(known), crashes=crashes, workers=os.cpu_count() or 1)
    pairs = tuple(pair.partition("=")[::2] for pair in asked.settings)
    changes = {
        "targets": asked.targets,
        "kernels": asked.kernels,
        "settings": pairs,
        "workers": asked.workers,
        "corpus": asked.corpus and str(asked.corpus.absolute()),
        "crashes": asked.crashes and str(asked.crashes.absolute()),
        "seed": asked.seed,
        "unit_seconds": asked.unit,
        "memory_mib": asked.memory,
        "disk_mib": asked.disk,
    }
    given = {name: value for name, value in changes.items() if value not in (None, ())}
    return replace(Plan.of(before) if before else fresh, **given)


def _run(hub: LocalHub, asked: Asked, plan: Plan) -> int:
    folder, caught = asked.folder, list[int]()
    notes = _notes(plan)
    with _web_page(asked) as url, CampaignScreen(folder) as screen:
        supervisor = CampaignSupervisor(hub, folder, plan, screen, url)
        with stopped_by_signals(supervisor.stop, caught, partial(_abandon, supervisor, screen)):
            for note in [*notes, *([f"look at {url}"] if url else [])]:
                supervisor.say(note)
            supervisor.run(asked.seconds)
    return Status.GOOD


@contextmanager
def _web_page(asked: Asked) -> Generator[str]:
    """Have the web page answer, unless nobody wants it; say where it is."""
    if asked.no_web:
        yield ""
        return
    page = WebPage(asked.folder, asked.port)
    try:
        yield page.url
    finally:
        page.close()


def _notes(plan: Plan) -> list[str]:
    """Say what of a corpus cannot be used; KeepError when the folder cannot be read."""
    if not plan.corpus:
        return []
    corpus = Corpus(Path(plan.corpus))
    notes = corpus.notes[:NOTES_TOLD]
    if len(corpus.notes) > NOTES_TOLD:
        notes.append(f"and {counted(len(corpus.notes) - NOTES_TOLD, 'other file')} likewise")
    return [*notes, f"begins with {counted(len(corpus), 'case')} of {one_line(corpus.folder)}"]


def _abandon(supervisor: CampaignSupervisor, screen: CampaignScreen) -> None:
    supervisor.abandon()
    screen.abandon()
