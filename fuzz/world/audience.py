"""Who sees a run: watchers, for a person to read, and observers, for a judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.observer import Hooks

if TYPE_CHECKING:
    from fuzz.world.event import Watcher
    from fuzz.world.observer import Observer
    from fuzz.world.task import Task


class Audience:
    """What a world tells, and whom; a run without an audience pays nothing for one."""

    running: Task
    """The task that runs now; outside a run there is none, and asking is our bug."""

    def __init__(self) -> None:
        """Start with nobody there."""
        self.hooks = Hooks()
        """What observers are told of, by whoever does it."""
        self.watched = False
        """Whether anybody listens: guards the making of texts that only `tell` needs."""
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

    def _nobody_runs(self) -> None:
        """Let what is done from now on be done by no task."""
        self._running = None
        self.__dict__.pop("running", None)
