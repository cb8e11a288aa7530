"""A case on the zram of a real kernel: its one task, and the kernel's replies to each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.program.target import CannotRun
from targets.device.guests.errors import GuestError
from targets.device.planning import boot_steps, plan_of
from targets.device.replies import RepliedSeat, replies_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from fuzz.program.operation import Operation
    from targets.device.real_kernel import RealKernel, Reply


class DeviceSystem:
    """A kernel that runs for as long as it takes to run one program on a fresh device."""

    dormant = frozenset[str]()

    def __init__(
        self,
        start: Callable[[], AbstractContextManager[RealKernel]],
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
    ) -> None:
        """Take a program of one task; `CannotRun` for any other."""
        busy = [name for name, operations in tasks.items() if operations]
        if len(busy) > 1:
            raise CannotRun(
                f"a real kernel is not switched at will: expected one task, not {', '.join(busy)}"
            )
        self._start = start
        self._boot = boot_steps(settings)
        self._planned = plan_of(one for operations in tasks.values() for one in operations)
        self._seats: Iterator[RepliedSeat] = iter(())

    def boot(self) -> None:
        """Start the kernel, run the whole program on it, and end the kernel."""
        steps = [*self._boot, *(one.step for one in self._planned if one.step is not None)]
        try:
            with self._start() as kernel:
                replies = kernel.run(steps)
        except GuestError as error:
            raise CannotRun(error.full) from None
        self._check_boot(replies)
        answers = replies_to(
            self._planned, replies[len(self._boot) :], replies[len(self._boot) - 1]
        )
        self._seats = (
            RepliedSeat(reply, one.number)
            for one, reply in zip(self._planned, answers, strict=True)
        )

    def _check_boot(self, replies: Sequence[Reply]) -> None:
        for step, reply in zip(self._boot, replies, strict=False):
            if "errno" in reply:
                raise CannotRun(
                    f"the kernel refuses {step['text']!r} in {step['file']}: {reply['errno']}"
                )

    def seat(self, task: str) -> AnsweringSeat:
        """Let the task take its replies, one for each call."""
        del task
        return AnsweringSeat(self._seats)

    def judge(self) -> None:
        """Judge nothing: what a real kernel does is how it is."""

    def counters(self) -> dict[str, int]:
        """Count nothing: the kernel's own statistics can be read with an operation."""
        return {}


class AnsweringSeat:
    """The seat of a task: each call is answered with the kernel's next reply."""

    def __init__(self, seats: Iterator[RepliedSeat]) -> None:
        """Answer from these, one after the other."""
        self._seats = seats

    def __getattr__(self, call: str) -> Callable[..., Any]:
        """Find what answers a call: an operation makes one."""
        return getattr(next(self._seats), call)
