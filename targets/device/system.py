"""A case on the zram of a real kernel: its one task, and the kernel's replies to each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.program.target import CannotRun
from targets.device.guests.errors import GuestError
from targets.device.steps import RepliedSeat, boot_steps, step_of

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
        self._operations = [one for operations in tasks.values() for one in operations]
        self._replies: Iterator[Reply] = iter(())

    def boot(self) -> None:
        """Start the kernel, run the whole program on it, and end the kernel."""
        steps = [*self._boot, *map(step_of, self._operations)]
        try:
            with self._start() as kernel:
                replies = kernel.run(steps)
        except GuestError as error:
            raise CannotRun(error.full) from None
        self._check_boot(replies)
        self._replies = iter(replies[len(self._boot) :])

    def _check_boot(self, replies: Sequence[Reply]) -> None:
        for step, reply in zip(self._boot, replies, strict=False):
            if "errno" in reply:
                raise CannotRun(
                    f"the kernel refuses {step['text']!r} in {step['file']}: {reply['errno']}"
                )

    def seat(self, task: str) -> DeviceSystem:
        """Let the task take its replies, one for each call."""
        del task
        return self

    def judge(self) -> None:
        """Judge nothing: what a real kernel does is how it is."""

    def counters(self) -> dict[str, int]:
        """Count nothing: the kernel's own statistics can be read with an operation."""
        return {}

    def read_file(self, name: str) -> str:
        """Return what the kernel showed."""
        return self._next().read_file(name)

    def write_file(self, name: str, text: str) -> None:
        """Refuse as the kernel did."""
        self._next().write_file(name, text)

    def read_block(self, block: int) -> bytes:
        """Return the data that came."""
        return self._next().read_block(block)

    def write_block(self, block: int, data: bytes) -> None:
        """Refuse as the kernel did."""
        self._next().write_block(block, data)

    def discard_blocks(self, first: int, count: int) -> None:
        """Refuse as the kernel did."""
        self._next().discard_blocks(first, count)

    def _next(self) -> RepliedSeat:
        return RepliedSeat(next(self._replies))
