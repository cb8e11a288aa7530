"""Operations of any other kind, for one or for two."""

from fuzz.search.shrink.other_kinds import try_other_kinds
from tests.toys.kitchen import (
    Air,
    Clean,
    Fill,
    Heat,
    Lay,
    Open,
    Push,
    Say,
    Spread,
    after,
    kitchen_of,
)


def test_two_operations_become_of_one_kind_where_neither_can_alone() -> None:
    target = kitchen_of(Lay, Spread)
    text = "task A\n  lay plate=3\n  lay plate=3\n"
    assert after(try_other_kinds, text, target) == "task A\n  spread\n  spread\n"


def test_the_kind_that_an_operation_names_is_tried_first() -> None:
    target = kitchen_of(Open, Air, Clean, Fill, Push, Say, Heat)
    text = "task A\n  say text=now to=heat\n"
    assert after(try_other_kinds, text, target, budget=4).startswith("task A\n  heat")


def test_an_operation_becomes_one_that_takes_other_things() -> None:
    assert after(try_other_kinds, "task A\n  shake table=3 times=4\n") == (
        "task A\n  push hand=left\n"
    )


def test_two_operations_become_one_of_another_kind() -> None:
    assert after(try_other_kinds, "task A\n  air\n  air\n") == "task A\n  push hand=left\n"


def test_one_operation_does_what_all_behind_the_first_of_many_did() -> None:
    text = "task A\n" + 5 * "  lay plate=3\n"
    assert after(try_other_kinds, text, kitchen_of(Lay, Open, Push)) == "task A\n  push hand=left\n"
