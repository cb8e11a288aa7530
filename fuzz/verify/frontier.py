"""The frontier: what of a tree is left to be explored, as jobs that any worker can take.

What a job hands back is put together in the order of the jobs, so that the result, and what comes
next, are the same with any number of workers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fuzz.verify.wire import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.verify.wire import Choice, Prints

FIRST_RUNS: Final = 10
"""What the first job hands back soon: others wait for work."""
RUNS: Final = 60
"""What a later one does before it hands back the rest: some seconds of work."""


@dataclass(slots=True)
class Fork:
    """A node of the tree at which several jobs begin."""

    parent: int
    choice: Choice
    """What is chosen at the parent to come here."""
    share: float
    """What part of the tree is thought to lie below each choice."""
    enabled: list[int] = field(default_factory=list[int])
    asleep: Prints = field(default_factory=dict[str, list[Any]])
    tried: list[int] = field(default_factory=list[int])
    """Who is tried first here, or was."""
    known: Prints = field(default_factory=dict[str, list[Any]])
    """Of those, who has been seen in all that he can do first, and what that was."""


class Frontier:
    """The forks, the jobs that wait, and how much is done."""

    def __init__(self) -> None:
        """Begin with the whole tree as one job."""
        self.forks: dict[int, Fork] = {}
        self.jobs: deque[tuple[Job, int, Choice, float]] = deque()
        """Each with the fork at which it begins, its choice there, and its share of the tree."""
        self.issued = 0
        self.done = 0.0
        self.total = 1.0
        self._issue(-1, None, {}, 1.0, runs=FIRST_RUNS)

    def words(self) -> dict[str, Any]:
        """Return all of it as JSON has it."""
        return {
            "forks": [asdict(fork) for fork in self.forks.values()],
            "jobs": [[job.words(), *rest] for job, *rest in self.jobs],
            "issued": self.issued,
            "done": self.done,
            "total": self.total,
        }

    @staticmethod
    def of(words: Mapping[str, Any]) -> Frontier:
        """Read a frontier back."""
        frontier = Frontier()
        frontier.forks = {number: Fork(**fork) for number, fork in enumerate(words["forks"])}
        frontier.jobs = deque((Job(**job), *rest) for job, *rest in words["jobs"])
        frontier.issued = words["issued"]
        frontier.done = words["done"]
        frontier.total = words["total"]
        return frontier

    @property
    def left(self) -> int:
        """How many jobs wait or are under way."""
        return len(self.jobs)

    def estimate(self, runs: int) -> int | None:
        """Guess how many runs there are in all, after so many; None while nothing is known.

        The weighted backtrack estimator of Kilby, Slaney, Thiébaux and Walsh (AAAI 2006): each
        choice at a node is taken for an equal part of what lies below it.
        Choices that races call for later are not foreseen, so it is too low at first.
        """
        return round(runs * self.total / self.done) if self.done else None

    def merge(self, at: int, words: Mapping[str, Any]) -> None:
        """Put together what the first of the waiting jobs has handed back; `at` is its number."""
        job, fork, choice, share = self.jobs.popleft()
        assert job.number == at, "jobs are put together in their order"
        for depth, tasks in words["elsewhere"]:
            self._want(self._above(fork, job, depth), tasks)
        if words["rest"]:
            self._split(words["rest"], fork, choice, share)
        else:
            self.done += share

    def _above(self, fork: int, job: Job, depth: int) -> int:
        """Return the fork at a depth of the path to a job."""
        for _ in range(len(job.path) - 1 - depth):
            fork = self.forks[fork].parent
        return fork

    def _want(self, number: int, tasks: list[int]) -> None:
        """Have one of some tasks tried first at a fork, unless one is or need not be."""
        fork = self.forks[number]
        if not tasks:
            wanted = [task for task in fork.enabled if task not in fork.tried]
        elif any(task in fork.tried or str(task) in fork.asleep for task in tasks):
            return
        else:
            wanted = [tasks[-1]]
        for task in wanted:
            if str(task) not in fork.asleep:
                self._try(number, task, fork.share)
                self.total += fork.share

    def _try(self, number: int, task: int, share: float) -> None:
        fork = self.forks[number]
        fork.tried.append(task)
        asleep = {**fork.asleep, **fork.known}
        self._issue(number, task, asleep, share)

    def _issue(
        self, fork: int, choice: Choice, asleep: Prints, share: float, *, runs: int = RUNS
    ) -> None:
        path = [] if fork < 0 else [*self._path(fork), choice]
        self.jobs.append((Job(self.issued, path, asleep, runs), fork, choice, share))
        self.issued += 1

    def _path(self, number: int) -> list[Choice]:
        path: list[Choice] = []
        while (fork := self.forks[number]).parent >= 0:
            path.append(fork.choice)
            number = fork.parent
        return path[::-1]

    def _split(self, rest: list[dict[str, Any]], parent: int, choice: Choice, share: float) -> None:
        """Make jobs of what is left at the nodes of a path."""
        for place, node in enumerate(rest):
            ahead = rest[place + 1 :]
            if "outcomes" in node:
                number, share = self._split_fault(node, parent, choice, share)
                chosen: Choice = node["outcomes"][node["chosen"]]
            else:
                known: Prints = dict(node["done"])
                if _is_complete(ahead):
                    known.update(node["first"])
                number, share = self._split_task(node, known, (parent, choice, share))
                chosen = int(node["chosen"])
            if not ahead:
                self._go_on(number, chosen, node, share)
            parent, choice = number, chosen

    def _split_fault(
        self, node: Mapping[str, Any], parent: int, choice: Choice, share: float
    ) -> tuple[int, float]:
        """Make jobs of what else can fail somewhere; return the fork and each choice's share."""
        options: list[Choice] = node["outcomes"]
        share /= len(options)
        number = self._fork(Fork(parent, choice, share))
        self.done += share * node["chosen"]
        for outcome in options[node["chosen"] + 1 :]:
            self._issue(number, outcome, self._asleep_above(number), share)
        return number, share

    def _split_task(
        self, node: Mapping[str, Any], known: Prints, above: tuple[int, Choice, float]
    ) -> tuple[int, float]:
        """Make jobs of who else has to go first somewhere; return the fork and the shares."""
        parent, choice, share = above
        share /= len(node["done"]) + 1 + len(node["left"])
        self.done += share * len(node["done"])
        tried = [*(int(task) for task in node["done"]), int(node["chosen"])]
        fork = Fork(parent, choice, share, node["enabled"], node["asleep"], tried, known)
        number = self._fork(fork)
        for task in node["left"]:
            self._try(number, task, share)
        return number, share

    def _go_on(self, number: int, chosen: Choice, node: Mapping[str, Any], share: float) -> None:
        if "outcomes" in node:
            self._issue(number, chosen, self._asleep_above(number), share)
        else:
            self._issue(number, chosen, {**node["asleep"], **node["done"]}, share)

    def _asleep_above(self, number: int) -> Prints:
        """Return who sleeps where the task was chosen that comes to a fault point."""
        came: Choice = None
        while not self.forks[number].enabled:
            came = self.forks[number].choice
            number = self.forks[number].parent
        fork = self.forks[number]
        earlier = fork.tried[: fork.tried.index(came)] if isinstance(came, int) else []
        known = {str(task) for task in earlier}
        return {**fork.asleep, **{t: p for t, p in fork.known.items() if t in known}}

    def _fork(self, fork: Fork) -> int:
        number = len(self.forks)
        self.forks[number] = fork
        return number


def _is_complete(ahead: Iterable[Mapping[str, Any]]) -> bool:
    """Whether all was tried that could fail in the step of the task chosen just before."""
    nodes = list(ahead)
    for number, node in enumerate(nodes):
        if "outcomes" not in node:
            return True
        if node["chosen"] + 1 < len(node["outcomes"]) or number == len(nodes) - 1:
            return False
    return False
