"""Programs planned for a real kernel: which step each operation is, about which device."""

import pytest

from fuzz.program.operation import draw_operation
from fuzz.program.text import parse_case
from fuzz.values.choices import Choices
from targets.device.planning import Planned, plan_of, step_of
from targets.device.replies import replies_to
from targets.device.target import TARGET


def plan(*operations: str) -> list[Planned]:
    text = "target device\nkernel running\ntask A\n" + "".join(f"  {one}\n" for one in operations)
    case = parse_case(text, {"device": TARGET})
    return plan_of(case.programs[0].operations)


def shown(planned: Planned) -> tuple[object, object]:
    """The device of the agent that a step is about, or the error that needs no kernel."""
    if planned.step is None:
        assert planned.reply is not None
        return "no step", planned.reply.get("errno", "ok")
    return planned.step["op"], planned.step.get("device", "")


@pytest.mark.parametrize("kind", TARGET.operations, ids=lambda kind: kind.word)
def test_every_operation_asks_for_one_thing(kind: type) -> None:
    (planned,) = plan(str(draw_operation(kind, Choices(1))))
    assert (planned.step is None) is not (planned.reply is None)


def test_a_new_device_gets_the_smallest_free_number_and_the_agent_counts_on() -> None:
    planned = plan(
        "hot_add", "hot_add", "hot_remove device=1", "hot_add", "use device=1", "compact",
        "use device=2", "compact", "use device=0", "compact",
    )  # fmt: skip
    assert [shown(one) for one in planned] == [
        ("hot_add", ""), ("hot_add", ""), ("hot_remove", 1), ("hot_add", ""), ("no step", "ok"),
        ("store", 3), ("no step", "ok"), ("store", 2), ("no step", "ok"), ("store", 0),
    ]  # fmt: skip
    assert [one.number for one in planned[:4]] == [1, 2, 1, 1]
    assert [dict(one.devices) for one in planned[1:4]] == [
        {0: 0, 1: 1, 2: 2},
        {0: 0, 2: 2},
        {0: 0, 1: 3, 2: 2},
    ]


def test_what_is_gone_is_known_without_asking() -> None:
    planned = plan(
        "hot_remove device=0", "compact", "hot_remove device=0", "use device=2", "close", "open"
    )
    assert [shown(one) for one in planned] == [
        ("hot_remove", 0),
        ("no step", "ENOENT"),
        ("no step", "ENODEV"),
        ("no step", "ENOENT"),
        ("no step", "EBADF"),
        ("no step", "ENOENT"),
    ]


def test_a_device_that_the_program_holds_open_stays() -> None:
    planned = plan("open", "open", "hot_remove device=0", "close", "close", "hot_remove device=0")
    names = [one.step and one.step.get("name") for one in planned]
    assert names == ["1", "2", None, "2", "1", None]
    assert [dict(one.devices) for one in planned[2:]] == [{0: 0}, {0: 0}, {0: 0}, {}]


def test_replies_are_put_where_their_steps_are_and_nothing_new_is_seen_elsewhere() -> None:
    planned = plan("compact", "close", "compact")
    replies = replies_to(
        planned, [{"ok": 1, "seen": "a"}, {"errno": "EINVAL", "seen": "b"}], {"seen": "before"}
    )
    assert replies == [
        {"ok": 1, "seen": "a"},
        {"errno": "EBADF", "seen": "a"},
        {"errno": "EINVAL", "seen": "b"},
    ]


def test_a_step_of_an_operation_alone_is_about_the_first_device() -> None:
    (compact,) = plan("compact")
    assert step_of(compact.operation) == {
        "op": "store", "device": 0, "file": "compact", "text": "1",
    }  # fmt: skip
