"""What is left out, and what makes up for it: values, settings, aims, an operation more."""

from fuzz.program.text import parse_case
from fuzz.search.shrink.aims import aim_elsewhere
from fuzz.search.shrink.alone import do_it_alone
from fuzz.search.shrink.anchors import simplify_faults
from fuzz.search.shrink.arguments import ALWAYS, simplify_arguments
from fuzz.search.shrink.attempts import Attempts
from fuzz.search.shrink.compensate import cut_and_compensate
from fuzz.search.shrink.configuration import exchange_settings
from fuzz.search.shrink.joint import cut_single_atoms
from fuzz.search.shrink.landmarks import landmarks
from fuzz.search.shrink.trade import trade_for_a_fault
from fuzz.search.shrink.two import keep_two
from tests.toys import depot
from tests.toys.kitchen import (
    CUPS,
    WHAT,
    Air,
    Doze,
    Fill,
    Grind,
    Mix,
    Open,
    Serve,
    Spice,
    Tip,
    Wipe,
    after,
    kitchen_of,
)


def test_two_values_do_what_an_operation_did() -> None:
    text = "task A\n  open\n  fill what=water\n  pour how=slowly\n"
    assert after(cut_and_compensate, text) == "task A\n  fill what=wine\n  pour how=blindly\n"


def test_what_made_an_operation_needless_is_first_a_value_that_is_no_number() -> None:
    text = "task A\n  open\n  tip cup=0 how=slowly\n"
    target = kitchen_of(Open, Tip)
    assert after(cut_and_compensate, text, target, budget=4) == "task A\n  tip cup=0 how=blindly\n"


def test_what_goes_without_saying_is_said_in_place_of_an_operation() -> None:
    target = kitchen_of(Open, Grind)
    assert after(cut_and_compensate, "task A\n  open\n  grind\n", target) == (
        "task A\n  grind times=2 form=fine\n"
    )


def test_one_value_gets_simpler_and_another_one_balances_it() -> None:
    target = kitchen_of(Mix)
    text = "task A\n  mix what=milk how=slowly\n"
    assert after(cut_and_compensate, text, target) == "task A\n  mix what=water how=fast\n"


def test_a_value_gets_simpler_with_a_fault_a_visit_away() -> None:
    target = kitchen_of(Wipe)
    text = "task A\n  wipe how=fast\nfault A cloth#2 NONE\n"
    assert after(cut_and_compensate, text, target) == (
        "task A\n  wipe how=slowly\nfault A cloth#1 NONE\n"
    )


def test_two_operations_are_kept_where_they_suffice_in_two_tasks() -> None:
    text = "task A\n  open\n  air\n  open\ntask B\n  air\nswitch A cloth#1 B\n"
    assert after(keep_two, text).startswith("task A\n  air\ntask B\n  air\n")


def test_a_fault_does_what_another_task_did() -> None:
    target = kitchen_of(Air, Doze)
    text = "task A\n  doze\ntask B\n  air\nswitch A cloth#1 B\n"
    assert after(trade_for_a_fault, text, target) == (
        "task B\n  air\n  doze\nfault B cloth#2 NONE\n"
    )


def test_in_a_long_case_the_fault_may_be_late_that_does_what_another_task_did() -> None:
    target = kitchen_of(Air, Doze)
    dozes = 7 * "  doze\n"
    text = f"task B\n  doze\ntask A\n{dozes}  air\nswitch B cloth#1 A\n"
    assert after(trade_for_a_fault, text, target) == (
        f"task A\n{dozes}  air\n  doze\nfault A cloth#9 NONE\n"
    )


def test_one_task_does_what_several_did_in_the_order_in_which_they_did_it() -> None:
    target = kitchen_of(Air, Fill, Serve)
    text = (
        "task A\n  fill what=water\n  air\ntask B\n  fill what=milk\n"
        "task C\n  fill what=wine\n  serve\n"
        "switch A begin#1 B\nswitch B end#1 A\nswitch A operation#2 C\nswitch C cloth#1 A\n"
    )
    assert after(trade_for_a_fault, text, target) == (
        "task A\n  fill what=milk\n  fill what=water\n  fill what=wine\n  serve\n  air\n"
        "fault A cloth#1 NONE\n"
    )


def test_of_many_simpler_values_most_are_tried_in_vain_only_once() -> None:
    target = kitchen_of(Spice, Air)
    text = "target kitchen\nkernel 1\ntask A\n  air\n  spice what=spice39\n"
    case = parse_case(text, {"kitchen": target})
    attempts = Attempts(target, case, ("spilt", "pour"), 2000)
    simplify_arguments(attempts)
    first = attempts.executions
    cut_single_atoms(attempts)
    cut = attempts.executions
    simplify_arguments(attempts)
    assert (attempts.case.size, first, attempts.executions - cut) == (1, 40, ALWAYS)


def test_a_value_does_what_a_setting_did() -> None:
    text = "config cupboard=low\ntask A\n  reach cup=2\n"
    assert after(cut_and_compensate, text) == "task A\n  reach cup=4\n"


def test_a_setting_gets_simpler_and_another_one_takes_its_place() -> None:
    text = "config cupboard=high\ntask A\n  reach cup=2\n"
    assert after(exchange_settings, text) == "config board=low\ntask A\n  reach cup=2\n"


def test_a_setting_gets_the_shortest_of_the_words_that_do() -> None:
    text = "config board={}\ntask A\n  reach cup=2\n"
    assert after(exchange_settings, text.format("lowest")) == text.format("low")


def test_a_fault_moves_to_a_point_that_it_kept_from_being_passed() -> None:
    text = "task A\n  clean\nfault A cloth#1 NONE\n"
    assert after(simplify_faults, text) == "task A\n  clean\nfault A mop#1 NONE\n"


def test_one_task_does_what_two_did_with_an_operation_more() -> None:
    text = "task A\n  fill what=wine\ntask B\n  push hand=left\nswitch A operation#1 B\n"
    body = after(do_it_alone, text)
    assert body.count("task") == 1
    assert "switch" not in body


def test_the_plainest_values_of_a_domain_come_first() -> None:
    assert landmarks(WHAT, 3) == ["water", "milk", "wine"]
    assert landmarks(CUPS, 4) == [0, 1, 2, 3]


def test_a_switch_is_to_another_task_once_an_operation_is_gone() -> None:
    head = "target depot\nkernel 1\n"
    text = "task A\n  open\n  take\ntask B\n  close\ntask C\n  close\nswitch A depot.inside#1 C\n"
    case = parse_case(head + text, {"depot": depot.TARGET})
    attempts = Attempts(depot.TARGET, case, ("locked-in", "take"), 2000)
    aim_elsewhere(attempts)
    assert attempts.case.size == case.size - 1
