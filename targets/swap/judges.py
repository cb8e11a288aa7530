"""What swap promises to processes and to the machine.

`judge_memory` runs when nothing else does; the others in the very step that they judge.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.values.finding import Harm
from targets.linux.block.capabilities import is_synchronous, wants_stable_pages
from targets.linux.mm.mm_struct import MappedPte, PoisonedPte, SwapPte
from targets.linux.mm.soft_dirty import is_soft_dirty
from targets.linux.swap.area import swp_offset
from targets.linux.swap.inspect import (
    area_stable_writes,
    areas_in_use,
    image_is_needed,
    is_written,
    pages_in_swap_cache,
    slots_in_use,
    writable_under_writeback,
)
from targets.linux.zram.inspection import WRITER, Unreadable, stored_by
from targets.shared.device_judges import judge_device
from targets.shared.zswap_judges import judge_zswap
from targets.swap.contents import ZEROS, contents_of
from targets.swap.count_judges import judge_counts
from targets.swap.damage import torn_images
from targets.swap.frame_judges import judge_frames
from targets.swap.notice_judges import judge_notices
from targets.swap.promises import (
    FILE_SYSTEM_OVERWRITTEN,
    PAGE_CHANGED_UNDER_WRITEBACK,
    PAGE_STUCK,
    PAGE_WRITABLE_UNDER_WRITEBACK,
    PINNED_PAGE_LEAK,
    SOFT_DIRTY_LOST,
    STABLE_WRITES_MISSED,
    STABLE_WRITES_STALE,
    SWAP_MISCOUNT,
    SWAP_SLOT_LEAK,
    SYNCHRONOUS_IO_WRONG,
    TORN_IMAGE,
    WRONG_MEMORY,
)
from targets.swap.reference_judges import judge_references
from targets.swap.rest_judges import judge_rest

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.mm.pins import Pin
    from targets.linux.swap.area import Entry
    from targets.swap.system import SwapSystem


def judge_written_page(system: SwapSystem, mm: MmStruct, index: int, data: bytes) -> None:
    """A process reads what it last wrote; zeros where it never wrote."""
    if data != mm.last_written.get(index, ZEROS):
        system.machine.world.report(
            WRONG_MEMORY,
            f"BUG: page {index} of process {mm.number} is not what the process wrote",
            "a load returned something else, without an error",
            place=contents_of(system, mm, index)[0],
        )


def judge_pinned_page(system: SwapSystem, pin: Pin, data: bytes) -> None:
    """Who looks at a page that is held for a process sees what the process had or wrote there."""
    if pin.promised and data not in pin.seen:
        system.machine.world.report(
            PINNED_PAGE_LEAK,
            f"BUG: what is held of page {pin.index} of process {pin.mm.number} has changed",
            "another process has written to the page, and its data is seen",
            place="get_user_page",
        )


def judge_changed_page(system: SwapSystem, page: Page, changed_by: str = "") -> None:
    """A device that asked for stable pages sees none change while it looks at it.

    Where root has overruled the device, nothing is promised. Who let it change is remembered with
    the slot: what is stored of the page may be torn for that. `changed_by` is a user who did not
    ask anybody.
    """
    culprit = changed_by or page.origin.let_go_by
    if is_written(page):
        system.changed[page.private] = culprit
    disk = system.area_disk(page.private) if page.swapcache else system.disk
    if page.writeback and not disk.overruled and wants_stable_pages(disk):
        system.machine.world.report(
            PAGE_CHANGED_UNDER_WRITEBACK,
            f"{disk.name} asked for stable pages, and one changed under writeback",
            f"page frame {page.pfn:#x}; what is stored of it may be a mix of old and new",
            place=culprit or "reuse_swap_page",
        )


def judge_writable_pages(system: SwapSystem) -> None:
    """No process may change, without a fault, a page that an area with stable pages looks at.

    Where nobody told the area that its device wants them, nothing is promised of a moment.
    """
    for exposed in writable_under_writeback(system.core):
        if exposed.believed:
            system.machine.world.report(
                PAGE_WRITABLE_UNDER_WRITEBACK,
                f"a page of {system.area_disk(exposed.entry).name} can change while it is written",
                f"page {exposed.index} of process {exposed.mm} is mapped writable",
                place="do_swap_page",
            )


def judge_memory(system: SwapSystem) -> None:
    """Check every promise about memory, swap and the device at quiescence."""
    _processes_have_their_data(system)
    _writes_are_noted(system)
    _slots_are_counted(system)
    _writeback_has_ended(system)
    _areas_know_their_device(system)
    _images_are_snapshots(system)
    if system.zram is not None:
        judge_device(system.zram)
    if system.zswap is not None:
        judge_zswap(system.zswap)
    judge_references(system)
    judge_counts(system)
    judge_notices(system)
    judge_rest(system)
    _file_system_is_whole(system)
    judge_frames(system)


def _processes_have_their_data(system: SwapSystem) -> None:
    """Every page of a process can be had again, as the process last wrote it.

    A process that has ended wants nothing back; one that is told of a loss, when it looks, knows.
    """
    for mm in (mm for mm in system.core.mms if mm.alive):
        for index in sorted(mm.last_written):
            place, data = contents_of(system, mm, index)
            told = isinstance(mm.page_table.get(index), PoisonedPte)
            if not told and data != mm.last_written[index]:
                system.machine.world.report(
                    WRONG_MEMORY,
                    f"BUG: page {index} of process {mm.number} is not what the process wrote",
                    "nobody has read it yet; whoever does gets something else or an error",
                    place=place,
                )


def _writes_are_noted(system: SwapSystem) -> None:
    """Every page that was written to since the bits were cleared counts as written to."""
    for mm in (mm for mm in system.core.mms if mm.alive):
        for index in sorted(mm.written):
            there = isinstance(mm.page_table.get(index), MappedPte | SwapPte)
            if there and not is_soft_dirty(mm, index):
                system.machine.world.report(
                    SOFT_DIRTY_LOST,
                    f"page {index} of process {mm.number} was written to, and has no such mark",
                    "a checkpoint of the process would leave it out",
                    place="pagemap_read",
                )


def _slots_are_counted(system: SwapSystem) -> None:
    """Every slot counts the page table entries that refer to it, and is freed with the last."""
    for slot in slots_in_use(system.core):
        if slot.leaked:
            promise, harm, place = SWAP_SLOT_LEAK, Harm.LEAK, "swap_free"
        elif not slot.consistent:
            lost = slot.counted < slot.referring
            promise, place = SWAP_MISCOUNT, "swap_map"
            harm = Harm.DATA_LOSS if lost else Harm.LEAK
        else:
            continue
        system.machine.world.report(
            promise,
            f"swap_map: slot {swp_offset(slot.entry)} is miscounted",
            f"it counts {slot.counted} entries, there are {slot.referring}; "
            f"has_cache {slot.has_cache}, cached {slot.cached}",
            place=place,
            harm=harm,
        )


def _writeback_has_ended(system: SwapSystem) -> None:
    """No page stays under writeback when all I/O is done."""
    for page in pages_in_swap_cache(system.core):
        if page.writeback or page.lock.locked:
            state = "under writeback" if page.writeback else "locked"
            system.machine.world.report(
                PAGE_STUCK,
                f"page frame {page.pfn:#x} stays {state}",
                "whoever waits for it waits for ever",
                place="end_page_writeback" if page.writeback else "unlock_page",
            )


def _areas_know_their_device(system: SwapSystem) -> None:
    """An area that keeps a note of what its device asks for has it right, unless root meddled."""
    for area in areas_in_use(system.core):
        assert area.disk is not None, "an area in use has a device"
        believed = area_stable_writes(system.core, area)
        wanted = wants_stable_pages(area.disk)
        if area.disk.overruled or believed is None or believed == wanted:
            continue
        system.machine.world.report(
            STABLE_WRITES_MISSED if wanted else STABLE_WRITES_STALE,
            f"swap area {area.type} on {area.disk.name} is wrong about stable pages",
            f"the device {'asks' if wanted else 'does not ask'} for them, "
            f"swapon noted that it {'does not' if wanted else 'does'}",
            place="swapon",
        )
    if system.core.layout.synchronous_io:
        _areas_know_when_io_is_done(system)


def _areas_know_when_io_is_done(system: SwapSystem) -> None:
    """An area knows whether its device is done when a request returns."""
    for area in areas_in_use(system.core):
        assert area.disk is not None, "an area in use has a device"
        noted = bool(area.flags & system.core.layout.synchronous_io)
        if noted != is_synchronous(area.disk):
            system.machine.world.report(
                SYNCHRONOUS_IO_WRONG,
                f"swap area {area.type} on {area.disk.name} is wrong about its device",
                f"it takes it for one that is{'' if noted else ' not'} done when it returns",
                place="set_up_area",
            )


def _images_are_snapshots(system: SwapSystem) -> None:
    """What a device stores of a page is the page as it was at one instant.

    An image that nobody will read is no loss of data: Hugh's "who cares?".
    """
    for entry, image in torn_images(system):
        needed = image_is_needed(system.core, entry)
        why = image.reason if isinstance(image, Unreadable) else "it mixes two states of the page"
        system.machine.world.report(
            TORN_IMAGE,
            f"{system.disk.name}: the image of slot {swp_offset(entry)} is no snapshot",
            f"{why}; {'a process needs it' if needed else 'the page has a newer copy in memory'}",
            place=_torn_by(system, entry),
            harm=Harm.DATA_LOSS if needed else Harm.LATENT,
        )


def _torn_by(system: SwapSystem, entry: Entry) -> str:
    """Name who let the page of a slot change under writeback, or else who stored it."""
    changed = system.changed.get(entry)
    return changed or (stored_by(system.zram, swp_offset(entry)) if system.zram else WRITER)


def _file_system_is_whole(system: SwapSystem) -> None:
    """The blocks of a file system hold what it has in them, whatever its swap file holds."""
    for number, data in sorted(system.file_system.items()):
        assert system.crc_disk is not None, "only such a disk has a file system"
        if system.crc_disk.block(number).data != data:
            system.machine.world.report(
                FILE_SYSTEM_OVERWRITTEN,
                f"{system.disk.name}: block {number} of the file system is overwritten",
                "its swap file lies behind it, and nobody else writes to the disk",
                place="swap_page_sector",
            )
