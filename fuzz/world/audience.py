"""What a run leaves for others: its trace, its findings, and whoever watches or observes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.noting import note
from fuzz.world.observer import Hooks
from fuzz.world.task import Unwind

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.values.finding import Finding, Harm
    from fuzz.values.promise import Promise
    from fuzz.world.event import Event, Watcher
    from fuzz.world.observer import Observer
    from fuzz.world.task import Task


class Audience:
    """What a world tells, and whom; a run without an audience pays nothing for one."""

    running: Task
    """The task that runs now; outside a run there is none, and asking is our bug."""
    tasks: list[Task]

    def __init__(self) -> None:
        """Start with nobody there."""
        self.hooks = Hooks()
        """What observers are told of, by whoever does it."""
        self.watched = False
        """Whether anybody listens: guards the making of texts that only `tell` needs."""
        self.trace: list[Event] = []
        self.findings: list[Finding] = []
        self.over = False
        """Whether nothing runs any more: the run has ended, or a fatal finding stopped it."""
        self._running: Task | None = None
        self._watchers: tuple[Watcher, ...] = ()

    def attach(self, observer: Observer) -> None:
        """Let `observer` learn of what tasks do at their meeting places, from now on."""
        self.hooks.add(observer)

    def watch(self, watcher: Watcher) -> None:
        """Let `watcher` see every event from now on."""
        self._watchers = (*self._watchers, watcher)
        self.watched = True

    def tell(self, text: str) -> None:
        """Say something about what just happened, for the timeline; never part of the outcome."""
        for watcher in self._watchers:
            watcher.told(self.running, text)

    def report(  # noqa: PLR0913 - a finding has that much to say, most of it optional
        self,
        promise: Promise,
        title: str,
        detail: str = "",
        *,
        place: str | tuple[str, ...] = (),
        harm: Harm | None = None,
        fatal: bool = False,
    ) -> None:
        """Note a broken promise, once for each identity; a `fatal` one stops the machine here."""
        task = self._running
        if self.over and task is not None:
            raise Unwind
        note(self, task, promise, (title, detail), (place, harm))
        if fatal and task is not None:
            self.over = True
            raise Unwind

    def turns_of_others(self, names: Collection[str] | None = None) -> int:
        """Count the turns of all tasks but interrupts, or those of some names, but for my own."""
        me = self.running
        return sum(
            task.turns
            for task in self.tasks
            if task is not me and (not task.interrupt if names is None else task.name in names)
        )

    def _nobody_runs(self) -> None:
        """Let what is done from now on be done by no task."""
        self._running = None
        self.__dict__.pop("running", None)
