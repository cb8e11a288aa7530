"""The journal of a measurement: a line of JSON for each trial, written as it ends."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fuzz.keep.files import KeepError
from fuzz.people.errors import UserError
from fuzz.people.measures.shrinking.trial import Size, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path


@contextmanager
def journal(path: Path | None, done: Sequence[Trial]) -> Generator[Callable[[Trial], None]]:
    """Begin a journal with the trials of an earlier one; what is yielded notes a trial at once."""
    if path is None:
        yield lambda _: None
        return
    try:
        with path.open("w", encoding="utf-8") as file:

            def note(trial: Trial) -> None:
                file.write(json.dumps(asdict(trial)) + "\n")
                file.flush()

            for trial in done:
                note(trial)
            yield note
    except OSError as error:
        raise KeepError("write the trials", path, error) from error


def trials_in(path: Path) -> list[Trial]:
    """Read a journal that was broken off; a last line that is half written counts for nothing."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    try:
        return [_read(json.loads(line)) for line in lines[:-1]]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"--resume: {path} is no journal of this measurement") from None


def _read(row: dict[str, Any]) -> Trial:
    sizes: dict[str, Any] = {key: Size(*row[key]) for key in ("by_hand", "before", "after")}
    return Trial(**{**row, **sizes})
