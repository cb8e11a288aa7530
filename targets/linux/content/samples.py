"""Real pages, kept in a folder and named after their contents.

The folder holds `*.pages` files: whole pages one after another, nothing else.
Names are computed from the bytes, so that no file can change what a name means.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from targets.linux.content.measure import page_name
from targets.linux.machine.page import PAGE_SIZE

PAGES_VARIABLE: Final = "SWAPSTORM_PAGES"
"""Environment variable that names the folder of sample pages, for installations without one."""

CHECKOUT_PAGES: Final = Path(__file__).resolve().parents[3] / "corpus" / "pages"
"""Where a checkout keeps its sample pages; an installed wheel has no such folder."""


class SampleError(LookupError):
    """Sample pages that cannot be had, with the remedy."""


@dataclass(frozen=True, slots=True)
class SamplePages:
    """The sample pages of one folder; none at all is legal."""

    folder: Path
    by_name: Mapping[str, bytes] = field(repr=False)
    names: tuple[str, ...]
    """All names, sorted: what a draw chooses from."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every page of `folder`; a folder that does not exist has none.

        Raises `SampleError` for a file that does not consist of whole pages.
        """
        files = sorted(folder.glob("*.pages"))
        by_name = {page_name(page): page for file in files for page in _pages_of(file)}
        return cls(folder, by_name, tuple(sorted(by_name)))

    def page(self, name: str) -> bytes:
        """Return the page called `name`; raises `SampleError` when it is not here."""
        if name not in self.by_name:
            raise SampleError(
                f"no sample page {name} in {self.folder}: "
                f"set {PAGES_VARIABLE} to the corpus/pages folder that holds it"
            )
        return self.by_name[name]


def default_samples() -> SamplePages:
    """Return the pages of the folder that `SWAPSTORM_PAGES` names, or else of the checkout.

    A folder is read once a process. Raises `SampleError` when the variable names no folder.
    """
    named = os.environ.get(PAGES_VARIABLE)
    return _load_named(named) if named else _load_once(CHECKOUT_PAGES)


def _load_named(folder: str) -> SamplePages:
    if not Path(folder).is_dir():
        raise SampleError(f"{PAGES_VARIABLE} names {folder}, which is not a folder")
    return _load_once(Path(folder))


@lru_cache(maxsize=4)
def _load_once(folder: Path) -> SamplePages:
    return SamplePages.load(folder)


def _pages_of(file: Path) -> Iterator[bytes]:
    stored = file.read_bytes()
    if len(stored) % PAGE_SIZE:
        raise SampleError(f"{file} has {len(stored)} bytes, which is not a number of whole pages")
    for at in range(0, len(stored), PAGE_SIZE):
        yield stored[at : at + PAGE_SIZE]
