"""The switchboard: attaches to a world the observers of the sanitizers that are on in it.

Sanitizers that a system asks by itself, such as a shadow of its memory, look at `world.sanitizers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.locks.graph import LockGraph
from fuzz.sanitize.locks.promises import LOCK_PROMISES
from fuzz.sanitize.locks.sanitizer import LockSanitizer
from fuzz.sanitize.progress import LOST_WAKEUP, Progress
from fuzz.sanitize.race_report import DATA_RACE
from fuzz.sanitize.races import Races
from fuzz.world.contexts import WORLD_PROMISES

if TYPE_CHECKING:
    from fuzz.world.world import World

COMMON_PROMISES: Final = (*WORLD_PROMISES, *LOCK_PROMISES, LOST_WAKEUP, DATA_RACE)
"""What every target is held to, by the world and by the sanitizers that need no help."""


def attach_sanitizers(world: World) -> LockGraph:
    """Let those that are on observe `world`; to be called before anything runs in it.

    Return the orders in which locks are taken, as they become known.
    """
    graph = LockGraph()
    if world.sanitizers.locks:
        world.attach(LockSanitizer(world, graph))
    if world.sanitizers.progress:
        world.attach(Progress(world))
    if world.sanitizers.races:
        world.attach(Races(world))
    return graph
