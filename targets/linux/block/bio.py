"""struct bio: one request for I/O on consecutive pages of a device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.machine.page import Page


class Op(Enum):
    """What a bio asks for."""

    READ = "read"
    WRITE = "write"
    DISCARD = "discard"


@dataclass(slots=True)
class Bio:
    """A request; `error` is set before `end_io` is called, once, by whoever completes it."""

    op: Op
    sector: int
    """Where the request starts, in units of 512 bytes."""
    size: int
    """How many bytes it covers."""
    page: Page | None
    """The page to read into or write from; None for a discard."""
    end_io: Callable[[Bio], None]
    error: str = ""
    """The errno name of a failed request, empty for success."""


def bio_endio(bio: Bio, error: str = "") -> None:
    """Complete a bio."""
    bio.error = error
    bio.end_io(bio)


def bio_page(bio: Bio) -> Page:
    """Return the page of a bio that reads or writes."""
    assert bio.page is not None, "a bio that reads or writes has a page"
    return bio.page
