"""The one seeded source of randomness.

Everything that draws is given a `Choices`; nothing else in the project imports a random generator.
"""

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

T = TypeVar("T")

DRAW_BITS: Final = 48
"""Bits behind one draw: the bias of `below(n)` is under n / 2**48, far below what shows."""


class Choices:
    """A reproducible stream of draws: same seed, same stream, on every supported Python."""

    __slots__ = ("_bits", "seed")

    def __init__(self, seed: int) -> None:
        """Start the stream of `seed`, any integer of 0 or more."""
        assert seed >= 0, "a seed is not negative"
        self.seed = seed
        self._bits = Random(seed).getrandbits

    def below(self, bound: int) -> int:
        """Draw an integer of 0 to `bound - 1`, uniformly; `bound` is at least 1."""
        return (self._bits(DRAW_BITS) * bound) >> DRAW_BITS

    def one_of(self, options: Sequence[T]) -> T:
        """Draw one of `options`, which is not empty."""
        return options[self.below(len(options))]

    def weighed(self, weights: Sequence[int]) -> int:
        """Draw the number of one of `weights`, in proportion to them; their sum is at least 1."""
        ticket = self.below(sum(weights))
        for number, weight in enumerate(weights):
            ticket -= weight
            if ticket < 0:
                return number
        raise AssertionError("weights add up")

    def percent(self, chance: int) -> bool:
        """Say yes in `chance` of 100 draws."""
        return self.below(100) < chance

    def seed_for_child(self) -> int:
        """Draw a seed for a stream of its own, short enough to be read in a case."""
        return self.below(1_000_000)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a uniformly drawn order."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
