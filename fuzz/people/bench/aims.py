"""The aims: what the first searcher came to, in the few numbers by which it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.people.bench.canaries import DETECTED, REACHED, TRIGGERED
from fuzz.people.bench.searchers import PEERS, searcher_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.bench.analysis import Analysis

SHALLOW: Final = 2
"""Bugs of this depth, or less, are to be found in each trial."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def text(self) -> str:
        """In words, with per cent."""
        return f"{self.count} of {self.of} ({self.count / self.of:.0%})" if self.of else "none"


@dataclass(frozen=True, slots=True)
class Missed:
    """A bug that the first searcher did not detect in each trial."""

    bug: str
    depth: int | None
    trials: int
    reached: int
    """In how many trials."""
    triggered: int
    detected: int
    best: str
    """The other searcher that detected it in most trials; empty where none did."""
    best_detected: int


@dataclass(frozen=True, slots=True)
class Aims:
    """What is asked of the first searcher."""

    shallow: Share
    """Bugs of depth `SHALLOW` or less, detected in each trial."""
    always: Share
    """Bugs detected in each trial."""
    sometimes: Share
    """Bugs detected in some trial."""
    peers: tuple[str, ...]
    """The other searchers that stand for what somebody might use instead."""
    best: str
    """The one of them that needs fewest executions; empty where there is none."""
    missed: tuple[Missed, ...]


def aims_of(analysis: Analysis) -> Aims:
    """Say how far the first searcher came."""
    first, *others = analysis.searchers
    depths = dict(analysis.plan.depths)
    cells = {bug: analysis.cells[bug, first] for bug in analysis.bugs}
    shallow = [bug for bug in cells if depths.get(bug, SHALLOW + 1) <= SHALLOW]
    peers = tuple(name for name in others if searcher_named(name).engine in PEERS)
    return Aims(
        shallow=Share(sum(cells[bug].always for bug in shallow), len(shallow)),
        always=Share(analysis.scores[first].always, len(cells)),
        sometimes=Share(analysis.scores[first].sometimes, len(cells)),
        peers=peers,
        best=min(peers, key=lambda name: analysis.scores[name].factor, default=""),
        missed=tuple(
            _missed(analysis, bug, depths.get(bug)) for bug in cells if not cells[bug].always
        ),
    )


def _missed(analysis: Analysis, bug: str, depth: int | None) -> Missed:
    first, *others = analysis.searchers
    times = analysis.cells[bug, first].times
    found = {name: analysis.cells[bug, name].found for name in others}
    best = max(others, key=lambda name: found[name], default="")
    return Missed(
        bug=bug,
        depth=depth,
        trials=times[DETECTED].trials,
        reached=len(times[REACHED].seen),
        triggered=len(times[TRIGGERED].seen),
        detected=len(times[DETECTED].seen),
        best=best if found.get(best) else "",
        best_detected=found.get(best, 0),
    )


AIMS: Final = ("aim", "asked for", "came to")


def aim_rows(analysis: Analysis, aims: Aims) -> list[Sequence[str]]:
    """Write what was asked for beside what it came to."""
    rows: list[Sequence[str]] = [
        (f"bugs of depth <= {SHALLOW} detected in each trial", "all", aims.shallow.text),
        ("bugs detected in some trial", "95%", aims.sometimes.text),
        ("bugs detected in each trial", "", aims.always.text),
    ]
    for name in aims.peers:
        score = analysis.scores[name]
        rows.append((f"first or tied (A12 >= 0.5) against {name}", "90%", f"{score.tied:.0%}"))
    for name in aims.peers:
        best = ", the best single peer" if name == aims.best else ""
        asked = "3.00" if name == aims.best else ""
        factor = f"{analysis.scores[name].factor:.2f}"
        rows.append((f"times fewer executions than {name}{best}", asked, factor))
    return rows


MISSED: Final = ("bug", "depth", REACHED, TRIGGERED, DETECTED, "detected most by")


def missed_rows(aims: Aims) -> list[Sequence[str]]:
    """Write in how many trials it came how far, for bugs that some trial missed."""
    return [
        (
            one.bug,
            "-" if one.depth is None else str(one.depth),
            *(f"{count}/{one.trials}" for count in (one.reached, one.triggered, one.detected)),
            f"{one.best} {one.best_detected}/{one.trials}" if one.best else "nobody else",
        )
        for one in sorted(aims.missed, key=lambda one: (one.detected, one.bug))
    ]
