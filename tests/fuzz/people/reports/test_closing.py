"""What closes a finding: single changes alone, all that are needed together, or none."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Final, Self

import pytest

from fuzz.people.reports.closing import Border, Closing, how_it_closes
from fuzz.people.reports.matrix import run_everywhere
from fuzz.program.execute import execute
from fuzz.program.operation import Operation
from fuzz.program.target import KernelChange
from fuzz.program.text import parse_case
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World
from tests.toys import counter

LOST: Final = """\
target changing
kernel 2
task A
  add amount=3
task B
  add amount=2
switch A counter.write#1 B
"""


def change(name: str) -> KernelChange:
    return KernelChange("3", f"{name} came.", f"c0ffee-{name}", name)


class ChangingTarget(counter.CounterTarget):
    """A counter that is locked when its kernel has everything that `needs` names."""

    name: Final = "changing"  # pyright: ignore[reportIncompatibleVariableOverride]
    kernels: Final = ("1", "2", "3")  # pyright: ignore[reportIncompatibleVariableOverride]
    given: tuple[str, ...] = ()

    def __init__(self, *needs: str, refuses: str = "", fails: str = "") -> None:
        self.needs = needs
        self.refuses = refuses
        self.fails = fails

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        if self.refuses and self.refuses in self.given:
            raise ValueError("makes no sense alone")

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> counter.Counter:
        del settings, tasks, launch
        assert not self.fails or self.fails not in self.given, "two and two are five"
        locked = kernel == "3" or all(name in self.given for name in self.needs)
        return counter.Counter(world, SpinLock(world, counter.LOCK) if locked else nullcontext())

    def changes(self, older: str, newer: str) -> Sequence[KernelChange]:
        return [change(name) for name in "abcd"] if (older, newer) == ("2", "3") else []

    def repairs(self, kernel: str) -> Sequence[KernelChange]:
        return [change("e")]

    def changed(self, changes: Sequence[KernelChange]) -> Self:
        other = type(self)(*self.needs, refuses=self.refuses, fails=self.fails)
        other.given = tuple(one.key for one in changes)
        return other


def closing_of(target: Any, text: str = LOST) -> Closing:
    case = parse_case(text, {target.name: target})
    (finding,) = execute(target, case).findings
    return how_it_closes(target, case, finding, run_everywhere(target, case))


@pytest.mark.parametrize(
    ("target", "keys", "together"),
    [
        (ChangingTarget("b"), "b", False),
        (ChangingTarget("b", refuses="a"), "b", False),
        (ChangingTarget("b", "d"), "bd", True),
        (ChangingTarget("b", "z"), "", False),
    ],
)
def test_the_changes_that_make_the_difference_are_found(
    target: ChangingTarget, keys: str, *, together: bool
) -> None:
    went = closing_of(target).went
    assert went is not None
    assert (went.shows, went.clean, went.reached) == ("2", "3", True)
    assert ("".join(one.key for one in went.changes), went.together) == (keys, together)


def test_a_bug_of_the_target_is_not_taken_for_a_kernel_that_makes_no_sense() -> None:
    with pytest.raises(AssertionError, match="two and two are five"):
        closing_of(ChangingTarget("b", fails="c"))


def test_a_finding_that_the_oldest_kernel_has_did_not_come() -> None:
    closing = closing_of(ChangingTarget("b"))
    assert (closing.came, closing.designs, closing.repairs) == (None, (), ())


def test_a_repair_that_closes_it_is_named() -> None:
    assert closing_of(ChangingTarget("e")).repairs == (change("e"),)


def test_a_kernel_that_does_not_come_to_the_case_proves_nothing() -> None:
    closing = closing_of(
        ChangingTarget("b"), LOST.replace("switch", "fault A counter.note#9 ENOMEM\nswitch")
    )
    assert closing.went == Border("2", "3", reached=False)
