"""Kinds of operations, and how likely each is drawn.

A target's weights say what its users do most; bugs are where they seldom go. So a search draws by
weight at one time and evenly at another, and often from a few kinds only: common ones, which make
something, and rare ones, which undo it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fuzz.program.operation import Operation
    from fuzz.values.choices import Choices

COMMON_MAX: Final = 3
RARE_MAX: Final = 4


class Kinds(NamedTuple):
    """Kinds of operations with their weights."""

    kinds: tuple[type[Operation[Any]], ...]
    weights: tuple[int, ...]

    def draw(self, choices: Choices) -> type[Operation[Any]]:
        """Draw a kind."""
        return self.kinds[choices.weighed(self.weights)]


def by_weight(kinds: Sequence[type[Operation[Any]]]) -> Kinds:
    """Take kinds as often as their target says."""
    return Kinds(tuple(kinds), tuple(kind.weight for kind in kinds))


def alike(kinds: Sequence[type[Operation[Any]]]) -> Kinds:
    """Take each kind as often as any other, but for those that are not to be drawn at all."""
    return Kinds(tuple(kinds), tuple(min(kind.weight, 1) for kind in kinds))


def without(kinds: Kinds, shunned: Collection[type[Operation[Any]]]) -> Kinds:
    """Leave some kinds out, unless nothing would be left."""
    left = [each for each in zip(*kinds, strict=True) if each[0] not in shunned and each[1]]
    return Kinds(*zip(*left, strict=True)) if left else kinds


def draw_few(kinds: Sequence[type[Operation[Any]]], choices: Choices) -> Kinds:
    """Draw some common kinds and some rare ones; both together, fewer meet more often.

    That is swarm testing (Groce and others, ISSTA 2012).
    """
    common, all_alike = by_weight(kinds), alike(kinds)
    drawn = [common.draw(choices) for _ in range(1 + choices.below(COMMON_MAX))]
    drawn += [all_alike.draw(choices) for _ in range(1 + choices.below(RARE_MAX))]
    return alike(drawn)
