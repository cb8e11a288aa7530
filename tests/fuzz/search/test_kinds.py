"""Claims about how likely kinds of operations are drawn."""

from collections import Counter
from typing import ClassVar, Final

from fuzz.program.operation import Operation
from fuzz.search.kinds import COMMON_MAX, RARE_MAX, alike, by_weight, draw_few, without
from fuzz.values.choices import Choices


class Often(Operation[None]):
    word = "often"
    weight: ClassVar[int] = 99


class Seldom(Operation[None]):
    word = "seldom"
    weight: ClassVar[int] = 1


class Never(Operation[None]):
    word = "never"
    weight: ClassVar[int] = 0


KINDS: Final = (Often, Seldom, Never)


def test_by_weight_what_is_done_often_is_drawn_often() -> None:
    kinds, choices = by_weight(KINDS), Choices(1)
    drawn = Counter(kinds.draw(choices) for _ in range(2000))
    assert set(drawn) == {Often, Seldom}
    assert drawn[Seldom] < 60


def test_alike_what_is_done_seldom_is_drawn_as_often_but_never_what_has_no_weight() -> None:
    kinds, choices = alike(KINDS), Choices(1)
    drawn = Counter(kinds.draw(choices) for _ in range(2000))
    assert set(drawn) == {Often, Seldom}
    assert 900 < drawn[Seldom] < 1100


def test_a_few_kinds_have_common_and_rare_ones_among_them() -> None:
    few = [draw_few(KINDS, Choices(seed)) for seed in range(200)]
    assert {len(kinds.kinds) for kinds in few} == set(range(2, COMMON_MAX + RARE_MAX + 1))
    drawn = Counter(kind for kinds in few for kind in kinds.kinds)
    assert set(drawn) == {Often, Seldom}
    assert drawn[Seldom] > 150


def test_kinds_are_left_out_unless_nothing_would_be_left() -> None:
    kinds = by_weight(KINDS)
    assert without(kinds, {Often}) == ((Seldom,), (1,))
    assert without(kinds, {Often, Seldom}) == kinds
