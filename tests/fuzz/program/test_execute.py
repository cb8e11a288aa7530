import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from fuzz.program.case import Case, Injection, Program, Schedule
from fuzz.program.execute import execute, materialised
from fuzz.program.operation import Operation
from fuzz.program.outcome import Answer, Outcome
from fuzz.program.target import Target
from fuzz.program.text import case_text, parse_case
from fuzz.search.hypothesis_cases import cases
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.finding import Finding, Harm
from fuzz.values.promise import Promise
from fuzz.world.faults import Attributes, OrderOfTests
from fuzz.world.schedule.by_name import STRATEGY_NAMES
from fuzz.world.task import Task
from fuzz.world.world import World
from tests.rules.source import ROOT
from tests.toys import counter, depot
from tests.toys.counter import Add, Read
from tests.toys.depot import Call, Open, Put, Reserve, Take

FIRE = Promise("fire", "The depot stands.", Harm.CRASH)
NOTE_2 = Fault(Anchor("A", "counter.note", 2), "ENOMEM")
AT_WRITE = Switch(Anchor("A", "counter.write", 1), "B")

RACE = Case(
    target="counter",
    kernel="1",
    programs=(Program("A", (Add(1), Add(2))), Program("B", (Add(4), Read()))),
    faults=(NOTE_2,),
    switches=(AT_WRITE,),
)

ALL_AT_ONCE = replace(
    RACE,
    programs=tuple(Program(name, (Add(1), Read(), Add(2))) for name in "ABC"),
    faults=(),
    switches=(),
    injections=(Injection(Attributes("memory", probability=30, times=-1), 3),),
)


def target_of(case: Case) -> Target:
    return {"counter": counter.TARGET, "depot": depot.TARGET}[case.target]


def run(case: Case) -> Outcome:
    return execute(target_of(case), case)


def test_a_run_answers_for_every_operation_and_a_refusal_is_an_answer() -> None:
    assert run(RACE).answers == (
        Answer("B", 0, "ok"),
        Answer("B", 1, "4"),
        Answer("A", 0, "ok"),
        Answer("A", 1, "ENOMEM"),
    )


def test_a_broken_promise_is_a_finding() -> None:
    title = "an update of the counter is lost"
    detail = "5 was added, the counter says 1"
    assert run(RACE).findings == (
        Finding("lost-update", ("add",), Harm.DATA_LOSS, title, detail, "-", 16),
    )


def test_a_run_says_what_it_cost_what_failed_and_who_was_switched_to() -> None:
    outcome = run(RACE)
    assert outcome.counters == {"value": 1}
    assert outcome.faults == (NOTE_2,)
    assert outcome.switches == (AT_WRITE,)
    assert outcome.unreached == ()


def test_a_lock_keeps_the_promise() -> None:
    assert run(replace(RACE, kernel="2")).findings == ()


def test_faults_and_switches_that_no_visit_came_to_are_told() -> None:
    late = Fault(Anchor("A", "counter.note", 3), "ENOMEM")
    nowhere = Switch(Anchor("A", "cellar", 1), "B")
    nobody = Switch(Anchor("A", "counter.read", 1), "Z")
    case = replace(RACE, faults=(late, NOTE_2), switches=(nowhere, AT_WRITE, nobody))
    outcome = run(case)
    assert outcome.unreached == (late, nowhere, nobody)
    assert materialised(case, outcome) == RACE


def test_a_dormant_task_waits_until_it_is_launched_once() -> None:
    cleaner = Program(depot.CLEANER, (Open(),))
    asleep = Case("depot", "1", programs=(Program("A", (Open(),)), cleaner))
    called = replace(asleep, programs=(Program("A", (Call(), Call())), cleaner))
    assert run(asleep).answers == (Answer("A", 0, "ok"),)
    assert run(called).answers == (
        Answer("A", 0, "comes"),
        Answer("A", 1, "nobody"),
        Answer("cleaner", 0, "ok"),
    )


def test_what_a_stopped_machine_left_half_done_is_not_judged() -> None:
    half = Program("A", (Reserve(), Reserve(), Put(9)))
    case = Case("depot", "1", programs=(half, Program("B", (Put(9),))))
    notes = tuple(Fault(Anchor("A", "depot.note", visit), "NO_PEN") for visit in (1, 2))
    box = Fault(Anchor("A", "depot.box", 1), "EMPTY")
    fetch = Switch(Anchor("A", "depot.cellar", 1), "B")
    assert [f.kind for f in run(replace(case, faults=notes)).findings] == ["leak"]
    fatal = run(replace(case, faults=(*notes, box), switches=(fetch,)))
    assert [f.kind for f in fatal.findings] == ["overflow"]


