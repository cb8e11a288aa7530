"""Devices with a backing disk, `/dev/loop0`."""

from typing import Final

from fuzz.values.refusal import Refusal
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import submit_bio_wait
from targets.linux.block.ram_disk import RamDisk
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE, Page
from targets.linux.zram.backing import backing_dev_store
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.sysfs import store_file
from tests.targets.linux.zram.devices import bare_device, page_of

WITH_BACKING: Final = VERSIONS[VERSIONS.index("4.14") :]
"""The kernels that know backing devices."""

WITH_WRITEBACK: Final = VERSIONS[VERSIONS.index("5.0") :]
"""The kernels that write back when they are told to."""

LOOP: Final = "/dev/loop0"


def until(version: str) -> tuple[str, ...]:
    """The kernels with backing devices before one."""
    return WITH_BACKING[: WITH_BACKING.index(version)]


def since(version: str) -> tuple[str, ...]:
    return VERSIONS[VERSIONS.index(version) :]


def with_loop(zram: Zram, pages: int = 8) -> RamDisk:
    """Plug a disk in."""
    return RamDisk(zram.machine, "loop0", 9, pages)


def backed_device(kernel: Kernel | str, pages: int = 8) -> tuple[Zram, RamDisk]:
    """Make a device of 16 pages with a backing disk of `pages` blocks."""
    zram = bare_device(kernel)
    loop = with_loop(zram, pages)

    def boot() -> None:
        backing_dev_store(zram, f"{LOOP}\n")
        disksize_store(zram, "64K")

    zram.machine.world.boot(boot)
    return zram, loop


def write(zram: Zram, index: int, recipe: str) -> str:
    """Write a page and wait for that."""
    return _transfer(zram, Op.WRITE, index, page_of(zram, recipe))


def read(zram: Zram, index: int) -> bytes | str:
    """Read a page and wait for that; the error if there is one."""
    page = page_of(zram, "random:9", pfn=8)
    answer = _transfer(zram, Op.READ, index, page)
    return bytes(page.bytes) if answer == "ok" else answer


def _transfer(zram: Zram, op: Op, index: int, page: Page) -> str:
    bio = Bio(op, index * SECTORS_PER_PAGE, PAGE_SIZE, page, lambda _: None)
    submit_bio_wait(zram.disk, bio)
    return bio.error or "ok"


def store(zram: Zram, name: str, text: str) -> str:
    try:
        store_file(zram, name, text)
    except Refusal as refusal:
        return refusal.name
    return "ok"


def written_back(zram: Zram) -> list[int]:
    return [index for index in sorted(zram.meta.slots) if zram.meta.slots[index].wb]


def at_rest(zram: Zram) -> bool:
    """Whether no slot is under writeback, and every block that is taken belongs to a slot."""
    slots = zram.meta.slots.values()
    blocks = sorted(slot.block for slot in slots if slot.wb)
    taken = [block for block, bit in enumerate(zram.backing.bitmap) if bit]
    busy = any(slot.under_wb or slot.pp_slot for slot in slots)
    return not busy and blocks == taken and zram.stats.bd_count == len(taken)
