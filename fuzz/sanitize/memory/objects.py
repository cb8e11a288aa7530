"""Things with a lifetime and without an address: after its release, nobody may touch one.

A thing that is freed changes its class for one that reports each look at a field of it.
So every access counts, wherever the system under test makes it, and those before cost nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from fuzz.sanitize.memory.damage import Damage
from fuzz.sanitize.memory.region import Owned
from fuzz.world.event import accessing_place

if TYPE_CHECKING:
    from fuzz.sanitize.memory.damage import Wording
    from fuzz.world.world import World

OBJECT_DAMAGES: Final = (Damage.USE_AFTER_FREE, Damage.DOUBLE_FREE)
"""What can happen to a thing that has no address."""


OWN: Final = frozenset({"cells", "life", "observed"})
"""Fields of sanitizers, which no system under test knows of."""


class Life(Owned):
    """Whose a thing is, since when and until when."""

    __slots__ = ("objects",)

    def __init__(self, objects: Objects, owner: str, place: str) -> None:
        """Begin: the function `place` has made the thing for `owner`."""
        super().__init__(owner, objects.by(place))
        self.objects = objects


class Mortal:
    """What a class inherits whose things can be freed."""

    __slots__ = ("life",)

    fields_of_the_pointer: ClassVar[frozenset[str]] = frozenset()
    """Fields that whoever has a pointer knows without following it."""

    life: Life | None


class Objects:
    """The things of one kind of memory."""

    __slots__ = ("_wording", "_world")

    def __init__(self, world: World, wording: Wording) -> None:
        """Start without any."""
        self._world = world
        self._wording = wording

    def by(self, place: str) -> tuple[str, str] | None:
        """Say who does something now, in the function `place`; None before tasks run."""
        running = getattr(self._world, "running", None)
        return (running.name, place) if running is not None else None

    def born(self, thing: Mortal, owner: str) -> None:
        """Note that the running function makes a thing."""
        if self._world.sanitizers.memory:
            thing.life = Life(self, owner, accessing_place(self._wording.accessors))

    def free(self, thing: Mortal) -> None:
        """Note that the running function frees a thing: from now on nobody may touch it."""
        life = getattr(thing, "life", None)
        if life is None:
            return
        if life.freed is not None:
            self.report(Damage.DOUBLE_FREE, f"{life.owner} is freed again; {life.history}")
            return
        life.freed = self.by(accessing_place(self._wording.accessors))
        thing.__class__ = _freed(type(thing))

    def report(self, damage: Damage, detail: str) -> None:
        """Report a damage, unless nobody runs: judges may look at what they like."""
        world, wording = self._world, self._wording
        if not hasattr(world, "running") or world.over:
            return
        place = accessing_place(wording.accessors)
        world.report(wording.promise(damage), wording.title(damage, place), detail, place=place)


def free_thing(thing: Mortal) -> None:
    """Note that the running function frees a thing, whoever keeps the books of it."""
    life = getattr(thing, "life", None)
    if life is not None:
        life.objects.free(thing)


@cache
def _freed(kind: type[Mortal]) -> type[Mortal]:
    """Return the class of freed things of a kind; they have the same fields."""

    def look(thing: Any, name: str) -> Any:
        _touched(kind, thing, name, "read")
        return object.__getattribute__(thing, name)

    def change(thing: Any, name: str, value: Any) -> None:
        _touched(kind, thing, name, "write")
        object.__setattr__(thing, name, value)

    body = {"__slots__": (), "__getattribute__": look, "__setattr__": change}
    return type(kind.__name__, (kind,), body)


def _touched(kind: type[Mortal], thing: Any, name: str, verb: str) -> None:
    if name in OWN or name.startswith("__") or name in kind.fields_of_the_pointer:
        return
    life: Life = object.__getattribute__(thing, "life")
    life.objects.report(Damage.USE_AFTER_FREE, f"{verb} of {name} of {life.owner}, {life.history}")
