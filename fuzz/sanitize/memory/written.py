"""Which bytes of something were ever written: ranges, of which there is mostly one."""

from __future__ import annotations


class Written:
    """Disjoint ranges of offsets, in order."""

    __slots__ = ("ranges",)

    def __init__(self, *ranges: tuple[int, int]) -> None:
        """Begin with `ranges`: first offset, and the one behind the last."""
        self.ranges = list(ranges)

    def add(self, start: int, end: int) -> None:
        """Note a write; ranges that touch become one."""
        if start >= end:
            return
        apart = [each for each in self.ranges if each[1] < start or end < each[0]]
        joined = [each for each in self.ranges if each not in apart]
        low = min([start, *(each[0] for each in joined)])
        high = max([end, *(each[1] for each in joined)])
        self.ranges = sorted([*apart, (low, high)])

    def gap(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first part of a range that was not written; None when all of it was."""
        for low, high in self.ranges:
            if start < low:
                break
            start = max(start, high)
        if start >= end:
            return None
        behind = (low for low, _ in self.ranges if low > start)
        return start, min(end, next(behind, end))

    def copy(self) -> Written:
        """Return the same ranges for the copy of what they are about: copying is no use."""
        return Written(*self.ranges)
