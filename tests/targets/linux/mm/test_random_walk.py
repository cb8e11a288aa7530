"""Whatever the schedule: a process reads what it last wrote, nothing hangs, nothing stays."""

from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest

from fuzz.values.choices import Choices
from fuzz.values.point import Point
from fuzz.values.refusal import Refusal
from fuzz.world.event import Event
from fuzz.world.task import Task
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.mm_struct import MmStruct
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in, user_load, user_store
from targets.linux.swap.inspect import slots_in_use, writable_under_writeback
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, shrink_swap_cache, walk

PAGES: Final = 3
OPERATIONS: Final = 9
SEEDS: Final = range(150)
SEEDS_A_KERNEL: Final = range(1000, 1040)
SEEDS_OF_NOTICES: Final = range(2000, 2010)
QUIET: Final = Point("test.quiet", "wait until the other tasks are done")


class Play:
    """One random play of three tasks on one machine."""

    def __init__(self, kernel: Kernel, seed: int, frames: int = 0) -> None:
        self.choices = Choices(seed)
        self.rig = Rig(
            kernel, pages=2 + self.choices.below(8), frames=frames, strategy=walk(seed + 1)
        )
        driver = self.rig.driver
        driver.has_rw_page = self.choices.percent(50)
        driver.has_slot_free_notify = self.choices.percent(50)
        driver.asynchronous = self.choices.percent(50)
        driver.holds_bios = self.choices.percent(40)
        driver.refusals = self.draw_errors("ENOMEM", 40)
        driver.write_errors = self.draw_errors("EIO", 20)
        if self.choices.percent(70):
            driver.wants_stable_pages()
        self.complaints: list[str] = []
        self.processes = [self.rig.mm]
        self.written = 0

    def draw_errors(self, name: str, percent: int) -> list[str]:
        return [name if self.choices.percent(percent) else "" for _ in range(40)]

    def play(self) -> list[object]:
        """Run two processes and a busy kernel, then take everything down."""
        return self.rig.run(self.user, self.user, self.kernel, self.janitor)

    def user(self) -> None:
        for _ in range(OPERATIONS):
            draw: Callable[[], None] = self.choices.one_of(
                (self.store, self.store, self.load, self.load, self.fork, self.exit)
            )
            draw()

    def kernel(self) -> None:
        mkswap(self.rig.core, self.rig.disk)
        swapon(self.rig.core, self.rig.disk)
        for _ in range(OPERATIONS):
            draw: Callable[[], None] = self.choices.one_of(
                (self.swap_out, self.swap_out, self.swap_out, self.swap_in, self.off_and_on)
            )
            draw()

    def store(self) -> None:
        self.written += 1
        data = self.written.to_bytes(4, "little") * (PAGE_SIZE // 4)
        self.attempt(lambda: user_store(self.rig.core, self.a_process(), self.an_index(), data))

    def load(self) -> None:
        mm, index = self.a_process(), self.an_index()
        self.attempt(lambda: self.check(mm, index))

    def check(self, mm: MmStruct, index: int) -> None:
        read = user_load(self.rig.core, mm, index)
        if read != mm.last_written.get(index, bytes(PAGE_SIZE)):
            self.complaints.append(f"process {mm.number} page {index}")

    def fork(self) -> None:
        self.attempt(lambda: self.processes.append(fork(self.rig.core, self.a_process())))

    def exit(self) -> None:
        if self.choices.percent(30):
            self.attempt(lambda: exit_mm(self.rig.core, self.a_process()))

    def swap_out(self) -> None:
        swap_out(self.rig.core, self.a_process(), self.an_index())
        believed = [each for each in writable_under_writeback(self.rig.core) if each.believed]
        self.complaints += map(str, believed)

    def swap_in(self) -> None:
        self.attempt(lambda: swap_in(self.rig.core, self.a_process(), self.an_index()))

    def off_and_on(self) -> None:
        if self.choices.percent(50):
            swapoff(self.rig.core, self.rig.disk)
            swapon(self.rig.core, self.rig.disk)

    def janitor(self) -> None:
        """Let a slow disk go on when all others wait for it; when they are done, clean up."""
        tasks = self.rig.world.tasks
        while not all(task.done for task in tasks if task is not self.rig.world.running):
            self.rig.world.sleep(QUIET, 1)
            self.rig.driver.finish()
        self.rig.driver.holds_bios = False
        self.complaints += [
            str(slot) for slot in slots_in_use(self.rig.core) if not slot.consistent
        ]
        for mm in self.processes:
            for index in range(PAGES):
                self.attempt(lambda mm=mm, index=index: self.check(mm, index))
        shrink_swap_cache(self.rig.core)
        self.take_down()

    def take_down(self) -> None:
        """Stop swapping, and end the processes, which have all their memory then."""
        swapoff(self.rig.core, self.rig.disk)
        self.end_processes()

    def end_processes(self) -> None:
        for mm in self.processes:
            self.attempt(lambda mm=mm: exit_mm(self.rig.core, mm))

    def attempt(self, action: Callable[[], object]) -> None:
        """Try something with a process, which may have ended."""
        try:
            action()
        except Refusal as refusal:
            if refusal.name != "SIGSEGV":
                self.complaints.append(refusal.name)

    def a_process(self) -> MmStruct:
        return self.choices.one_of(self.processes)

    def an_index(self) -> int:
        return self.choices.below(PAGES)


@pytest.mark.parametrize("design", ["none", "v1", "as-flag", "v2"])
def test_under_every_design_a_process_reads_what_it_last_wrote(design: str) -> None:
    play_all(kernel_named("4.10", design=design), SEEDS)


@pytest.mark.parametrize("version", VERSIONS)
def test_on_every_kernel_a_process_reads_what_it_last_wrote(version: str) -> None:
    play_all(kernel_named(version), SEEDS_A_KERNEL)


class Takes:
    """Counts how often slots are taken, by what the timeline is told."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def passed(self, event: Event) -> None:
        pass

    def told(self, task: Task, text: str) -> None:
        del task
        if text.startswith("takes slot "):
            self.taken.append(int(text.removeprefix("takes slot ")))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_device_is_told_once_of_each_time_that_a_slot_was_taken(version: str) -> None:
    """I10: when all is over; until 5.17 it is told of a slot that was just read as well."""
    early = VERSIONS.index(version) <= VERSIONS.index("5.17")
    taken = 0
    for seed in SEEDS_OF_NOTICES:
        play, takes = Play(kernel_named(version), seed), Takes()
        play.rig.driver.has_slot_free_notify = True
        play.rig.world.watch(takes)
        play.play()
        told = Counter(play.rig.driver.notified)
        assert (seed, Counter(takes.taken) - told) == (seed, Counter())
        assert early or (seed, told) == (seed, Counter(takes.taken))
        taken += len(takes.taken)
    assert taken > len(SEEDS_OF_NOTICES)


def play_all(kernel: Kernel, seeds: range) -> None:
    for seed in seeds:
        play = Play(kernel, seed)
        answers = play.play()
        assert (seed, answers, play.complaints) == (seed, [None] * 4, [])
        core = play.rig.core
        assert (seed, core.memory.in_use, core.rmap, core.isolated) == (seed, 0, {}, {})
        assert (core.nr_swap_pages, core.total_swap_pages, core.avail) == (0, 0, [])
        assert (core.mmlist, play.rig.disk.openers) == ([], 0)
