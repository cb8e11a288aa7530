"""Shared structs: every access to a declared field is an access to its cell.

What KCSAN has the compiler do is done here to a class: its fields become properties of a subclass,
and an object joins that subclass when somebody observes cells. Otherwise nothing is paid.

    @shared(Fields(FLAGS, "size", "huge"), Fields(HANDLE, "handle"))
    class Slot:
        __slots__ = ("cells", "handle", "huge", "size")

        def __init__(self, world: World, index: int) -> None:
            ...
            share(world, self, index)
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fuzz.world.cell import READ, WRITE, Cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.cell import CellClass
    from fuzz.world.world import World

T = TypeVar("T")
S = TypeVar("S", bound=type)


class Watch(Enum):
    """Which accesses to a field are plain accesses to its cell."""

    ALL = "reads and writes"
    WRITES = "writes only: reads without the lock are meant, and the field is one word"
    USE = "any use is a write: the field holds a list or a tree, which its users change"


class Fields:
    """Fields of a struct that are one cell: a word, or what one lock guards as a whole."""

    __slots__ = ("cell_class", "names", "watch")

    def __init__(self, cell_class: CellClass, *names: str, watch: Watch = Watch.ALL) -> None:
        """Say that accesses to these fields are accesses to a cell of a class."""
        self.cell_class: Final = cell_class
        self.names: Final = names
        self.watch: Final = watch


def shared(*declared: Fields) -> Callable[[S], S]:
    """Declare the shared fields of a class, for `share`; one with slots has a slot `cells`."""

    def declare(cls: S) -> S:
        fields: dict[str, Any] = {"__slots__": (), "__doc__": cls.__doc__}
        for number, group in enumerate(declared):
            for name in group.names:
                fields[name] = _watched(vars(cls).get(name, _Entry(name)), number, group.watch)
        observed = type(cls.__name__, (cls,), fields)
        cls.observed = (observed, declared)  # pyright: ignore[reportAttributeAccessIssue] - for `share` alone
        return cls

    return declare


def share(world: World, thing: Any, instance: object = 0) -> None:
    """Let observers of cells, if there are any, learn of accesses to an object from now on."""
    if world.hooks.touched:
        observed, declared = thing.observed
        thing.cells = _Touched(world, declared, instance)
        thing.__class__ = observed


def renew(thing: Any) -> None:
    """Say that a struct is another one from now on: its memory was freed and allocated again."""
    cells: dict[int, Cell] = getattr(thing, "cells", None) or {}
    for cell in cells.values():
        cell.shadow = None


class _Touched(dict[int, Cell]):
    """The cells of an object, by number: each is made when it is touched, which few ever are."""

    __slots__ = ("_declared", "_instance", "_world")

    def __init__(self, world: World, declared: tuple[Fields, ...], instance: object) -> None:
        self._world = world
        self._declared = declared
        self._instance = instance

    def __missing__(self, number: int) -> Cell:
        cell_class = self._declared[number].cell_class
        cell = self[number] = Cell(self._world, cell_class, self._instance)
        return cell


class _Entry:
    """A field that an object keeps in its dictionary, as the slot that it has not."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        return thing.__dict__[self._name]

    def __set__(self, thing: Any, value: Any) -> None:
        thing.__dict__[self._name] = value


def _watched(member: Any, number: int, watch: Watch) -> property:
    """Make a property of a slot that touches cell `number` of its object before each access.

    It tells observers as `Cell.read` and `Cell.write` do, without the call.
    """
    get, put = member.__get__, member.__set__

    def read(thing: Any) -> Any:
        cell = thing.cells[number]
        for hook in cell.hooks.touched:
            hook(cell, READ)
        return get(thing)

    def use(thing: Any) -> Any:
        cell = thing.cells[number]
        for hook in cell.hooks.touched:
            hook(cell, WRITE)
        return get(thing)

    def write(thing: Any, value: Any) -> None:
        cell = thing.cells[number]
        for hook in cell.hooks.touched:
            hook(cell, WRITE)
        put(thing, value)

    match watch:
        case Watch.ALL:
            return property(read, write)
        case Watch.WRITES:
            return property(get, write)
        case Watch.USE:
            return property(use, write)
