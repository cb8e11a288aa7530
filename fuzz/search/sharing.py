"""What the tasks of a run shared: kinds of things that several used, one of them writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.values.point import Access

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.world.event import Event
    from fuzz.world.task import Task

PAIRS_MAX: Final = 64
"""Pairs kept of one kind of thing."""
WRITES: Final = (Access.WRITE, Access.UNLOCK)
READS: Final = (Access.READ, Access.LOCK)
"""Who takes a lock sees what its last holder did."""


class Sharing(NamedTuple):
    """One kind of thing, and who used it where."""

    points: tuple[str, ...]
    """Where it was used, in the order of the run."""
    counts: tuple[tuple[str, int], ...]
    """How often each task used it, by itself and by the tasks that it has started."""
    pairs: tuple[tuple[str, str], ...]
    """Points of a write and a read by different tasks that met at one instance."""


def sharings_of(trace: Sequence[Event]) -> tuple[Sharing, ...]:
    """Find what was shared, in the order in which it was first used."""
    uses: dict[str, list[Event]] = {}
    for event in trace:
        if event[1].thing:
            uses.setdefault(event[1].thing, []).append(event)
    return tuple(_sharing(events) for events in uses.values() if _is_shared(events))


def _is_shared(events: Iterable[Event]) -> bool:
    return len({task for task, _, _, _ in events}) > 1 and any(e[1].writes for e in events)


def _sharing(events: Sequence[Event]) -> Sharing:
    counts: dict[str, int] = {}
    for task, _, _, _ in events:
        user: Task | None = task
        while user is not None:
            counts[user.name] = counts.get(user.name, 0) + 1
            user = user.parent
    points = dict.fromkeys(point.name for _, point, _, _ in events)
    return Sharing(tuple(points), tuple(counts.items()), _pairs(events))


def _pairs(events: Sequence[Event]) -> tuple[tuple[str, str], ...]:
    """Pair each write with each read of the same instance by another task, whichever came first."""
    by_instance: dict[int, tuple[dict[Event, None], dict[Event, None]]] = {}
    for task, point, _, instance in events:
        writes, reads = by_instance.setdefault(instance, ({}, {}))
        if point.access in WRITES:
            writes[task, point, 0, 0] = None
        elif point.access in READS:
            reads[task, point, 0, 0] = None
    pairs = {
        (write[1].name, read[1].name): None
        for writes, reads in by_instance.values()
        for write in writes
        for read in reads
        if write[0] is not read[0]
    }
    return tuple(pairs)[:PAIRS_MAX]
