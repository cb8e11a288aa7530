"""The target `zram` beside a real kernel: each operation on both, and the first difference told.

The real kernel runs the whole program before the model begins. The model then runs it with the
compressed sizes that the kernel gave, and stops at the first operation after which an answer or a
statistic differs. That is a finding, so that everything that shrinks and shows findings serves.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from targets.conform.observing import WATCHED
from targets.conform.sizes import RecordedSizes
from targets.conform.watched_seat import Comparison, WatchedSeat
from targets.device.steps import boot_steps, step_of
from targets.shared.direct_io import DIRECT_OPERATIONS
from targets.shared.settings import ALGORITHM, kernel_of
from targets.zram import TARGET as ZRAM
from targets.zram.operations import ZRAM_OPERATIONS
from targets.zram.system import ZramSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.values.point import Point
    from fuzz.world.world import World
    from targets.device.real_kernel import RealKernel, Reply, Step

ANSWERS: Final = "answers"
STATISTICS: Final = "statistics"
WORD: Final = re.compile(r"[\w-]+")
"""What may be the name of an algorithm in a text that is written to a file."""


class Compared:
    """The target `zram`, in every respect, with a real kernel to compare it with."""

    name = ZRAM.name
    sentence = ZRAM.sentence
    kernels = ZRAM.kernels
    settings = ZRAM.settings
    operations = tuple(
        kind for kind in ZRAM.operations if kind not in (*ZRAM_OPERATIONS, *DIRECT_OPERATIONS)
    )
    fault_points: tuple[Point, ...] = ()

    def __init__(self, real: RealKernel) -> None:
        """Compare with a kernel that runs."""
        self._real = real
        self._sizes = RecordedSizes()
        self._algorithms: tuple[str, ...] = tuple(real.hello["algorithms"])
        self._default: str = real.hello["default_algorithm"]
        self._replies: dict[str, Sequence[Reply]] = {}

    def forget_replies(self) -> None:
        """Ask the kernel anew from now on: the same program again is a second opinion."""
        self._replies.clear()

    def learn(self, cases: Sequence[Case]) -> None:
        """Measure the pages of many cases together, which is cheaper than one by one."""
        for algorithm in self._algorithms:
            self._sizes.measure(self._real, algorithm, self._pages_of(cases, algorithm))

    def _pages_of(self, cases: Sequence[Case], algorithm: str) -> Iterator[bytes]:
        for case in cases:
            operations = [one for program in case.programs for one in program.operations]
            first = case.setting(ALGORITHM.name, ALGORITHM.default)
            yield from self._needed_sizes(first, operations).get(algorithm, ())

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse what the model cannot be."""
        kernel_of(kernel, settings)

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> ComparedSystem:
        """Run the program on the kernel, and make a machine of the model that is to follow it."""
        del launch
        operations = [operation for program in tasks.values() for operation in program]
        self._measure(settings[ALGORITHM.name], operations)
        boot = boot_steps(settings)
        replies = self._replies_to([*boot, *map(step_of, operations)])
        system = ZramSystem(world, kernel_of(kernel, settings), settings, codec=self._sizes)
        return ComparedSystem(
            system,
            Comparison(system.zram, operations, replies[len(boot) :], replies[len(boot) - 1]),
        )

    def _replies_to(self, steps: Sequence[Step]) -> Sequence[Reply]:
        key = repr(steps)
        if key not in self._replies:
            self._replies[key] = self._real.run(steps, WATCHED)
        return self._replies[key]

    def _measure(self, algorithm: str, operations: Sequence[Operation[Any]]) -> None:
        for name, pages in self._needed_sizes(algorithm, operations).items():
            self._sizes.measure(self._real, name, pages)

    def _needed_sizes(
        self, algorithm: str, operations: Sequence[Operation[Any]]
    ) -> dict[str, dict[bytes, None]]:
        """List what may be compressed: every page with every algorithm that may be the device's.

        A reset brings back the default one.
        """
        pages: dict[bytes, None] = {}
        named: dict[str, None] = {algorithm: None}
        for step in map(step_of, operations):
            if step["op"] == "write":
                pages[base64.b64decode(step["data"])] = None
            elif step["op"] == "store":
                named |= dict.fromkeys(WORD.findall(step["text"]))
        known = [name for name in named if name in self._algorithms]
        return dict.fromkeys((*known, self._default), pages)


class ComparedSystem:
    """The model's machine, watched."""

    dormant = frozenset[str]()

    def __init__(self, system: ZramSystem, comparison: Comparison) -> None:
        """Watch a system."""
        self._system = system
        self._comparison = comparison

    def boot(self) -> None:
        """Set the device up."""
        self._system.boot()

    def seat(self, task: str) -> WatchedSeat:
        """Compare what the set-up came to, and let the task begin."""
        self._comparison.after_boot()
        return WatchedSeat(self._system.seat(task), self._comparison)

    def judge(self) -> None:
        """Check what the model promises by itself, unless it has differed already."""
        if not self._comparison.differed:
            self._system.judge()

    def counters(self) -> dict[str, int]:
        """Count what was compared."""
        comparison = self._comparison
        return {ANSWERS: comparison.answers, STATISTICS: comparison.statistics}
