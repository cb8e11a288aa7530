"""What zcomp's backend for deflate says to parameters [6.12 to 6.19 backend_deflate.c].

It is the only one that can object to them; the others take any level for one that they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import EINVAL, Refusal
from targets.linux.machine.oops import bug

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.crypto.codec import Params

DEFLATE: Final = "deflate"
LEVELS: Final = range(-1, 10)
"""From the default by zlib's choice to the best."""
WINDOWS: Final = range(9, 16)
"""Binary logarithms of windows that zlib has."""


def is_unfit(params: Params) -> bool:
    """Whether no stream takes a level that was chosen."""
    return params.level is not None and params.level not in LEVELS


def no_window(winbits: int | None) -> bool:
    """Whether a window was chosen that there is not."""
    return winbits is not None and abs(winbits) not in WINDOWS


def deflate_create(world: World, params: Params) -> None:
    """Check the parameters of a stream that is made: EINVAL for a level that there is not.

    A window that there is not is no error but a BUG_ON, in the sum of what zlib needs for it.
    Nobody has checked what was written to algorithm_params.
    """
    if no_window(params.winbits):
        bug(world, f"deflate has no window of {params.winbits} bits")
    if is_unfit(params):
        raise Refusal(EINVAL)
