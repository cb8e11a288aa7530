"""Names of objects and data that mean the same in each run, whatever others did meanwhile.

An object is named by who made it and how many he had made before.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, TypeAlias

Name: TypeAlias = tuple[int, int]

WORLD: Final = -2
TASKS: Final = -3
"""Instead of who made it: what belongs to the world, and its tasks."""
BOOT: Final = -1
"""Who makes what is made while the system comes up."""

SIMPLE: Final = (int, str, bytes, bool, type(None), float)


class Names:
    """The names of the objects of a run, and numbers for all data that were ever noted."""

    def __init__(self) -> None:
        """Begin with nothing named."""
        self._places: dict[Any, int] = {}
        self._spelled: list[str] = []
        self._forget_objects()

    def _forget_objects(self) -> None:
        """Begin a run: its objects are others, while what places are called stays."""
        self._names: dict[int, Name] = {}
        self._kept: list[object] = []
        """Objects with a name: as long as they live, no other has their address."""
        self._made: dict[int, int] = {}
        self._late: set[int] = set()
        self.maker = BOOT
        """Who makes what is made now: the number of a task, or `BOOT`."""

    def call(self, thing: object, kind: int, number: int) -> None:
        """Name something that the world makes by itself."""
        self._names[id(thing)] = kind, number
        self._kept.append(thing)

    def _name(self, thing: object) -> None:
        maker = self.maker
        self._made[maker] = number = self._made.get(maker, 0) + 1
        self._names[id(thing)] = maker, number
        self._kept.append(thing)

    def _name_late(self, thing: object) -> Name:
        """Name what nobody saw being made; a number below 0, so that others keep theirs."""
        self._late.add(id(thing))
        self._names[id(thing)] = name = self.maker, -len(self._late)
        self._kept.append(thing)
        return name

    def _key(self, key: Any) -> Any:
        """Return what a key of a table is called, alike for equal ones."""
        if isinstance(key, Enum):
            return type(key).__name__, key.name
        if isinstance(key, SIMPLE):
            return "key", key
        if isinstance(key, tuple):
            return tuple(map(self._key, key))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - of anything
        if type(key).__eq__ is not object.__eq__:
            return type(key).__name__, repr(key)
        return self._names.get(id(key)) or self._name_late(key)

    def name_of(self, place: int) -> str:
        """Return what a place is called in every process."""
        if len(self._spelled) < len(self._places):
            self._spelled += [repr(name) for name in list(self._places)[len(self._spelled) :]]
        return self._spelled[place]

    def place_of(self, name: Any) -> int:
        """Return the number of the place with a name, as `literal_eval` reads it."""
        return self._places.setdefault(name, len(self._places))

    def _numbered(self, page: dict[tuple[int, Any], object]) -> tuple[frozenset[int], bool]:
        """Return the places of a page, and whether one of them got its name late."""
        late = False
        found: list[int] = []
        names, places = self._names, self._places
        for (address, key), thing in page.items():
            name = names.get(address) or self._name_late(thing)
            late = late or (name[1] < 0 and name[0] >= BOOT)
            place = name, key
            number = places.get(place)
            if number is None:
                number = places[place] = len(places)
            found.append(number)
        return frozenset(found), late
