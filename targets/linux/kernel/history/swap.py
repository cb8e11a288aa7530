"""How the swap core changed: areas, slots, counts, the swap cache, reading and writing."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class StableAnon(Enum):
    """How `reuse_swap_page` learns that a page must not change: the designs of the thread."""

    NONE = "it does not ask"
    HOST_INODE = "v1: it asks the backing device of the swapper space's host inode"
    ADDRESS_SPACE = "AS_STABLE_WRITES, a flag on the swapper address space set at swapon"
    SWAP_FLAG = "v2: SWP_STABLE_WRITES, sampled at swapon"


@dataclass(frozen=True)
class SwapFeatures:
    """The answers of the swap core; the defaults are those of 4.6."""

    stable_anon: StableAnon = StableAnon.NONE


SWAP: Final = (
    change(
        (4, 10),
        "A page under writeback is not reused on a swap device that asked for stable pages.",
        commit="f05714293a59",
        stable_anon=StableAnon.SWAP_FLAG,
    ),
)
