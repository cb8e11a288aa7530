"""How zram changed: its slots, its reads and writes, its files, its life."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class ObjectMasks(Enum):
    """With which allocation masks zram asks zsmalloc for an object."""

    POOL = "one try, with the pool's own GFP_NOIO mask, the stream still held"
    TWO = "a try that cannot sleep, then a sleeping one without the stream and a second compression"


@dataclass(frozen=True)
class ZramFeatures:
    """The answers of zram; the defaults are those of 4.6."""

    object_masks: ObjectMasks = ObjectMasks.POOL
    movable_objects: bool = False
    debug_stat: bool = False


ZRAM: Final = (
    change(
        (4, 7),
        "zram asks for an object without sleeping first; when it has slept, it compresses again.",
        commit="da9556a2367c",
        object_masks=ObjectMasks.TWO,
    ),
    change((4, 7), "zram counts its second compressions in debug_stat.", debug_stat=True),
    change((4, 8), "zram lets zsmalloc use movable pages.", movable_objects=True),
)
