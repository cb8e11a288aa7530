"""Refusals of the operations of `zsmalloc` that are documented, and when [zsmalloc.rst].

The target's own words are among them: no such object, an object that is there already.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import EAGAIN, EBUSY, EEXIST, EINVAL, ENOENT, ENOMEM, ENOSPC
from targets.linux.machine.page import PAGE_SIZE
from targets.shared.circumstances import anytime, no_memory

if TYPE_CHECKING:
    from targets.shared.circumstances import Documented, Refused


def _no_class_has_it(refused: Refused) -> bool:
    return not 0 < refused.argument("size") <= PAGE_SIZE


def _no_cpu(refused: Refused) -> bool:
    return refused.argument("to") >= len(refused.answered.world.cpus)


NONE: Final = MappingProxyType({ENOENT: anytime})
"""What an operation on an object may answer that may not be there."""

POOL_REFUSALS: Final[Documented] = MappingProxyType(
    {
        "malloc": {
            EEXIST: anytime,
            EINVAL: _no_class_has_it,
            ENOSPC: _no_class_has_it,
            ENOMEM: no_memory,
        },
        "free": NONE,
        "write": NONE,
        "read": NONE,
        "map": NONE,
        "migrate": {**NONE, EBUSY: anytime, EAGAIN: anytime, EINVAL: anytime, ENOMEM: no_memory},
        "cpu": {EINVAL: _no_cpu},
    }
)
"""What operations of the target `zsmalloc` may answer."""
