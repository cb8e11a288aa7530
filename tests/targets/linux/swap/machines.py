"""A machine with swap on a disk in memory, and short ways to let tasks use it."""

from collections.abc import Callable
from functools import partial
from typing import Final

from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.choices import Choices
from fuzz.values.point import Point
from fuzz.values.refusal import Refusal
from fuzz.world.event import Event
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.schedule.random_walk import RandomWalk
from fuzz.world.schedule.replay import Replay
from fuzz.world.strategy import FaultPlan, Strategy
from fuzz.world.task import Task
from fuzz.world.world import World
from targets.linux.block.bio import Bio, Op, bio_endio, bio_page
from targets.linux.block.capabilities import Bdi
from targets.linux.block.disk import Disk, page_endio
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import (
    PAGE_BYTES_READ,
    PAGE_BYTES_WRITE,
    PAGE_SIZE,
    SECTORS_PER_PAGE,
    Page,
    fill_page,
)
from targets.linux.mm.mm_struct import MappedPte, MmStruct, PoisonedPte, SwapPte
from targets.linux.mm.mmlist import mm_alloc
from targets.linux.mm.reclaim import isolate, shrink_page_list
from targets.linux.mm.user import user_load
from targets.linux.swap.core import SwapCore
from targets.linux.swap.inspect import pages_in_swap_cache

ZEROS: Final = bytes(PAGE_SIZE)
NAP: Final = Point("nap", "sleep until nothing else can run")


def filled(letter: str) -> bytes:
    """Return a page of one letter."""
    return letter.encode() * PAGE_SIZE


class RamDisk:
    """A disk that holds pages in a dictionary, refuses when told to, and notes what it sees."""

    def __init__(self, machine: Machine, number: int, pages: int) -> None:
        self.world = machine.world
        self.has_rw_page = True
        self.has_slot_free_notify = False
        self.holds_bios = False
        """Whether bios of slots wait until `finish` is called."""
        self.asynchronous = False
        """Whether an interrupt serves bios later."""
        self.blocks: dict[int, bytes] = {}
        self.refusals: list[str] = []
        """What the next calls of rw_page refuse with; empty for success."""
        self.write_errors: list[str] = []
        """How the next bios that write slots fail; empty for success."""
        self.read_errors: list[str] = []
        """How the next bios that read slots fail; empty for success."""
        self.seen: list[tuple[str, bool, bool]] = []
        """For each write of a slot: its way, and whether the page was locked, under writeback."""
        self.notified: list[int] = []
        self.held: list[Bio] = []
        self.disk = Disk(machine, f"ram{number}", number, self)
        self.disk.capacity = pages * SECTORS_PER_PAGE

    def wants_stable_pages(self) -> None:
        self.disk.capabilities = Bdi.STABLE_WRITES

    def open(self) -> None:
        pass

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        self._see("rw_page", page, write=write)
        if self.refusals and (name := self.refusals.pop(0)):
            raise Refusal(name)
        self._move(sector, page, write=write)
        page_endio(page, write=write)

    def make_request(self, bio: Bio) -> None:
        slot = bio.sector > 0
        if slot:
            self._see("bio", bio_page(bio), write=bio.op is Op.WRITE)
        if slot and self.holds_bios:
            self.held.append(bio)
        elif self.asynchronous:
            self.world.spawn("dma", partial(self._serve, bio), interrupt=True)
        else:
            self._serve(bio)

    def finish(self) -> None:
        """Serve the bios that were held."""
        while self.held:
            self._serve(self.held.pop(0))

    def swap_slot_free_notify(self, index: int) -> None:
        self.notified.append(index)
        self.blocks.pop(index, None)

    def _see(self, way: str, page: Page, *, write: bool) -> None:
        if write:
            self.seen.append((way, page.lock.locked, page.writeback))

    def _serve(self, bio: Bio) -> None:
        write = bio.op is Op.WRITE
        errors = self.write_errors if write else self.read_errors
        error = errors.pop(0) if errors and bio.sector else ""
        if not error:
            self._move(bio.sector, bio_page(bio), write=write)
        bio_endio(bio, error)

    def _move(self, sector: int, page: Page, *, write: bool) -> None:
        index = sector // SECTORS_PER_PAGE
        if write:
            self.world.reach(PAGE_BYTES_READ, page.pfn)
            self.blocks[index] = bytes(page.bytes)
        else:
            self.world.reach(PAGE_BYTES_WRITE, page.pfn)
            fill_page(page, self.blocks.get(index, ZEROS))


