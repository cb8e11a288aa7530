"""A job: what a worker process is asked to search, and what it says meanwhile.

Job and messages travel as lines of JSON; both sides are this project's own, of the same version.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

EDGES: Final = "edges"
"""The signal that is not ours: edges of the target's Python code, counted by Atheris."""


@dataclass(frozen=True, slots=True)
class Job:
    """One slice of a search, for one worker process."""

    target: str
    kernel: str
    settings: dict[str, str]
    seed: int
    runs: int
    signals: tuple[str, ...]
    """Names of `fuzz.search.feedback.SIGNALS`, and `edges`."""
    corpus: str
    """The folder in which the engine keeps its own inputs; it survives the worker."""
    spool: str
    """The folder for cases with findings, and (under `kept`) for cases that brought something new."""
    known: tuple[str, ...] = ()
    """Signatures that need not be reported again."""

    def text(self) -> str:
        """Write the job on one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def parse(text: str) -> Job:
        """Read a job that `text` wrote."""
        words = json.loads(text)
        words["signals"] = tuple(words["signals"])
        words["known"] = tuple(words["known"])
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
    """A worker has stored a case with a finding that was new to it."""

    runs: int
    kind: str
    place: str
    file: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A worker met a bug of ours and stops."""

    reason: str


Message = Progress | Found | Failed

_KINDS: Final = {"progress": Progress, "found": Found, "failed": Failed}


def message_text(message: Message) -> str:
    """Write a message on one line."""
    kind = type(message).__name__.lower()
    return json.dumps({"is": kind, **asdict(message)})


def parse_message(line: str) -> Message | None:
    """Read a message; None for a line that is none (an engine prints lines of its own)."""
    if not line.startswith('{"is"'):
        return None
    words = json.loads(line)
    return _KINDS[words.pop("is")](**words)
