"""The state file of a verification: what was seen and what is left, of one program."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.files import write_atomically
from fuzz.people.errors import in_file
from fuzz.people.packages import package_at
from fuzz.verify.progress import Progress

if TYPE_CHECKING:
    from fuzz.people.verifying import Plan

FORMAT: Final = 1
EVERY_SECONDS: Final = 5.0
"""What a machine that dies may lose."""


class StateFile:
    """A file that holds how far a verification is; without a path, nothing is kept."""

    def __init__(self, path: Path | None, plan: Plan) -> None:
        """Keep it at `path`; what is there must be of the same program, bounds and source code."""
        self._path = path
        self._of = {
            "format": FORMAT,
            "version": version("swapstorm"),
            "source": _digest(plan.target) if path is not None else "",
            **plan.subject(),
        }
        self._next = EVERY_SECONDS

    def read(self) -> Progress:
        """Return how far it is; UserError for a file of something else."""
        if self._path is None or not self._path.exists():
            return Progress()
        try:
            words: dict[str, Any] = json.loads(zlib.decompress(self._path.read_bytes()))
            of = words["of"]
        except OSError as error:
            raise in_file(self._path, error.strerror or type(error).__name__) from None
        except (ValueError, KeyError, TypeError, zlib.error):
            raise in_file(self._path, "expected a file that `verify --resume` wrote") from None
        for name, value in self._of.items():
            if of.get(name) != value:
                raise in_file(self._path, f"it is of another {name}: choose another file")
        return Progress.of(words["progress"])

    def write(self, progress: Progress) -> None:
        """Keep how far it is, whole or not at all."""
        if self._path is not None:
            words = {"of": self._of, "progress": progress.words()}
            write_atomically(self._path, zlib.compress(json.dumps(words).encode(), 1))

    def write_now_and_then(self, progress: Progress, seconds: float) -> None:
        """Keep it, if that was long ago."""
        if seconds >= self._next:
            self._next = seconds + EVERY_SECONDS
            self.write(progress)


def _digest(target: str) -> str:
    """Hash the source code of what is verified, and of what verifies."""
    digest = sha256()
    for package in ("fuzz", package_at(target)):
        spec = find_spec(package)
        for root in (spec.submodule_search_locations or ()) if spec is not None else ():
            for path in sorted(Path(root).rglob("*.py")):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
