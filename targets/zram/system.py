"""A machine with one zram device that its tasks use directly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Word
from fuzz.program.target import Setting
from targets.linux.crypto.algorithms import LIBRARIES
from targets.linux.machine.counts import counts_of
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.promises import PAGE_LEAK
from targets.linux.zram.comps import Kstrdup
from targets.linux.zram.control import ZramControl
from targets.linux.zram.device import ModuleState, init_done
from targets.linux.zram.inspection import (
    Unreadable,
    hotplug_instances,
    slot_image,
    stored_by,
)
from targets.linux.zram.io import zram_handle_bio
from targets.shared.backing_disk import plug_backing_disk
from targets.shared.boot import boot_zram
from targets.shared.circumstances import Refused
from targets.shared.device_judges import judge_device
from targets.shared.direct_io import Buffers
from targets.shared.machine_judges import judge_hotplug, judge_openers
from targets.shared.pictures.sketch import Sketch
from targets.shared.pictures.zram_slots import sketch_zram
from targets.shared.refusals import judge_refusal, judge_success
from targets.shared.states import State, zram_states
from targets.zram.epilogue import epilogue
from targets.zram.history import EMPTY, History
from targets.zram.promises import (
    ZRAM_FILES_AND_DISK,
    ZRAM_LEFT_BEHIND,
    ZRAM_REMOVED_WITH_BACKING,
    ZRAM_REMOVED_WITH_NAMES,
    ZRAM_REMOVED_WITH_SIZE,
    ZRAM_TORN_IMAGE,
    ZRAM_ZEROS_STORED,
)
from targets.zram.refusals import ZRAM_REFUSALS
from targets.zram.seat import ZramSeat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.answered import Answered
    from fuzz.program.epilogue import Step
    from fuzz.values.finding import Finding
    from fuzz.values.picture import Picture
    from fuzz.world.world import World
    from targets.linux.crypto.codec import Codec
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram

ASYNCHRONOUS: Final = Setting(
    "asynchronous",
    Word(("no", "yes")),
    "no",
    "whether zram completes requests later, as the development kernel of the thread did",
)


class ZramSystem:
    """The device and what it must have come to."""

    dormant = frozenset[str]()

    def __init__(
        self,
        world: World,
        kernel: Kernel,
        settings: Mapping[str, Any],
        codec: Codec = LIBRARIES,
    ) -> None:
        """Make the device; `boot` gives it a size. `codec` stands in for the compressors."""
        self._settings = settings
        self._machine = Machine(world, kernel, Memory(world), codec)
        asynchronous = settings[ASYNCHRONOUS.name] == "yes"
        plug_backing_disk(self._machine, settings)
        self.control = ZramControl(self._machine, asynchronous=asynchronous)
        self._histories: list[tuple[Zram, History]] = []
        self.zram = self.control.add()
        """The device that is there from the start."""
        self._buffers = Buffers(self._machine.memory)
        self._seats: list[ZramSeat] = []

    def boot(self) -> None:
        """Set the device up as an administrator would."""
        boot_zram(self.zram, self._settings)

    def seat(self, task: str) -> ZramSeat:
        """Let a task use the device."""
        del task
        seat = ZramSeat(self.control, self.history_of, self._buffers)
        self._seats.append(seat)
        return seat

    def answered(self, seat: ZramSeat, answered: Answered) -> None:
        """Judge how an operation went."""
        zram = self.control.devices.get(seat.number)
        disk = None if zram is None else zram.disk
        spoilt = any(history.spoilt for _, history in self._histories)
        told = Refused(answered, disk, zram, spoilt=spoilt, zrams=self.control.every)
        if answered.refused:
            judge_refusal(told, ZRAM_REFUSALS)
        else:
            judge_success(told)

    def history_of(self, zram: Zram) -> History:
        """Return the history of a device, which begins when it is first used."""
        for device, history in self._histories:
            if device is zram:
                return history
        history = History(self._machine.world, zram.disk.logical_block_size)
        self._histories.append((zram, history))
        return history

    def judge(self) -> None:
        """Check reads against all linearizations, and every device against its promises."""
        for zram in self.control.every:
            self.history_of(zram).judge()
            judge_device(zram)
            self._files_and_disk_come_with_a_number(zram)
            if zram.disk.removed:
                self._nothing_is_left(zram)
            else:
                self._it_went_with_its_module(zram)
                self._images_are_snapshots(zram)
        self._memory_is_accounted_for()
        self._machine_is_as_it_should_be()

    def picture(self, finding: Finding) -> Picture | None:
        """Show the slots and zspages of every device as they are."""
        del finding
        sketch = Sketch()
        for zram in self.control.every:
            sketch_zram(sketch, zram)
        return sketch.picture()

    def epilogue(self, finding: Finding) -> list[Step]:
        """Offer what users of the devices may do next with what a finding has damaged."""
        return epilogue(self, finding)

    @property
    def frames_left(self) -> int:
        """Page frames in use but for the buffers of users."""
        return self._machine.memory.in_use - len(self._buffers.pages)

    def states(self) -> Iterator[State]:
        """Name the states of all slots and zspages."""
        for zram in self.control.devices.values():
            yield from zram_states(zram)

    def counters(self) -> dict[str, int]:
        """Count what the run cost."""
        stats = self.zram.stats
        return {
            "pages_peak": self._machine.memory.peak,
            "pages_stored": stats.pages_stored,
            "writestalls": stats.writestall,
            "failed_writes": stats.failed_writes,
            **counts_of(self._machine.io),
        }

    def _images_are_snapshots(self, zram: Zram) -> None:
        """Every stored image is what somebody wrote, whole."""
        slots = zram.meta.slots if init_done(zram) else {}
        for index in sorted(slots):
            if self.history_of(zram).excuses(index):
                continue
            image = slot_image(zram, index)
            if isinstance(image, Unreadable):
                self._report_torn(zram, index, image.reason, stored_by(zram, index))
            elif image is not None and not self.history_of(zram).held(index, image):
                self._report_torn(zram, index, *self._mistaken(zram, index, image))
            elif image == EMPTY and slots[index].handle:
                self._machine.world.report(
                    ZRAM_ZEROS_STORED,
                    f"{zram.disk.name}: slot {index} keeps a page of zeros as an object",
                    f"{slots[index].size} bytes of memory for what a flag could say",
                    place=stored_by(zram, index),
                )

    def _mistaken(self, zram: Zram, index: int, image: bytes) -> tuple[str, str]:
        """Say what is wrong with what a slot holds, and who is to blame: who stored or sent it."""
        if self.history_of(zram).held_elsewhere(index, image):
            return "it is what was written to another page", zram_handle_bio.__name__
        return "it is a mix of what was written", stored_by(zram, index)

    def _report_torn(self, zram: Zram, index: int, why: str, place: str) -> None:
        self._machine.world.report(
            ZRAM_TORN_IMAGE,
            f"{zram.disk.name}: slot {index} holds what nobody wrote",
            f"{why}; any reader of the block gets it",
            place=place,
        )

    def _files_and_disk_come_with_a_number(self, zram: Zram) -> None:
        """What is in the index has files and a disk; what is not has neither."""
        numbered = self.control.devices.get(zram.number) is zram
        has = {
            "files": not zram.files.removed,
            "a disk": not zram.disk.removed,
            "a name": self._machine.disks.get(zram.disk.name) is zram.disk,
        }
        if any(each != numbered for each in has.values()):
            there = ", ".join(name for name, each in has.items() if each) or "nothing"
            self._machine.world.report(
                ZRAM_FILES_AND_DISK,
                f"{zram.disk.name}: what it has does not go with its number",
                f"it has {there}, and {'a' if numbered else 'no'} number",
                place="zram_remove",
            )

    def _nothing_is_left(self, zram: Zram) -> None:
        """A device that is gone has taken along what it held."""
        if init_done(zram):
            self._machine.world.report(
                ZRAM_REMOVED_WITH_SIZE,
                f"{zram.disk.name}: removed while it was set up",
                "its table, its pool and its compressor are nobody's",
                place="zram_remove",
            )
        if zram.backing.dev is not None:
            self._machine.world.report(
                ZRAM_REMOVED_WITH_BACKING,
                f"{zram.disk.name}: removed with its backing device open",
                f"nobody else can have {zram.backing.dev.name} for himself, ever",
                place="zram_remove",
            )
        names = [name for name in zram.comps.algs if isinstance(name, Kstrdup)]
        if names:
            self._machine.world.report(
                ZRAM_REMOVED_WITH_NAMES,
                f"BUG: memory leak in {zram.disk.name}: names of algorithms",
                f"{', '.join(names)} were copied when they were written, and are nobody's",
                place="zram_remove",
            )

    def _it_went_with_its_module(self, zram: Zram) -> None:
        """A device whose module is gone is gone."""
        if zram.module.state is ModuleState.GONE:
            self._machine.world.report(
                ZRAM_LEFT_BEHIND,
                f"{zram.disk.name}: it is there, and its module is not",
                "whoever opens it or one of its files runs code that was freed",
                place="zram_exit",
            )

    def _machine_is_as_it_should_be(self) -> None:
        """CPUs and openers are those that devices and tasks account for."""
        every = self.control.every
        judge_hotplug(self._machine, [each for zram in every for each in hotplug_instances(zram)])
        backing = [zram.backing.dev for zram in every if zram.backing.dev is not None]
        raw = [disk for seat in self._seats for disk in seat.opened]
        judge_openers(self._machine, [*backing, *raw])

    def _memory_is_accounted_for(self) -> None:
        """Every page frame in use belongs to the pool, or was lost with one, which is reported."""
        devices = [zram for zram in self.control.every if init_done(zram)]
        pool_pages = sum(zram.meta.pool.pages_allocated for zram in devices)
        memory = self._machine.memory
        in_use = memory.in_use - len(memory.lost) - len(self._buffers.pages)
        if in_use != pool_pages:
            known = {page.pfn for page in self._buffers.pages.values()}
            known.update(pfn for zram in devices for pfn in zram.meta.pool.zspages)
            place = memory.leaked_by(known)
            self._machine.world.report(
                PAGE_LEAK,
                f"BUG: memory leak in {place}",
                f"{in_use - pool_pages} page frames are lost: "
                f"{in_use} are in use, the pool has {pool_pages}",
                place=place,
            )
