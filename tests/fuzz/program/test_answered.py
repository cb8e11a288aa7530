"""Who judges answers learns what was injected meanwhile, and whether anybody else was at work."""

from typing import TYPE_CHECKING

from fuzz.program.answered import Answered
from fuzz.program.case import Case, Program
from fuzz.program.execute import execute
from fuzz.values.anchor import Anchor, Fault, Switch
from tests.toys import counter
from tests.toys.counter import Add, Counter, CounterTarget

if TYPE_CHECKING:
    from collections.abc import Callable

Said = tuple[str, bool, tuple[str, ...], tuple[str, ...], bool]


class Judged(CounterTarget):
    """The counter, with somebody who writes down all that is said of answers."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def build(self, *args: object, **named: object) -> Counter:
        build: Callable[..., Counter] = super().build
        system = build(*args, **named)
        return Judge(system, self.said)


class Judge(Counter):
    def __init__(self, counted: Counter, said: list[Said]) -> None:
        vars(self).update(vars(counted))
        self.said = said

    def answered(self, seat: Counter, answered: Answered) -> None:
        assert seat is self
        how = answered.injected, answered.ever_injected, answered.alone
        self.said.append((answered.text, answered.refused, *how))


def said_of(case: Case) -> list[Said]:
    target = Judged()
    execute(target, case)
    return target.said


def test_a_judge_learns_what_was_injected_while_an_operation_ran_and_before() -> None:
    programs = (Program("A", (Add(1), Add(2))),)
    fault = Fault(Anchor("A", counter.NO_MEMORY.name, 1), "ENOMEM")
    case = Case("counter", "1", programs=programs, faults=(fault,))
    assert said_of(case) == [
        ("ENOMEM", True, ("ENOMEM",), ("ENOMEM",), True),
        ("ok", False, (), ("ENOMEM",), True),
    ]


def test_an_operation_is_not_alone_when_another_task_comes_between() -> None:
    programs = (Program("A", (Add(1),)), Program("B", (Add(2),)))
    case = Case("counter", "1", programs=programs)
    assert [alone for *_, alone in said_of(case)] == [True, True]
    switch = Switch(Anchor("A", counter.WRITE.name, 1), "B")
    case = Case("counter", "1", programs=programs, switches=(switch,))
    assert [alone for *_, alone in said_of(case)] == [True, False]
