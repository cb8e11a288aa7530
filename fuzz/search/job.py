"""A job: what a worker process is asked to search, and what it says meanwhile.

Job and messages travel as lines of JSON; both sides are this project's own, of the same version.
A message holds all that it tells of: what was said is never lost, whatever becomes of the worker.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from fuzz.search.engines.by_name import ENGINE_DEFAULT
from fuzz.search.mutate import MUTATIONS

EDGES: Final = "edges"
"""The signal that is not ours: edges of the target's Python code, counted by Atheris."""


@dataclass(frozen=True, slots=True)
class Job:
    """One slice of a search, for one worker process."""

    target: str
    """The name of an installed target, or `module:attribute`."""
    kernel: str
    settings: dict[str, str]
    """Settings that every case has, as text."""
    seed: int
    runs: int
    signals: tuple[str, ...]
    """Names of `fuzz.search.feedback.SIGNALS`, and `edges`."""
    inputs: str
    """The folder in which the engine keeps its own inputs; it survives the worker."""
    engine: str = ENGINE_DEFAULT
    """One of `fuzz.search.engines.by_name.ENGINE_NAMES`."""
    mutations: tuple[str, ...] = MUTATIONS
    """Names of `fuzz.search.mutate.MUTATIONS`."""
    known: tuple[str, ...] = ()
    """Signatures that need not be reported again."""
    without: tuple[str, ...] = ()
    """Names of the sanitizers that are off."""
    tells_novel: bool = False
    """Whether somebody wants the cases that reach something new."""

    def text(self) -> str:
        """Write the job on one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def parse(text: str) -> Job:
        """Read a job that `text` wrote."""
        words = json.loads(text)
        for name in ("signals", "mutations", "known", "without"):
            words[name] = tuple(words[name])
        return Job(**words)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a worker has come."""

    runs: int
    features: int
    kept: int
    """Cases that brought something new."""


@dataclass(frozen=True, slots=True)
class Found:
    """A worker has met a finding that was new to it."""

    runs: int
    kind: str
    place: str
    case: str
    """The case that shows it, materialised, as text."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """Runs have shown a cycle of locks together, which no single one shows."""

    signature: str
    detail: str
    cases: tuple[str, ...]
    """What showed the parts of it, materialised, as texts."""


@dataclass(frozen=True, slots=True)
class Novel:
    """A case has reached something new."""

    case: str
    """Materialised, as text."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A worker met a bug of ours and stops."""

    reason: str


Message = Progress | Found | Crossed | Novel | Failed

_KINDS: Final = {kind.__name__.lower(): kind for kind in (Progress, Found, Crossed, Novel, Failed)}


def message_text(message: Message) -> str:
    """Write a message on one line."""
    return json.dumps({"is": type(message).__name__.lower(), **asdict(message)})


def parse_message(line: str) -> Message:
    """Read a message that `message_text` wrote."""
    words = json.loads(line)
    if "cases" in words:
        words["cases"] = tuple(words["cases"])
    return _KINDS[words.pop("is")](**words)
