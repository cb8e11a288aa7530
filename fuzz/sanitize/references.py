"""A watcher of reference counts: it knows who took each reference, and judges every change.

The system keeps its counts itself; it tells the watcher of each change, with the count before it.
References do not say who they belong to: one that is dropped is taken to be the dropper's latest,
or else the oldest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.event import accessing_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.world.world import World

Holder: TypeAlias = tuple[str, str]
"""Who took a reference: the task, and the function in which it did."""

HOLDERS_MAX: Final = 4
"""Holders that a detail names, the latest ones."""

BOOT: Final = "-"
"""Who takes a reference before any task runs."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted, and how its findings are called."""

    prefix: str
    """What kinds begin with: `page` gives `page-refcount-underflow`."""
    noun: str
    """What has the count, in titles: `page frame`."""
    limit: int = (1 << 31) - 1
    """The largest count; a reference more is an overflow."""
    accessors: frozenset[str] = frozenset()
    """Functions that change the count for whoever calls them, who is the place of a finding."""
    minds_zero: bool = True
    """Whether a count of zero means that the thing is gone, so that nobody may take a reference."""

    @property
    def underflow(self) -> Promise:
        """Return what a reference breaks that is dropped and was never taken."""
        return self._promise("underflow", "No {} loses a reference that it does not have.")

    @property
    def use_at_zero(self) -> Promise:
        """Return what a reference breaks that is taken to something that has none left."""
        return self._promise("use-at-zero", "Nobody takes a reference to a {} that has none left.")

    @property
    def overflow(self) -> Promise:
        """Return what a reference breaks that is one too many."""
        return self._promise("overflow", "No {} has more references than its count can hold.")

    @property
    def unbalanced(self) -> Promise:
        """Return what references break that are left at rest."""
        sentence = "At rest every {} has the references that somebody can still drop."
        return self._promise("unbalanced", sentence, Harm.LEAK)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """All promises about the count."""
        zero = (self.use_at_zero,) if self.minds_zero else ()
        return (self.underflow, *zero, self.overflow, self.unbalanced)

    def _promise(self, what: str, sentence: str, harm: Harm = Harm.CRASH) -> Promise:
        text = sentence.format(self.noun)
        return Promise(f"{self.prefix}-refcount-{what}", text, harm, "refcount_t", "references")


class References:
    """Who has taken which references, by the number of the thing that is counted."""

    __slots__ = ("_counting", "_holders", "_on", "_world")

    def __init__(self, world: World, counting: Counting) -> None:
        """Start without any."""
        self._world = world
        self._counting = counting
        self._on = world.sanitizers.references
        self._holders: dict[int, list[Holder]] = {}

    def made(self, thing: int) -> None:
        """Note that the running function has made a thing, and has a reference to it."""
        if self._on:
            self._holders[thing] = [self._who()]

    def taken(self, thing: int, before: int) -> None:
        """Judge that the running function takes a reference to what had `before` of them."""
        if not self._on:
            return
        counting = self._counting
        if counting.minds_zero and not before:
            self._report(counting.use_at_zero, "addition on 0; use-after-free", thing)
        if before >= counting.limit:
            self._report(counting.overflow, "saturated; leaking memory", thing)
        self._holders.setdefault(thing, []).append(self._who())

    def dropped(self, thing: int, before: int) -> None:
        """Judge that the running function drops a reference to what had `before` of them."""
        if not self._on:
            return
        if before <= 0:
            self._report(self._counting.underflow, "underflow; use-after-free", thing)
        holders = self._holders.get(thing)
        if not holders:
            return
        task = self._who()[0]
        own = [number for number, (name, _) in enumerate(holders) if name == task]
        del holders[own[-1] if own else 0]

    def gone(self, thing: int) -> None:
        """Forget a thing that is freed."""
        self._holders.pop(thing, None)

    def holders(self, thing: int) -> tuple[Holder, ...]:
        """Return who has references to a thing, the oldest first."""
        return tuple(self._holders.get(thing, ()))

    def judge(self, counts: Iterable[tuple[int, int, int]]) -> None:
        """Report things whose count at rest is not what it must be: (thing, count, baseline)."""
        if not self._on:
            return
        for thing, count, baseline in counts:
            if count != baseline:
                self._judge_rest(thing, count, baseline)

    def _judge_rest(self, thing: int, count: int, baseline: int) -> None:
        """Report a thing at rest; its place is where the reference was taken that is left over."""
        counting, holders = self._counting, self._holders.get(thing, [])
        place = holders[-1][1] if holders and count > baseline else counting.prefix
        self._world.report(
            counting.unbalanced,
            f"refcount_t: {counting.noun} {thing:#x} has {count} references at rest, "
            f"of which {baseline} have an owner",
            self._told(thing),
            place=place,
            harm=None if count > baseline else Harm.CRASH,
        )

    def _report(self, promise: Promise, what: str, thing: int) -> None:
        place = accessing_place(self._counting.accessors)
        title = f"refcount_t: {what} in {place}"
        self._world.report(
            promise, title, f"{self._counting.noun} {thing:#x}; {self._told(thing)}", place=place
        )

    def _told(self, thing: int) -> str:
        holders = self._holders.get(thing, [])[-HOLDERS_MAX:]
        texts = [f"task {task} in {place}" for task, place in holders]
        return f"references were taken by {', '.join(texts)}" if texts else "nobody has a reference"

    def _who(self) -> Holder:
        running = getattr(self._world, "running", None)
        name = running.name if running is not None else BOOT
        return name, accessing_place(self._counting.accessors)
