"""What single passes come to, on cases that need just them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from fuzz.program.domain import Word
from fuzz.program.operation import Operation, argument
from fuzz.program.target import Setting
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.anchors import place_switches, simplify_faults
from fuzz.search.shrink.arguments import simplify_arguments
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.chunks import cut_faults, cut_operations, cut_switches
from fuzz.search.shrink.compensate import cut_and_compensate
from fuzz.search.shrink.configuration import cut_and_reconfigure, drop_settings
from fuzz.search.shrink.detours import cut_detours
from fuzz.search.shrink.everything import turn_everything_off
from fuzz.search.shrink.exchange import exchange_work
from fuzz.search.shrink.fewer_switches import find_fewer_switches
from fuzz.search.shrink.joint import cut_pairs, cut_single_atoms
from fuzz.search.shrink.kinds import simplify_kinds
from fuzz.search.shrink.later import cut_what_came_later
from fuzz.search.shrink.merging import merge_tasks
from fuzz.search.shrink.names import rename_tasks
from fuzz.search.shrink.orders import order_operations, order_tasks
from fuzz.search.shrink.repair import cut_and_repair
from fuzz.search.shrink.tasks import cut_tasks
from fuzz.search.shrink.trade import trade_for_a_fault
from fuzz.world.world import World
from tests.toys import counter, depot

TARGETS = {"counter": counter.TARGET, "depot": depot.TARGET}

UPDATE = ("lost-update", "add")
RACE = "task A\n  add amount=1\ntask B\n  add amount=1\nswitch A counter.write#1 B\n"
LEAK = ("leak", "reserve")
TWO_LOST = "fault A depot.note#1 NO_PEN\nfault A depot.note#2 NO_PEN\n"
HUNG = ("hung-task", "move")
LOCKED_IN = ("locked-in", "take")
OVERFLOW = ("overflow", "put")

Pass = Callable[[Attempts], None]


def after(one: Pass, text: str, identity: tuple[str, str]) -> tuple[str, int]:
    """Apply a pass; return the body of the case and the executions that it took."""
    target = counter.TARGET if identity == UPDATE else depot.TARGET
    head = f"target {target.name}\nkernel 1\n"
    attempts = Attempts(target, parse_case(head + text, TARGETS), identity, 2000)
    one(attempts)
    return case_text(attempts.case).removeprefix(head), attempts.executions - 1


@pytest.mark.parametrize(
    ("one", "identity", "before", "expected"),
    [
        (turn_everything_off, LEAK, "task A\n  reserve\n  reserve\n  open\ntask B\n" + TWO_LOST
         + "switch A operation#3 B\n",
         "task A\n  reserve\n  reserve\n  open\ntask B\n" + TWO_LOST),
        (cut_tasks, UPDATE, RACE.replace("task B", "task C\n  read\ntask B"), RACE),
        (cut_tasks, LOCKED_IN,
         "task B\n  close\ntask A\n  open\n  take\ntask C\n"
         "switch B begin#1 A\nswitch A depot.inside#1 C\n",
         "task B\n  close\ntask A\n  open\n  take\n"
         "switch B begin#1 A\nswitch A depot.inside#1 B\n"),
        (cut_operations, UPDATE,
         "task A\n  add amount=2\n  read\n  add amount=1\n  read\n"
         "task B\n  read\n  add amount=1\nswitch A counter.write#2 B\n", RACE),
        (cut_faults, LEAK, "task A\n  put\n  reserve\n  reserve\n"
         "fault A depot.box#1 EMPTY\n" + TWO_LOST,
         "task A\n  put\n  reserve\n  reserve\n" + TWO_LOST),
        (cut_switches, UPDATE, RACE.replace("switch", "  read\nswitch") +
         "switch B counter.read#2 A\n", RACE.replace("switch", "  read\nswitch")),
        (cut_single_atoms, LEAK, "task A\n  reserve\n  put\n  reserve\n" + TWO_LOST,
         "task A\n  reserve\n  reserve\n" + TWO_LOST),
        (merge_tasks, LEAK, "task A\n  reserve\ntask B\n  reserve\n"
         "fault A depot.note#1 NO_PEN\nfault B depot.note#1 NO_PEN\n",
         "task A\n  reserve\n  reserve\n" + TWO_LOST),
        (exchange_work, LOCKED_IN,
         "task A\n  open\n  close\ntask B\n  take\n"
         "switch A operation#2 B\nswitch B depot.inside#1 A\n",
         "task A\n  open\n  take\ntask B\n  close\nswitch A depot.inside#1 B\n"),
        (exchange_work, LOCKED_IN,
         "task A\n  open\n  close\ntask B\n  take\n"
         "switch A depot.door#2 B\nswitch B depot.inside#1 A\n",
         "task A\n  open\n  take\ntask B\n  close\nswitch A depot.inside#1 B\n"),
        (cut_and_compensate, OVERFLOW,
         "task A\n  put load=3\n  put load=3\ntask B\n  put load=4\n"
         "fault A depot.box#2 EMPTY\nswitch A depot.cellar#1 B\n",
         "task A\n  put load=9\ntask B\n  put load=4\n"
         "fault A depot.box#1 EMPTY\nswitch A depot.cellar#1 B\n"),
        (drop_settings, UPDATE, "config cpus=3\n" + RACE, RACE),
        (simplify_arguments, UPDATE, RACE.replace("1\n", "7\n").replace("#7", "#1"), RACE),
        (simplify_faults, LEAK, "task A\n  reserve\n  reserve\n  reserve\n"
         "fault A depot.note#2 NO_PAPER\nfault A depot.note#3 NO_PEN\n",
         "task A\n  reserve\n  reserve\n  reserve\n" + TWO_LOST),
        (place_switches, LOCKED_IN,
         "task A\n  open\n  put\n  take\ntask B\n  close\n"
         "switch A depot.door#1 B\nswitch B depot.door#1 A\nswitch A depot.inside#1 B\n",
         "task A\n  open\n  put\n  take\ntask B\n  close\n"
         "switch A operation#3 B\nswitch B operation#1 A\nswitch A depot.inside#1 B\n"),
        (order_operations, LEAK,
         "task A\n  reserve\n  put\n  open\n  reserve\n" + TWO_LOST,
         "task A\n  open\n  put\n  reserve\n  reserve\n" + TWO_LOST),
        (order_tasks, HUNG,
         "task A\n  move way=back\ntask B\n  move way=out\nswitch A shelf.lock#1 B\n",
         "task A\n  move way=out\ntask B\n  move way=back\nswitch A van.lock#1 B\n"),
        (simplify_kinds, LEAK,
         "task A\n  reserve\n  open\n  reserve\n" + TWO_LOST,
         "task A\n  reserve\n  reserve\n  reserve\n" + TWO_LOST),
        (rename_tasks, UPDATE,
         RACE.replace("A", "left").replace("B", "right").replace("lefta", "A"), RACE),
    ],
)  # fmt: skip
def test_a_pass_does_what_it_says(
    one: Pass, identity: tuple[str, str], before: str, expected: str
) -> None:
    assert after(one, before, identity)[0] == expected


def test_a_fault_does_what_an_operation_did() -> None:
    """The cellar is far: what B puts there does not have to be put a second time."""
    text = (
        "task A\n  put load=9\ntask B\n  put load=9\n  read\n"
        "fault A depot.box#1 EMPTY\nswitch A depot.cellar#1 B\n"
    ).replace("  read\n", "  put load=1\n")
    body, _ = after(trade_for_a_fault, text, OVERFLOW)
    assert body.count("put") == 2


def test_a_detour_is_cut_of_which_neither_switch_can_be_spared() -> None:
    """B puts first, then A takes while B closes; B may as well put right before it closes."""
    end = "switch A depot.inside#1 B\n"
    detour = "switch A operation#2 B\nswitch B operation#2 A\n"
    text = "task A\n  open\n  take\ntask B\n  put\n  close\n"
    assert after(cut_switches, text + detour + end, LOCKED_IN)[0] == text + detour + end
    assert after(cut_detours, text + detour + end, LOCKED_IN)[0] == text + end


def test_a_detour_through_a_third_task_leads_on_without_it() -> None:
    """C is called by A only to call B, which A may call itself."""
    text = "task A\n  open\n  take\ntask C\n  put\n  put\ntask B\n  put\n  close\n"
    early = "switch A operation#2 B\nswitch B operation#2 A\n"
    long_way = "switch A depot.inside#1 C\nswitch C operation#2 B\n"
    body, _ = after(cut_detours, text + early + long_way, LOCKED_IN)
    assert body == text + "switch A depot.inside#1 B\n"


def test_values_get_the_order_in_which_they_come() -> None:
    text = (
        "task A\n  put load=9\ntask B\n  put load=1\n"
        "fault A depot.box#1 EMPTY\nswitch A depot.cellar#1 B\n"
    )
    body, _ = after(simplify_arguments, text, OVERFLOW)
    assert body == text.replace("put load=9", "put").replace("put load=1", "put load=9")


def test_what_came_after_the_finding_is_cut_in_one_run() -> None:
    race = "task A\n  open\n  take\n{}task B\n  close\nswitch A depot.inside#1 B\n{}"
    text = race.format("  put\n  put\n", "switch A operation#4 B\n")
    assert after(cut_what_came_later, text, LOCKED_IN) == (race.format("", ""), 1)


def test_long_programs_are_cut_in_runs() -> None:
    clutter = "  read\n" * 60
    text = RACE.replace("switch", clutter + "switch").replace("task B", clutter + "task B")
    body, executions = after(cut_operations, text, UPDATE)
    assert body == RACE
    assert executions < 30


def test_a_pair_is_cut_when_neither_can_be_cut_alone() -> None:
    text = (
        "task A\n  reserve\n  move way=out\ntask B\n  reserve\n  move way=back\n"
        "fault A depot.note#1 NO_PEN\nfault B depot.note#1 NO_PEN\n"
        "switch A van.lock#1 B\n"
    )
    body, _ = after(cut_pairs, text, ("hung-task", "move"))
    assert body.startswith("task A\n  move way=out\ntask B\n  move way=back\n")


def test_a_schedule_is_repaired_after_a_cut() -> None:
    text = (
        "task A\n  open\n  open\n  take\ntask B\n  close\n"
        "switch A depot.door#2 B\nswitch B begin#1 A\nswitch A depot.inside#1 B\n"
    )
    body, _ = after(cut_and_repair, text, LOCKED_IN)
    assert body.startswith("task A\n  open\n  take\ntask B\n  close\n")


def test_one_switch_is_found_where_several_were() -> None:
    text = (
        "task A\n  close\ntask B\n  open\n  take\n"
        "switch A operation#1 B\nswitch B depot.inside#1 A\n"
    )
    body, _ = after(find_fewer_switches, text, LOCKED_IN)
    assert body == "task B\n  open\n  take\ntask A\n  close\nswitch B depot.inside#1 A\n"


def test_of_several_switches_one_alone_is_tried_to_any_task() -> None:
    """There are too many places to find it by trying a switch at some of them."""
    tasks = "task A\n" + 40 * "  open\n" + "  take\ntask B\n  close\ntask C\n  put\n"
    both = "switch A depot.inside#1 C\nswitch C operation#1 B\n"
    body, _ = after(find_fewer_switches, tasks + both, LOCKED_IN)
    assert body == tasks + "switch A depot.inside#1 B\n"


class Moody(counter.CounterTarget):
    """A counter with a setting that makes no difference, and that only a person chooses."""

    settings = (
        *counter.TARGET.settings,
        Setting("mood", Word(("calm", "wild")), "calm", "of no consequence", drawn=False),
    )


def test_a_setting_that_a_person_chose_is_kept() -> None:
    target = Moody()
    text = "target counter\nkernel 1\nconfig cpus=3 mood=wild\n" + RACE
    attempts = Attempts(target, parse_case(text, {"counter": target}), UPDATE, budget=10)
    drop_settings(attempts)
    assert attempts.case.settings == (("mood", "wild"),)


@dataclass(frozen=True, slots=True)
class Pack(Operation[depot.Depot]):
    """Whose ways are not those of `move`."""

    word = "pack"
    way: str = argument(Word(("deep", "flat")))

    def run(self, seat: depot.Depot) -> str:
        del seat
        return "ok"


class Ajar(depot.DepotTarget):
    """A depot whose door may stand open from the beginning."""

    settings = (
        *depot.TARGET.settings,
        Setting("door", Word(("shut", "ajar", "open")), "shut", "how it is found"),
    )
    operations = (*depot.TARGET.operations, Pack)

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> depot.Depot:
        system = super().build(world, kernel, settings, tasks, launch)
        if settings["door"] == "open":
            world.spawn("porter", lambda: system.turn_key(opens=True))
        return system


def after_in_ajar(one: Pass, text: str, identity: tuple[str, str]) -> str:
    target = Ajar()
    head = "target depot\nkernel 1\n"
    attempts = Attempts(target, parse_case(head + text, {"depot": target}), identity, 2000)
    one(attempts)
    return case_text(attempts.case).removeprefix(head)


def test_another_setting_does_what_an_operation_did() -> None:
    text = "task A\n  open\n  take\ntask B\n  close\nswitch A depot.inside#1 B\n"
    body = after_in_ajar(cut_and_reconfigure, "config door=ajar\n" + text, LOCKED_IN)
    assert body.startswith("config door=open\ntask A\n  take\ntask B\n  close\n")


def test_values_of_one_name_that_mean_different_things_are_not_exchanged() -> None:
    text = (
        "task A\n  pack way=flat\n  move way=out\ntask B\n  move way=back\nswitch A van.lock#1 B\n"
    )
    assert after_in_ajar(simplify_arguments, text, HUNG) == text.replace("flat", "deep")
