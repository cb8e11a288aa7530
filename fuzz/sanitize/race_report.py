"""What is said of a data race: both sides, what they hold, and what would have ordered them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.cell import Touch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.world.cell import Cell
    from fuzz.world.observer import Lock
    from fuzz.world.world import World

DATA_RACE: Final = Promise(
    "data-race",
    "Two accesses to a shared cell, one of them a plain write, are ordered by something.",
    Harm.LATENT,
    "KCSAN",
    "races",
)


class Side(NamedTuple):
    """One of two accesses that race."""

    touch: Touch
    place: str
    """The function that accesses the cell."""
    task: str
    held: tuple[Lock, ...]

    def __str__(self) -> str:
        """Say who accesses the cell, how, and under which locks."""
        verb = "writes" if self.touch.writes else "reads"
        marked = " (marked)" if self.touch in {Touch.MARKED_READ, Touch.MARKED_WRITE} else ""
        locks = ", ".join(f"{lock.lock_class.name} {lock.instance}" for lock in self.held)
        return f"task {self.task} {verb} it{marked} in {self.place} holding {locks or 'nothing'}"


def report_race(
    world: World, cell: Cell, sides: tuple[Side, Side], guards: Mapping[tuple[str, ...], int]
) -> None:
    """Report two accesses, the earlier one first, that nothing orders."""
    places = tuple(sorted(side.place for side in sides))
    first, second = sides
    world.report(
        DATA_RACE,
        f"BUG: KCSAN: data-race in {' / '.join(places)}",
        f"{cell.cell_class.name} {cell.instance}: {first}; {second}; "
        f"nothing that {first.task} did after it has reached {second.task} since. "
        f"{_remedy(cell, sides, guards)}",
        place=places,
    )


def _remedy(cell: Cell, sides: tuple[Side, Side], guards: Mapping[tuple[str, ...], int]) -> str:
    """Say what orders accesses to such a cell: as declared, and as seen in this run."""
    meant = f"It is guarded by {cell.cell_class.guard}"
    lock, share, total = _usual_lock(guards)
    missing = [side.place for side in sides if lock not in _names(side)]
    if not share or not missing:
        return f"{meant}."
    where = " and ".join(dict.fromkeys(missing))
    return f"{meant}; {share} of {total} accesses hold {lock}, that in {where} does not."


def _usual_lock(guards: Mapping[tuple[str, ...], int]) -> tuple[str, int, int]:
    """Return the kind of lock that most accesses hold, how many do, and of how many."""
    counts: dict[str, int] = {}
    for names, count in guards.items():
        for name in dict.fromkeys(names):
            counts[name] = counts.get(name, 0) + count
    lock = max(sorted(counts), key=lambda name: counts[name], default="")
    return lock, counts.get(lock, 0), sum(guards.values())


def _names(side: Side) -> list[str]:
    return [lock.lock_class.name for lock in side.held]