def test_a_setting_says_how_many_cpus_there_are() -> None:
    def cpus(case: Case) -> int:
        return len({task.cpu for task, _, _, _ in run(case).trace})

    assert cpus(ALL_AT_ONCE) == 2
    assert cpus(replace(ALL_AT_ONCE, settings=(("cpus", "1"),))) == 1


def test_our_own_bug_is_no_finding() -> None:
    case = Case("depot", "1", programs=(Program("A", (Take(), Put(99))),))
    broken = replace(case, programs=(Program("A", (None,)),))  # type: ignore[arg-type]
    assert run(case).findings == ()
    with pytest.raises(AttributeError):
        run(broken)


class Listener:
    """Notes what a task says."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def passed(self, event: object) -> None:
        pass

    def told(self, task: Task, text: str) -> None:
        self.heard.append(f"{task.name} {text}")


def test_a_watcher_hears_operations_and_answers_and_changes_nothing() -> None:
    listener = Listener()
    outcome = execute(counter.TARGET, RACE, listener)
    assert outcome.text() == run(RACE).text()
    assert listener.heard == [
        "A > add amount=1",
        "B > add amount=4",
        "B = ok",
        "B > read",
        "B = 4",
        "A = ok",
        "A > add amount=2",
        "A FAULT counter.note ENOMEM",
        "A = ENOMEM",
    ]


def assert_replays(case: Case) -> None:
    outcome = run(case)
    explicit = materialised(case, outcome)
    replay = run(explicit)
    assert run(case).text() == outcome.text()
    assert replay.text() == outcome.text()
    assert replay.unreached == ()
    assert materialised(explicit, replay) == explicit


@given(cases(counter.TARGET, max_tasks=4))
def test_every_case_of_a_small_target_replays_to_the_same_bytes(case: Case) -> None:
    assert_replays(case)


@given(cases(depot.TARGET))
def test_every_case_of_a_larger_target_replays_to_the_same_bytes(case: Case) -> None:
    assert_replays(case)


@pytest.mark.parametrize("strategy", STRATEGY_NAMES)
@pytest.mark.parametrize("after", [0, 5])
def test_what_a_strategy_drew_replays_without_it(strategy: str, after: int) -> None:
    outcomes = set[str]()
    for seed in range(20):
        case = replace(ALL_AT_ONCE, schedule=Schedule(strategy, seed, after=after, steps=40))
        assert_replays(case)
        outcomes.add(run(case).digest)
    assert len(outcomes) > 1


def test_a_schedule_leaves_the_first_decisions_alone() -> None:
    case = replace(ALL_AT_ONCE, schedule=Schedule("walk", 1, after=1000))
    assert run(case).switches == ()


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_another_process_with_other_hashes_sees_the_same_bytes(hash_seed: str) -> None:
    case = replace(ALL_AT_ONCE, schedule=Schedule("pos", 11))
    script = (
        "import sys\n"
        "from fuzz.program.execute import execute\n"
        "from fuzz.program.text import parse_case\n"
        "from tests.toys.counter import TARGET\n"
        "case = parse_case(sys.stdin.read(), {'counter': TARGET})\n"
        "sys.stdout.write(execute(TARGET, case).digest)\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        input=case_text(case),
        text=True,
    )
    assert other.stdout == run(case).digest
    assert parse_case(case_text(case), {"counter": counter.TARGET}) == case


class Broken(depot.Depot):
    """A depot that burns down before it opens."""

    def boot(self) -> None:
        self._world.report(FIRE, "the depot burns down", place="boot", fatal=True)


class BrokenTarget(depot.DepotTarget):
    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> depot.Depot:
        return Broken(world, settings["room"], launch)


def test_a_system_that_does_not_come_up_runs_nothing_else() -> None:
    outcome = execute(BrokenTarget(), Case("depot", "1", programs=(Program("A", (Open(),)),)))
    assert [finding.kind for finding in outcome.findings] == ["fire"]
    assert outcome.answers == ()


class OldCounterTarget(counter.CounterTarget):
    """The counter, on kernels that know no fail-nth."""

    def order_of_tests(self, kernel: str) -> OrderOfTests:
        del kernel
        return OrderOfTests.PLAIN


def test_a_target_may_say_in_which_order_its_kernels_test() -> None:
    first = Injection(Attributes("memory", fail_nth=1), seed=1)
    case = replace(RACE, faults=(), switches=(), injections=(first,))
    assert [fault.outcome for fault in run(case).faults] == ["ENOMEM", "ENOMEM"]
    assert execute(OldCounterTarget(), case).faults == ()
