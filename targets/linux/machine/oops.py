"""How a kernel dies: the running function cannot go on, and the machine stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from fuzz.world.event import accessing_place
from targets.linux.machine.promises import KERNEL_BUG

if TYPE_CHECKING:
    from fuzz.values.promise import Promise
    from fuzz.world.world import World

ACCESSORS: Final = frozenset({"bug", "paging_request", "comp", "comp_of"})


def paging_request(
    world: World, promise: Promise, why: str, *, accessors: frozenset[str] = frozenset()
) -> NoReturn:
    """Stop the machine: the calling function followed an address that leads nowhere.

    One of the `accessors` did so for its own caller, who is blamed instead.
    """
    place = accessing_place(ACCESSORS | accessors)
    title = f"BUG: unable to handle kernel paging request in {place}"
    world.report(promise, title, why, place=place, fatal=True)
    raise AssertionError("the machine has stopped")


def bug(world: World, why: str) -> NoReturn:
    """Stop the machine: the calling function found what it must never see (BUG_ON)."""
    place = accessing_place(ACCESSORS)
    world.report(KERNEL_BUG, f"kernel BUG in {place}", why, place=place, fatal=True)
    raise AssertionError("the machine has stopped")
