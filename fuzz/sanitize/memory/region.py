"""What was handed out, and its history: who allocated it, who freed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from fuzz.sanitize.memory.written import Written

By: TypeAlias = tuple[str, str]
"""Who did something: the task, and the function in which it did it."""


class Owned:
    """Something that has an owner, from its allocation to its release."""

    __slots__ = ("allocated", "freed", "owner")

    def __init__(self, owner: str, allocated: By | None) -> None:
        """Note that something belongs to `owner`; None when it was there before any task ran."""
        self.owner = owner
        self.allocated = allocated
        self.freed: By | None = None

    @property
    def history(self) -> str:
        """Who allocated it, and who freed it."""
        steps = (("allocated", self.allocated), ("freed", self.freed))
        texts = [f"{verb} by task {by[0]} in {by[1]}" for verb, by in steps if by is not None]
        return ", ".join(texts) or "never allocated by a task"


class Region(Owned):
    """Consecutive addresses that were handed out together.

    It is also the one pointer to them that never grows stale: whoever keeps it is found out even
    when the addresses have been handed out again.
    """

    __slots__ = ("generation", "size", "start", "written")

    def __init__(self, start: int, size: int, owner: str, allocated: By | None) -> None:
        """Note that `size` units from `start` on belong to `owner`."""
        super().__init__(owner, allocated)
        self.start = start
        self.size = size
        self.generation = 0
        """How often the address had been handed out before: the tag of pointers to it."""
        self.written: Written | None = None
        """What of it was written, by offset; None for what counts as written when it is new."""

    @property
    def end(self) -> int:
        """The first address behind the region."""
        return self.start + self.size

    @property
    def state(self) -> str:
        """What it is, and where, in the words of a map."""
        return f"{'freed ' if self.freed else ''}{self.owner} [{self.start:#x}, {self.end:#x})"

    def holds(self, address: int) -> bool:
        """Whether the region contains `address`."""
        return self.start <= address < self.start + self.size
