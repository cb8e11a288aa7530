"""The fingerprint of all code that decides what a trial comes to, so that no two are mixed up."""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.people.packages import package_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS: Final = ("values", "world", "sanitize", "program", "search", "people/bench/canaries.py")
OURS_ALSO: Final = ("suspects.py", "backoff.py", "trial.py", "searchers.py", "canary_target.py")
"""Files beside this one; what only counts or draws may change without a new run."""
LIBRARIES: Final = ("atheris", "greenlet", "hypothesis", "lz4")


def fingerprint(targets: Iterable[str]) -> str:
    """Hash the framework as far as it decides, the packages of targets, Python and libraries."""
    digest = sha256(f"{sys.version_info[:2]}".encode())
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}".encode())
    for path in _files(targets):
        digest.update(f"{path.parent.name}/{path.name} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(targets: Iterable[str]) -> Iterator[Path]:
    here = Path(__file__).parent
    root = here.parents[1]
    for part in OURS:
        yield from sorted((root / part).rglob("*.py")) if (root / part).is_dir() else [root / part]
    yield from (here / name for name in OURS_ALSO)
    for package in sorted({package_at(where) for where in targets} - {"fuzz"}):
        spec = find_spec(package)
        for place in (spec and spec.submodule_search_locations) or ():
            yield from sorted(Path(place).rglob("*.py"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
