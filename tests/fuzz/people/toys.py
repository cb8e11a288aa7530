"""What the tests of this folder show to people: the toys, and a counter with designs."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import Any, Final

from fuzz.people.cli import main
from fuzz.program.case import Case
from fuzz.program.domain import Word
from fuzz.program.operation import Operation
from fuzz.program.target import Setting, Target
from fuzz.program.text import parse_case
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World
from tests.toys import counter, depot

DESIGNS: Final = Setting("design", Word(("none", "lock")), "none", "what guards it", drawn=False)


class DesignedTarget(counter.CounterTarget):
    """The counter of kernel 1, for which somebody proposed a lock."""

    name: Final = "designed"  # pyright: ignore[reportIncompatibleVariableOverride]
    kernels: Final = ("0", "1")  # pyright: ignore[reportIncompatibleVariableOverride]
    settings: Final = (*counter.TARGET.settings, DESIGNS)  # pyright: ignore

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        if kernel == "0" and settings["design"] == "lock":
            raise ValueError("kernel 0 has no locks")

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> counter.Counter:
        del kernel, tasks, launch
        locked = settings["design"] == "lock"
        return counter.Counter(world, SpinLock(world, counter.LOCK) if locked else nullcontext())

    def kernel_notes(self, version: str) -> list[str]:
        return [f"locks: {'no' if version == '0' else 'yes'}"]

    def kernel_differences(self, one: str, other: str) -> list[str]:
        return ["locks: no -> yes"] if one < other else []


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {"counter": counter.TARGET, "depot": depot.TARGET, "designed": DesignedTarget()}
)

LOST: Final = """\
target counter
kernel 1
task A
  add amount=3
  read
task B
  add amount=2
  add amount=4
fault B counter.note#1 ENOMEM
switch A counter.write#1 B
"""
"""An update is lost on kernel 1; on kernel 2 the lock makes B wait."""


def case_of(text: str) -> Case:
    return parse_case(text, TARGETS)


def swapstorm(*words: object) -> int:
    """Type a command; return what the shell is told."""
    return main([str(word) for word in words], TARGETS)
