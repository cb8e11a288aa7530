"""Cases as a search leaves them: long, drawn, and showing a bug of a toy."""

from dataclasses import replace
from typing import Final

from fuzz.program.case import Case, Injection, Program, Schedule
from fuzz.program.execute import execute
from fuzz.program.operation import draw_operation
from fuzz.program.target import Target
from fuzz.values.choices import Choices
from fuzz.world.faults import Attributes

STRATEGIES: Final = ("pos", "walk", "sticky", "pct3")


def failing_case(target: Target, identity: tuple[str, str], seed: int) -> Case:
    """Draw cases of 2 to 4 tasks, with 3 to 12 operations each, until one shows the finding."""
    choices = Choices(seed)
    while True:
        case = long_case(target, choices)
        if any(one.identity == identity for one in execute(target, case).findings):
            return case


def long_case(target: Target, choices: Choices) -> Case:
    names = "ABCD"[: 2 + choices.below(3)]
    cpus = str(1 + choices.below(4))
    return Case(
        target.name,
        target.kernels[0],
        settings=() if cpus == "2" else (("cpus", cpus),),
        programs=tuple(long_program(target, name, choices) for name in names),
        schedule=Schedule(choices.one_of(STRATEGIES), choices.seed_for_child(), steps=100),
        injections=injections(target, choices),
    )


def long_program(target: Target, name: str, choices: Choices) -> Program:
    count = 3 + choices.below(10)
    kinds = [choices.one_of(target.operations) for _ in range(count)]
    return Program(name, tuple(draw_operation(kind, choices) for kind in kinds))


def injections(target: Target, choices: Choices) -> tuple[Injection, ...]:
    often = Attributes("", probability=10 + choices.below(30), times=-1)
    names = dict.fromkeys(point.capability for point in target.fault_points)
    return tuple(
        Injection(replace(often, capability=name), choices.seed_for_child()) for name in names
    )
