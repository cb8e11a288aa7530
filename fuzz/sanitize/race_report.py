"""What is said of a data race: both sides, what they hold, and what would have ordered them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.cell import Touch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.world.cell import Cell, CellClass
    from fuzz.world.observer import Lock
    from fuzz.world.world import World

DATA_RACE: Final = Promise(
    "data-race",
    "Two accesses to a shared cell, one of them a plain write, are ordered by something.",
    Harm.LATENT,
    "KCSAN",
    "races",
)


Access: TypeAlias = "tuple[int, Touch, str, str, tuple[Lock, ...], CellClass]"
"""Time, kind, place, name of the task, the locks that it held, and the kind of cell.

A plain tuple, because most accesses that are told of make one.
"""


class Usual(NamedTuple):
    """The kind of lock that guards a kind of cell, as declared, or else as seen in this run."""

    lock: str
    """Its name; empty if no access holds any."""
    share: int
    """How many accesses hold it."""
    total: int
    declared: bool
    """Whether the kind of cell names it."""

    @property
    def convicts(self) -> bool:
        """Whether who accesses such a cell without it is to blame: it is meant, or most hold it."""
        return self.share > 0 and (self.declared or self.share * 2 >= self.total)


def report_race(
    world: World, cell: Cell, sides: tuple[Access, Access], accesses: Iterable[Access]
) -> None:
    """Report two accesses, the earlier one first, that nothing orders; `accesses` are all so far.

    Its place is the function that lacks the lock that is usual, or both if both do.
    """
    functions = [place for _, _, place, *_ in sides]
    kind = cell.cell_class
    holds = [held for *_, held, accessed in accesses if accessed is kind]
    usual = usual_lock(kind.locks, holds)
    missing = [place for _, _, place, _, held, _ in sides if usual.lock not in names_of(held)]
    blamed = missing if usual.convicts and missing else functions
    first, second = sides
    world.report(
        DATA_RACE,
        f"BUG: KCSAN: data-race in {' / '.join(sorted(functions))}",
        f"{kind.name} {cell.instance}: {_side_text(first)}; {_side_text(second)}; "
        f"nothing that {first[3]} did after it has reached {second[3]} since. "
        f"{_remedy(cell, usual, missing)}",
        place=tuple(sorted(set(blamed))),
    )


def usual_lock(declared: tuple[str, ...], holds: Iterable[tuple[Lock, ...]]) -> Usual:
    """Return which of the kinds that are declared most accesses hold, given what each holds.

    If none of them is ever held, it is one of all kinds; of two that are held as often, it is the
    first by name.
    """
    counts: dict[str, int] = {}
    total = 0
    for held in holds:
        total += 1
        for name in dict.fromkeys(names_of(held)):
            counts[name] = counts.get(name, 0) + 1
    meant = {name: counts[name] for name in declared if name in counts}
    known = meant or counts
    lock = max(sorted(known), key=lambda name: known[name], default="")
    return Usual(lock, known.get(lock, 0), total, bool(meant))


def names_of(held: Iterable[Lock]) -> list[str]:
    """Name the kinds of some locks."""
    return [lock.lock_class.name for lock in held]


def _side_text(side: Access) -> str:
    """Say who accesses the cell, how, and under which locks."""
    _, touch, place, task, held, _ = side
    verb = "writes" if touch.writes else "reads"
    marked = " (marked)" if touch in {Touch.MARKED_READ, Touch.MARKED_WRITE} else ""
    locks = ", ".join(f"{lock.lock_class.name} {lock.instance}" for lock in held)
    return f"task {task} {verb} it{marked} in {place} holding {locks or 'nothing'}"


def _remedy(cell: Cell, usual: Usual, missing: list[str]) -> str:
    """Say what orders accesses to such a cell: as declared, and as seen in this run."""
    meant = f"It is guarded by {cell.cell_class.guard}"
    if not usual.share or not missing:
        return f"{meant}."
    where = " and ".join(dict.fromkeys(missing))
    share = f"{usual.share} of {usual.total} accesses hold {usual.lock}"
    return f"{meant}; {share}, that in {where} does not."
