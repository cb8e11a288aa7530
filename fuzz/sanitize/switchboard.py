"""The switchboard: attaches to a world the observers of the sanitizers that are on in it.

Sanitizers that a system asks by itself, such as a shadow of its memory, look at `world.sanitizers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.sanitize.races import Races

if TYPE_CHECKING:
    from fuzz.world.world import World


def attach_sanitizers(world: World) -> None:
    """Let those that are on observe `world`; to be called before anything runs in it."""
    if world.sanitizers.races:
        world.attach(Races(world))
