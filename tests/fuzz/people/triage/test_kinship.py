"""Which identities are of one bug; the counter here names its finding by what is left of it."""

import collections
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fuzz.people.triage import kinship
from fuzz.people.triage.gathering import Gathered, Given
from fuzz.people.triage.kinship import Smallest, families, relatives
from fuzz.people.triage.triage import triage
from fuzz.program.operation import Operation
from fuzz.program.text import parse_case
from fuzz.world.world import World
from tests.fuzz.people.triage.cases import SMALL
from tests.toys.counter import LOST_UPDATE, Counter, CounterTarget


class Revealing(Counter):
    def judge(self) -> None:
        if self._value != self._added:
            self._world.report(LOST_UPDATE, "lost", "", place=f"left{self._value}")


class RevealingTarget(CounterTarget):
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
LEFT_2 = LEFT_1.replace("write#1 B", "write#1 B\nswitch B counter.write#1 A")


def given(name: str, text: str) -> Given:
    return Given(Path(name), TARGET, parse_case(text, {"counter": TARGET}), text)


def smallest(text: str) -> Smallest:
    case = given("x", text).case
    return Smallest(TARGET, replace(case, expectations=()))


def test_other_interleavings_of_a_program_show_its_relatives() -> None:
    found = relatives(smallest(LEFT_1))
    assert {"lost-update-left1", "lost-update-left2"} <= set(found)
    assert found.total() <= kinship.VARIATIONS


def test_identities_that_show_each_other_are_one_family() -> None:
    found = families({"lost-update-left1": smallest(LEFT_1), "lost-update-left2": smallest(LEFT_2)})
    assert found == dict.fromkeys(("lost-update-left1", "lost-update-left2"), "lost-update-left1")


@pytest.mark.parametrize(
    ("times", "back", "heads"),
    [(1, 0, ("a", "b")), (2, 0, ("a", "a")), (0, 2, ("a", "a")), (1, 1, ("a", "a"))],
)
def test_two_are_one_bug_if_one_shows_the_other_twice_or_each_the_other(
    monkeypatch: pytest.MonkeyPatch, times: int, back: int, heads: tuple[str, str]
) -> None:
    cases = {name: Smallest(TARGET, given(name, SMALL).case) for name in "ab"}
    shown = [collections.Counter(a=9, b=times), collections.Counter(b=9, a=back)]
    monkeypatch.setattr(kinship, "relatives", lambda _: shown.pop(0))
    assert tuple(families(cases).values()) == heads


def test_a_family_is_one_group_that_names_them_all() -> None:
    cases = (given("one.case", LEFT_1), given("other.case", LEFT_2))
    (group,) = triage(Gathered(cases, ()), None, lambda _: None).groups
    assert (group.signature, group.also) == ("lost-update-left1", ("lost-update-left2",))
    assert [one.given.path.name for one in group.members] == ["one.case", "other.case"]
    apart = triage(Gathered(cases, ()), None, lambda _: None, everywhere=False).groups
    assert len(apart) == 2
