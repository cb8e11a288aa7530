"""The store: a folder with a plan and a file for each trial that is done.

A benchmark that was interrupted goes on where it was: what is stored is not run again.
Trials of another code, other grounds or another budget are never taken for those of this plan.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import one_line, safe_name, write_atomically
from fuzz.people.bench.plan import Plan
from fuzz.people.bench.trial import Trial
from fuzz.people.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.people.bench.trial import Job

PLAN: Final = "plan.json"
TRIALS: Final = "trials"


class Store:
    """Finished trials in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which need not exist."""
        self.folder = folder

    def plan(self) -> Plan | None:
        """Read the plan of the trials that are there; None where there are none."""
        text = self._read(self.folder / PLAN)
        if text is None:
            return None
        try:
            return Plan.parse(text)
        except (ValueError, KeyError, TypeError):
            raise UserError(self._spoilt(self.folder / PLAN)) from None

    def begin(self, plan: Plan) -> None:
        """Store a plan; UserError when there are trials that do not fit it."""
        before = self.plan()
        if before is not None and not plan.measures_like(before):
            what = "other code" if plan.code != before.code else "another plan"
            raise UserError(
                f"{one_line(self.folder)} has trials of {what}: "
                "choose another folder with --into, or remove that one"
            )
        write_atomically(self.folder / PLAN, plan.text())

    def trial(self, job: Job) -> Trial | None:
        """Return how a job went; None if it is still to be done."""
        path = self._path(job.ground.name, job.searcher, job.seed)
        text = self._read(path)
        if text is None:
            return None
        try:
            trial = Trial.parse(text)
        except (ValueError, KeyError, TypeError):
            raise UserError(self._spoilt(path)) from None
        return trial if trial.budget == job.budget else None

    def add(self, trial: Trial) -> None:
        """Store a trial."""
        text = json.dumps(json.loads(trial.text()), indent=1, sort_keys=True) + "\n"
        write_atomically(self._path(trial.ground, trial.searcher, trial.seed), text)

    def _path(self, ground: str, searcher: str, seed: int) -> Path:
        name = f"{safe_name(searcher)}-{seed}.json"
        return self.folder / TRIALS / safe_name(ground) / name

    def _read(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"cannot read {one_line(path)}: {error}") from error

    def _spoilt(self, path: Path) -> str:
        return f"{one_line(path)} is no file of a benchmark: remove it, and it is made again"
