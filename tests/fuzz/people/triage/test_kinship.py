"""Which identities are of one bug; the counter here names its finding by what is left of it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fuzz.people.triage import kinship
from fuzz.people.triage.gathering import Gathered, Given
from fuzz.people.triage.kinship import Smallest, families
from fuzz.people.triage.triage import triage
from fuzz.program.case import Case
from fuzz.program.operation import Operation
from fuzz.program.target import Target
from fuzz.program.text import parse_case
from fuzz.world.world import World
from tests.fuzz.people.triage.cases import SMALL
from tests.toys.counter import LOST_UPDATE, Counter, CounterTarget


class Revealing(Counter):
    def judge(self) -> None:
        if self._value != self._added:
            self._world.report(LOST_UPDATE, "lost", "", place=f"left{self._value}")

    def oops(self) -> str:
        self._world.report(LOST_UPDATE, "lost", "", place="oops")
        return "ok"


@dataclass(frozen=True, slots=True)
class Oops(Operation[Revealing]):
    word = "oops"

    def run(self, seat: Revealing) -> str:
        return seat.oops()


class RevealingTarget(CounterTarget):
    operations = (*CounterTarget.operations, Oops)  # pyright: ignore

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> Counter:
        del kernel, settings, tasks, launch
        return Revealing(world, nullcontext())


TARGET = RevealingTarget()
LEFT_1 = SMALL.replace("amount=1\nswitch", "amount=2\nswitch").replace("lost-update add", "clean")
"""A adds 1, B adds 2; A is the last to write."""
OOPS = """\
target counter
kernel 1
task A
  oops
"""
LEFT_2 = LEFT_1.replace("write#1 B", "write#1 B\nswitch B counter.write#1 A")


def given(name: str, text: str) -> Given:
    return Given(Path(name), TARGET, parse_case(text, {"counter": TARGET}), text)


def smallest(text: str) -> Smallest:
    case = given("x", text).case
    return Smallest(TARGET, replace(case, expectations=()))


def kin(*cases: tuple[str, str]) -> dict[str, str]:
    return families({signature: smallest(text) for signature, text in cases})


def test_identities_that_one_program_shows_in_other_interleavings_are_one_bug() -> None:
    found = kin(("lost-update-left1", LEFT_1), ("lost-update-left2", LEFT_2))
    assert found == dict.fromkeys(("lost-update-left1", "lost-update-left2"), "lost-update-left1")


def test_a_neighbour_that_comes_to_another_case_may_be_of_another_bug(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lazy(_target: Target, case: Case, _identity: object, *, budget: int) -> Any:
        assert budget == kinship.SHRINK_RUNS
        return SimpleNamespace(case=case)

    monkeypatch.setattr(kinship, "shrink", lazy)
    found = kin(("lost-update-left1", LEFT_1), ("lost-update-left2", LEFT_2))
    assert found == {name: name for name in found}


def test_an_operation_more_that_brings_its_own_bug_makes_no_family() -> None:
    found = kin(("lost-update-left1", LEFT_1), ("lost-update-oops", OOPS))
    assert found == {name: name for name in found}


def test_a_family_is_one_group_that_names_them_all() -> None:
    cases = (given("one.case", LEFT_1), given("other.case", LEFT_2))
    (group,) = triage(Gathered(cases, ()), None, lambda _: None).groups
    assert (group.signature, group.also) == ("lost-update-left1", ("lost-update-left2",))
    assert [one.given.path.name for one in group.members] == ["one.case", "other.case"]
    apart = triage(Gathered(cases, ()), None, lambda _: None, everywhere=False).groups
    assert len(apart) == 2
