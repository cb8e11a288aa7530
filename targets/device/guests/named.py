"""The kernels that a person can name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.device.guests.errors import CannotStart
from targets.device.guests.qemu import Qemu
from targets.device.guests.running import Running
from targets.device.guests.uml import Uml

if TYPE_CHECKING:
    from targets.device.guests.kind import Kind

INSTALLED: Final = ("running", "uml", "qemu:6.1", "qemu:6.12")
"""What this machine and scripts/setup-kernels offer."""


def kind_named(name: str) -> Kind:
    """Find the kind of kernel with a name."""
    match name.partition(":"):
        case ["running", "", ""]:
            return Running()
        case ["uml", "", ""]:
            return Uml()
        case ["qemu", ":", where] if where:
            return Qemu(where)
        case _:
            known = ", ".join(INSTALLED)
            raise CannotStart(f"{name}: no such kernel; name {known} or qemu:/path/to/bzImage")
