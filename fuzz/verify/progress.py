"""How far a verification is: what was seen, and what is left; all that a state file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fuzz.verify.bounds import Space
from fuzz.verify.frontier import Frontier

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Found:
    """A finding that no earlier run had, and what replays it."""

    kind: str
    place: str
    case: str
    run: int
    """In which run it was met, counted from 1 in the order in which jobs are put together."""

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two findings the same bug."""
        return self.kind, self.place


@dataclass(slots=True)
class Progress:
    """What was seen of all spaces, and the frontier of the one that is explored now."""

    frontier: Frontier = field(default_factory=Frontier)
    space: Space = field(default_factory=Space)
    waiting: list[Space] = field(default_factory=list[Space])
    explored: list[Space] = field(default_factory=list[Space])
    ordered: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    runs: int = 0
    cut: int = 0
    """Runs that were ended when it was plain that nothing new could come of them."""
    again: int = 0
    """Runs of explorations that were begun anew, when a container turned out to have an order."""
    results: set[str] = field(default_factory=set[str])
    found: dict[tuple[str, str], Found] = field(default_factory=dict[tuple[str, str], Found])

    @property
    def done(self) -> bool:
        """Whether all there is was seen."""
        return not self.frontier.jobs and not self.waiting

    def merge(self, words: Mapping[str, Any]) -> list[Found]:
        """Put a job's answer to the rest; return the findings that are new."""
        news: list[Found] = []
        for one in words["found"]:
            found = Found(one["kind"], one["place"], one["case"], self.runs + one["run"])
            if self.found.setdefault(found.identity, found) is found:
                news.append(found)
        self.runs += words["runs"]
        self.cut += words["cut"]
        self.results.update(words["results"])
        for task, operation in words["judged"]:
            space = Space(task, operation)
            if not self.space.task and space not in self.waiting:
                self.waiting.append(space)
        if words["minded"]:
            self._begin_again([(maker, number) for maker, number in words["minded"]])
            return news
        self.frontier.merge(words["number"], words)
        if not self.frontier.jobs:
            self._next_space()
        return news

    def _begin_again(self, minded: list[tuple[int, int]]) -> None:
        """Explore the space anew, with some containers known to have an order that matters."""
        self.ordered = sorted({*self.ordered, *minded})
        self.again = self.runs
        self.frontier = Frontier()

    def _next_space(self) -> None:
        self.explored.append(self.space)
        if self.waiting:
            self.waiting.sort(key=lambda space: (space.task, space.operation))
            self.space = self.waiting.pop(0)
            self.frontier = Frontier()

    def words(self) -> dict[str, Any]:
        """Return all of it as JSON has it."""
        return {
            "frontier": self.frontier.words(),
            "space": _pair(self.space),
            "waiting": [_pair(space) for space in self.waiting],
            "explored": [_pair(space) for space in self.explored],
            "ordered": [list(one) for one in self.ordered],
            "runs": self.runs,
            "cut": self.cut,
            "again": self.again,
            "results": sorted(self.results),
            "found": [[f.kind, f.place, f.case, f.run] for f in self.found.values()],
        }

    @staticmethod
    def of(words: Mapping[str, Any]) -> Progress:
        """Read it back."""
        found = [Found(*one) for one in words["found"]]
        return Progress(
            frontier=Frontier.of(words["frontier"]),
            space=Space(*words["space"]),
            waiting=[Space(*one) for one in words["waiting"]],
            explored=[Space(*one) for one in words["explored"]],
            ordered=[(maker, number) for maker, number in words["ordered"]],
            runs=words["runs"],
            cut=words["cut"],
            again=words["again"],
            results=set(words["results"]),
            found={one.identity: one for one in found},
        )


def _pair(space: Space) -> list[Any]:
    return [space.task, space.operation]
