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
from targets.conform.programs import supported
from targets.conform.promises import CONFORM_DIFFERS
from targets.conform.sizes import RecordedSizes
from targets.conform.watched_seat import Comparison, WatchedSeat
from targets.device.planning import boot_steps, plan_of
from targets.device.replies import replies_to
from targets.device.target import DeviceTarget
from targets.linux.machine.page import PAGE_SIZE
from targets.shared.settings import ALGORITHM, kernel_of
from targets.zram import TARGET as ZRAM
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
    operations: tuple[type[Operation[Any]], ...] = DeviceTarget.operations
    """All that one task can do with a device by itself."""
    fault_points: tuple[Point, ...] = ()
    promises = (CONFORM_DIFFERS, *ZRAM.promises)

    def __init__(self, real: RealKernel) -> None:
        """Compare with a kernel that runs; what it cannot do, or shall not, is no operation."""
        self.operations = supported(self, real.hello)
        self._real = real
        self._sizes = RecordedSizes(real)
        self.algorithms: tuple[str, ...] = tuple(real.hello["algorithms"])
        self._default: str = real.hello["default_algorithm"]
        self._replies: dict[str, Sequence[Reply]] = {}

    def forget_replies(self) -> None:
        """Ask the kernel anew from now on: the same program again is a second opinion."""
        self._replies.clear()

    def learn(self, cases: Sequence[Case]) -> None:
        """Measure the pages of many cases together, which is cheaper than one by one."""
        for algorithm in self.algorithms:
            self._sizes.measure(algorithm, self._pages_of(cases, algorithm))

    def _pages_of(self, cases: Sequence[Case], algorithm: str) -> Iterator[bytes]:
        for case in cases:
            operations = [one for program in case.programs for one in program.operations]
            first = case.setting(ALGORITHM.name, ALGORITHM.default)
            yield from self._needed_sizes(first, operations).get(algorithm, ())

    def learn_sizes(
        self, settings: Mapping[str, Any], tasks: Mapping[str, tuple[Operation[Any], ...]]
    ) -> None:
        """Measure the pages of one program: the kernel is asked the same for it at any time."""
        operations = [one for program in tasks.values() for one in program]
        needed = self._needed_sizes(settings[ALGORITHM.name], operations)
        for algorithm in self.algorithms:
            self._sizes.measure(algorithm, needed.get(algorithm, ()))

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
        boot, planned = boot_steps(settings), plan_of(operations)
        steps = [one.step for one in planned if one.step is not None]
        real = self._ask([*boot, *steps])
        replies = replies_to(planned, real[len(boot) :], real[len(boot) - 1])
        system = ZramSystem(world, kernel_of(kernel, settings), settings, codec=self._sizes)
        comparison = Comparison(
            world, system.control.devices, planned, replies, real[len(boot) - 1]
        )
        return ComparedSystem(system, comparison)

    def _ask(self, steps: Sequence[Step]) -> Sequence[Reply]:
        key = repr(steps)
        if key not in self._replies:
            self._replies[key] = self._real.run(steps, WATCHED)
        return self._replies[key]

    def _needed_sizes(
        self, algorithm: str, operations: Sequence[Operation[Any]]
    ) -> dict[str, dict[bytes, None]]:
        """List what may be compressed: every page with every algorithm that may be the device's.

        A reset brings back the default one.
        """
        pages: dict[bytes, None] = {}
        named: dict[str, None] = {algorithm: None}
        for step in (one.step or {} for one in plan_of(operations)):
            match step.get("op"):
                case "write":
                    data = base64.b64decode(step["data"])
                    starts = range(0, len(data), PAGE_SIZE)
                    pages |= {data[start : start + PAGE_SIZE]: None for start in starts}
                case "store":
                    named |= dict.fromkeys(WORD.findall(step["text"]))
                case _:
                    pass
        known = [name for name in named if name in self.algorithms]
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
        """Judge nothing: a promise that both break in the same way is no difference."""

    def counters(self) -> dict[str, int]:
        """Count what was compared."""
        comparison = self._comparison
        return {ANSWERS: comparison.answers, STATISTICS: comparison.statistics}
