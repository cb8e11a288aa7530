"""The journal of a run: a line of JSON for each trial, written as it ends, to go on from later.

The first line says what was asked, so that nobody goes on with something else.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from fuzz.keep.files import KeepError
from fuzz.people.errors import UserError
from fuzz.people.measures.mutation.trial import Fate, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

    from fuzz.people.measures.mutation.mutants import Mutant

Noted: TypeAlias = "Callable[[Trial], None]"
"""Takes down one trial."""
Asked: TypeAlias = "dict[str, Any]"
"""What decides which mutants are tried, and with which cases."""


@contextmanager
def journal(path: Path | None, asked: Asked, tried: Sequence[Trial]) -> Generator[Noted]:
    """Begin a journal, with the trials that an earlier run has left; nothing is kept without one.

    What is yielded notes a trial at once. KeepError when the file cannot be written.
    """
    if path is None:
        yield _nothing
        return
    try:
        with path.open("w", encoding="utf-8") as file:

            def note(trial: Trial) -> None:
                file.write(json.dumps(_as_json(trial)) + "\n")
                file.flush()

            file.write(json.dumps({"asked": asked}) + "\n")
            for trial in tried:
                note(trial)
            yield note
    except OSError as error:
        raise KeepError("write the trials", path, error) from error


def trials_in(path: Path, asked: Asked, mutants: Sequence[Mutant]) -> list[Trial]:
    """Read the trials of those mutants from a journal that was broken off; none from no file.

    UserError when it is no journal, or that of a run which was asked for something else.
    """
    if not path.exists():
        return []
    by_name = {str(mutant): mutant for mutant in mutants}
    head, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    if _read(head) != {"asked": asked}:
        raise UserError(f"--resume: {path} is not what a run with these options has written")
    rows = [row for row in map(_read, lines) if row.get("mutant") in by_name]
    return [
        Trial(by_name[row["mutant"]], Fate(row["fate"]), row["runs"], row["by"]) for row in rows
    ]


def _nothing(trial: Trial) -> None:
    del trial


def _as_json(trial: Trial) -> Mapping[str, str | int]:
    return {
        "mutant": str(trial.mutant),
        "fate": trial.fate.value,
        "runs": trial.runs,
        "by": trial.by,
    }


def _read(line: str) -> Mapping[str, Any]:
    """Read a line; one that a dying process left half is nothing."""
    try:
        row: Any = json.loads(line)
    except ValueError:
        return {}
    return cast("Mapping[str, Any]", row) if isinstance(row, dict) else {}
