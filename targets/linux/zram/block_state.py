"""The slots of a device, as debugfs shows them: block_state [4.20, 5.15 and 5.17 zram_drv.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zram_life import BlockStateEnd
from targets.linux.machine.errno import EINVAL, ENOENT, Refusal
from targets.linux.zram.device import init_done
from targets.linux.zram.slot import zram_allocated

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

NUL: Final = "\0"


def has_block_state(kernel: Kernel) -> bool:
    """Whether the kernel knows block_state, and was built to keep access times."""
    return bool(kernel.features.block_state_letters) and kernel.build.memory_tracking


def block_state_show(zram: Zram) -> str:
    """Show, for each slot that holds a page, when it was accessed and its marks; EINVAL.

    A tick of the virtual clock is shown as a second.
    """
    return read_block_state(zram, None).removesuffix("\n")


def read_block_state(zram: Zram, count: int | None) -> str:
    """Read the lines of block_state that fit into `count` bytes; None for as many as there are.

    EINVAL without a size, and ENOENT where there is no such file.
    """
    if not has_block_state(zram.machine.kernel):
        raise Refusal(ENOENT)
    letters = zram.machine.kernel.features.block_state_letters
    text = ""
    with zram.init_lock.reading():
        if not init_done(zram):
            raise Refusal(EINVAL)
        for index in sorted(zram.meta.slots):
            slot = zram.meta.slots[index]
            with slot.lock:
                if not zram_allocated(slot):
                    continue
                line = f"{index:12} {slot.ac_time:12}.000000 {_marks(slot, letters)}\n"
            if count is not None and _is_beyond(zram.machine.kernel, count - len(text), len(line)):
                break
            text += line
    return text if count is None or len(text) < count else f"{text[:-1]}{NUL}"[:count]


def _is_beyond(kernel: Kernel, left: int, copied: int) -> bool:
    """Whether a line does not fit; snprintf counts no zero, but needs room for it."""
    match kernel.features.block_state_end:
        case BlockStateEnd.BEYOND:
            return left < copied
        case BlockStateEnd.FITS:
            return left <= copied


def _marks(slot: Slot, letters: str) -> str:
    marks = {
        "s": slot.same,
        "w": slot.wb,
        "h": slot.huge,
        "i": slot.idle,
        "r": slot.priority > 0,
        "n": slot.incompressible,
    }
    return "".join(letter if marks[letter] else "." for letter in letters)
