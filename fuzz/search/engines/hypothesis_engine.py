"""Hypothesis as an engine: sequential programs by a rule-based state machine, concurrent cases.

A machine has a rule for each kind of operation and runs its program when its example ends.
Hypothesis draws and repeats nothing on purpose: shrinking is for the campaign, which shrinks the
findings of every engine alike. In a test, `@given(cases(target))` shrinks by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from fuzz.program.case import Case, Program
from fuzz.search.hypothesis_cases import cases, operations_of
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.operation import Operation
    from fuzz.search.explorer import Explorer

EXAMPLES: Final = 100
"""Examples of a test, after which it is the other one's turn: what Hypothesis does by default."""
STEPS: Final = 50
"""Operations of a sequential program, at most: what Hypothesis does by default."""
CONCURRENT_STEPS: Final = 20
"""Operations of a task of a concurrent case, at most: of more, Hypothesis gives most up."""


def search(explorer: Explorer) -> None:
    """Run sequential and concurrent cases by turns."""
    choices = Choices(explorer.assignment.seed)
    while not explorer.over:
        _run_sequential(explorer, choices.seed_for_child())
        _run_concurrent(explorer, choices.seed_for_child())


def _settings() -> settings:
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=tuple(HealthCheck),  # type: ignore[arg-type]
    )


def _run(explorer: Explorer, case: Case) -> None:
    """Run a case; when the search is over, the rest of the examples come to nothing."""
    if not explorer.over:
        explorer.run(case)


def _run_concurrent(explorer: Explorer, number: int) -> None:
    assignment = explorer.assignment
    drawn = cases(
        assignment.target,
        kernels=(assignment.kernel,),
        fixed=assignment.settings,
        max_operations=CONCURRENT_STEPS,
    )

    @seed(number)
    @_settings()
    @given(drawn)
    def test(case: Case) -> None:
        _run(explorer, case)

    test()


def _run_sequential(explorer: Explorer, number: int) -> None:
    assignment = explorer.assignment

    class Sequence(RuleBasedStateMachine):
        """A program of one task."""

        def __init__(self) -> None:
            super().__init__()
            self.operations: list[Operation[Any]] = []

        def teardown(self) -> None:
            """Run what was put together."""
            program = Program("A", tuple(self.operations))
            settings = tuple(assignment.settings.items())
            _run(explorer, Case(assignment.target.name, assignment.kernel, settings, (program,)))

    for kind in assignment.target.operations:
        setattr(Sequence, f"do_{kind.word}", _rule_of(operations_of(kind)))
    run_state_machine_as_test(seed(number)(Sequence), settings=_settings())


def _rule_of(operations: st.SearchStrategy[Operation[Any]]) -> Callable[..., None]:
    def do(self: Any, operation: Operation[Any]) -> None:
        self.operations.append(operation)

    made: Callable[..., None] = rule(operation=operations)(do)
    return made