class Rig:
    """A machine, its disks, one process."""

    def __init__(  # noqa: PLR0913 - tests choose what matters to them
        self,
        kernel: Kernel | str = "4.9",
        *,
        pages: int = 8,
        frames: int = 0,
        disks: int = 1,
        cpus: int = 2,
        strategy: Strategy | None = None,
        faults: FaultPlan | None = None,
    ) -> None:
        self.world = World(cpus=cpus, strategy=strategy, faults=faults)
        named = kernel_named(kernel) if isinstance(kernel, str) else kernel
        machine = Machine(self.world, named, Memory(self.world, frames))
        self.core = SwapCore(machine)
        self.drivers = [RamDisk(machine, number, pages) for number in range(disks)]
        self.driver = self.drivers[0]
        self.disk = self.driver.disk
        self.mm = mm_alloc(self.core)
        self.expected: list[str] = []
        """Kinds of what is found."""

    def run(self, *bodies: Callable[[], object]) -> list[object]:
        """Run each body as a task, A, B, C; return what they answered, or refused with."""
        answers: list[object] = [None] * len(bodies)

        def task(number: int) -> None:
            try:
                answers[number] = bodies[number]()
            except Refusal as refusal:
                answers[number] = refusal.name

        for number in range(len(bodies)):
            self.world.spawn(chr(ord("A") + number), partial(task, number))
        self.world.run()
        assert [finding.kind for finding in self.world.findings] == self.expected
        return answers

    def load(self, index: int, mm: MmStruct | None = None) -> str:
        """Return the letter that a page is filled with."""
        data = user_load(self.core, mm or self.mm, index)
        return chr(data[0]) if data == data[:1] * PAGE_SIZE else "a mixture"

    def where(self, index: int, mm: MmStruct | None = None) -> str:
        """Say what a page table entry is: `none`, `swap`, `read-only`, `writable`."""
        match (mm or self.mm).page_table.get(index):
            case MappedPte(writable=writable):
                return "writable" if writable else "read-only"
            case SwapPte():
                return "swap"
            case PoisonedPte():
                return "poisoned"
            case None:
                return "none"

    def mapped(self, index: int, mm: MmStruct | None = None) -> Page:
        """Return the page that is mapped at an index."""
        pte = (mm or self.mm).page_table[index]
        assert isinstance(pte, MappedPte)
        return pte.page


def shrink_swap_cache(core: SwapCore) -> int:
    """Reclaim the pages of the swap cache that nobody maps; return how many were freed."""
    pages = [page for page in pages_in_swap_cache(core) if not page.mapcount]
    return shrink_page_list(core, [page for page in pages if isolate(core, page)])


class Spy:
    """Calls a function when a point is passed."""

    def __init__(self, point: str, action: Callable[[], None]) -> None:
        self._point = point
        self._action = action

    def passed(self, event: Event) -> None:
        if event[1].name == self._point:
            self._action()

    def told(self, task: Task, text: str) -> None:
        pass


def walk(seed: int) -> RandomWalk:
    """Draw the schedule."""
    return RandomWalk(Choices(seed), stickiness=50)


def switch(text: str) -> Replay:
    """Plan one switch: `A page.lock#1 B`."""
    fault = _fault(text)
    return Replay([Switch(fault.at, fault.outcome)])


def faults(*texts: str) -> ExplicitFaults:
    """Plan `A swap.bio#1 ENOMEM`."""
    return ExplicitFaults(map(_fault, texts))


def _fault(text: str) -> Fault:
    task, visit, outcome = text.split()
    point, number = visit.split("#")
    return Fault(Anchor(task, point, int(number)), outcome)


def refusal_of(action: Callable[[], object]) -> str:
    """Return the name of the error that an action refuses with, or nothing."""
    try:
        action()
    except Refusal as refusal:
        return refusal.name
    return ""
