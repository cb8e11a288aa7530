"""Claims about habits as targets write them down."""

import pytest

from fuzz.program.habits import habits_of
from fuzz.program.target import SimpleTarget, System
from fuzz.world.world import World
from targets.swap import TARGET as SWAP
from targets.zram import TARGET as ZRAM
from targets.zsmalloc import TARGET as ZSMALLOC
from tests.toys.depot import Move, Put

OPERATIONS = (Put, Move)


class Shop(SimpleTarget):
    """A depot whose users have habits."""

    habits = ("put load=7, move way=out", "move")


def nothing(world: World) -> System:
    raise AssertionError(f"{world} runs nothing here")


def test_a_line_is_read_as_its_operations_with_what_is_given() -> None:
    shop = Shop("shop", "a shop", nothing, OPERATIONS)
    steps = [[(step.kind, dict(step.given)) for step in habit] for habit in habits_of(shop)]
    assert steps == [[(Put, {"load": 7}), (Move, {"way": "out"})], [(Move, {})]]


def test_a_target_need_not_have_any() -> None:
    assert habits_of(SimpleTarget("shop", "a shop", nothing, OPERATIONS)) == ()


def test_a_line_that_names_what_the_target_cannot_do_is_its_bug() -> None:
    shop = Shop("shop", "a shop", nothing, OPERATIONS[:1])
    with pytest.raises(KeyError, match="move"):
        habits_of(shop)


@pytest.mark.parametrize("target", [SWAP, ZRAM, ZSMALLOC], ids=lambda target: target.name)
def test_the_habits_of_the_targets_can_be_read(target: object) -> None:
    assert all(habits_of(target))  # type: ignore[arg-type]
