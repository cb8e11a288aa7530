"""Whatever the schedule: when memory is short and pages are merged or locked, data is safe."""

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from fuzz.values.refusal import Refusal
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.ksmd import ksm_do_scan
from targets.linux.mm.kswapd import reclaim_when_memory_is_short
from targets.linux.mm.madvise import madvise_dontneed, madvise_pageout
from targets.linux.mm.mergeable import madvise_mergeable, madvise_unmergeable
from targets.linux.mm.mlock import mlock, munlock
from targets.linux.mm.user import user_store
from targets.linux.swap.swapoff import swapoff
from tests.targets.linux.mm.test_random_walk import Play

SEEDS: Final = range(2010, 2040)
"""Of these, in none does swapoff fight reclaim for more pages than there is memory for.

That goes on for ever: what would end it is a signal, or an OOM killer.
"""
ALLOWED: Final = frozenset({"SIGSEGV", "VM_FAULT_OOM", "EAGAIN", "ENOMEM", "EINVAL"})
"""What a process may be told when memory is short, or another thread has ended it."""


class Crowd(Play):
    """A play with all that a process can say about its memory, on a machine with little of it."""

    def __init__(self, kernel: Kernel, seed: int) -> None:
        super().__init__(kernel, seed, frames=6 + seed % 8)
        reclaim_when_memory_is_short(self.rig.core)

    def user(self) -> None:
        actions = (madvise_mergeable, madvise_mergeable, madvise_unmergeable, mlock, munlock)
        more = (madvise_pageout, madvise_pageout, madvise_dontneed)
        for _ in range(12):
            draw: Callable[[], None] = self.choices.one_of(
                (
                    self.store,
                    self.store_common,
                    self.store_common,
                    self.load,
                    self.load,
                    self.fork,
                    self.exit,
                    self.scan,
                    self.scan,
                    *(partial(self.say, action) for action in (*actions, *more)),
                )
            )
            draw()

    def say(self, action: Callable[..., None]) -> None:
        self.attempt(lambda: action(self.rig.core, self.a_process(), self.an_index()))

    def store_common(self) -> None:
        """Write one of two contents, which ksmd finds again elsewhere."""
        data = bytes([self.choices.below(2)]) * PAGE_SIZE
        self.attempt(lambda: user_store(self.rig.core, self.a_process(), self.an_index(), data))

    def scan(self) -> None:
        self.attempt(lambda: ksm_do_scan(self.rig.core))

    def kernel(self) -> None:
        self.attempt(super().kernel)

    def off_and_on(self) -> None:
        self.attempt(super().off_and_on)

    def take_down(self) -> None:
        """End the processes first: they may have more memory than the machine; swap may be off."""
        self.end_processes()
        self.attempt(lambda: swapoff(self.rig.core, self.rig.disk))

    def attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Refusal as refusal:
            if refusal.name not in ALLOWED:
                self.complaints.append(refusal.name)


@pytest.mark.parametrize("version", VERSIONS)
def test_in_a_crowd_a_process_reads_what_it_last_wrote(version: str) -> None:
    for seed in SEEDS:
        play = Crowd(kernel_named(version), seed)
        answers = play.play()
        assert (seed, answers, play.complaints) == (seed, [None] * 4, [])
        core = play.rig.core
        assert (seed, core.memory.in_use, core.rmap, core.isolated) == (seed, 0, {}, {})
