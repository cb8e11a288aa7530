"""Claims about runs of operations drawn after a habit."""

from dataclasses import dataclass

from fuzz.program.domain import Number
from fuzz.program.habits import Step
from fuzz.program.operation import Operation, argument
from fuzz.search.usage import draw_usage
from fuzz.values.choices import Choices

THINGS = Number(0, 999)


@dataclass(frozen=True)
class Make(Operation[object]):
    word = "make"
    thing: int = argument(THINGS)
    size: int = argument(Number(1, 5))


@dataclass(frozen=True)
class Swap(Operation[object]):
    word = "swap"
    thing: int = argument(THINGS)
    other: int = argument(THINGS)


@dataclass(frozen=True)
class Break(Operation[object]):
    word = "break"
    thing: int = argument(THINGS)


HABIT = (Step(Make, {"size": 3}), Step(Swap, {}), Step(Break, {}))


def test_a_usage_keeps_the_order_of_its_habit_and_what_is_given() -> None:
    usages = [draw_usage(HABIT, Choices(seed), []) for seed in range(300)]
    shapes = {tuple(operation.word for operation in usage) for usage in usages}
    order = ("make", "swap", "break")
    assert order in shapes
    assert all(tuple(word for word in order if word in shape) == shape for shape in shapes)
    assert all(shapes)
    assert {made.size for usage in usages for made in usage if isinstance(made, Make)} == {3}


def test_a_usage_goes_on_with_the_thing_that_it_is_about() -> None:
    usages = [draw_usage(HABIT, Choices(seed), [], echo=0) for seed in range(600)]
    whole = [usage for usage in usages if len(usage) == len(HABIT)]
    same = sum(usage[0].thing == usage[1].thing for usage in whole)  # type: ignore[attr-defined]
    assert 0.75 < same / len(whole) < 0.95


def test_two_arguments_of_an_operation_do_not_name_the_same_thing_for_the_habit() -> None:
    usages = [draw_usage(HABIT[1:], Choices(seed), [], echo=0) for seed in range(300)]
    swaps = [swap for usage in usages for swap in usage if isinstance(swap, Swap)]
    equal = sum(swap.thing == swap.other for swap in swaps)
    assert equal < len(swaps) / 4


def test_a_usage_borrows_names_that_are_there() -> None:
    usages = [draw_usage(HABIT[2:], Choices(seed), [Break(77)], echo=100) for seed in range(20)]
    assert {str(operation) for usage in usages for operation in usage} == {"break thing=77"}
