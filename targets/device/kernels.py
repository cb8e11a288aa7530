"""The real kernels that a case, or a person, may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.device.guests.errors import CannotStart
from targets.device.guests.running import Running

if TYPE_CHECKING:
    from targets.device.guests.kind import Kind

KERNELS: Final = ("running",)
"""Those that a case may name."""


def kind_named(name: str) -> Kind:
    """Return the kind of kernel that a person names; `CannotStart` says which there are."""
    if name == "running":
        return Running()
    raise CannotStart(f"expected {', '.join(KERNELS)}, not {name!a}")
