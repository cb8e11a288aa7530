"""Cells: data that tasks share, declared beside it, whose accesses observers learn of.

Touching a cell passes no point: it never switches tasks, and a run goes the same way with it and
without. An access is *marked* if its author meant it to be unordered (READ_ONCE, an atomic);
all others are *plain*, as a compiler would see them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

    from fuzz.world.sync.lock_class import LockClass
    from fuzz.world.world import World


class Touch(IntEnum):
    """How a cell is accessed."""

    READ = 0
    WRITE = 1
    MARKED_READ = 2
    MARKED_WRITE = 3

    @property
    def writes(self) -> bool:
        """Whether the cell may change."""
        return self in {Touch.WRITE, Touch.MARKED_WRITE}


READ: Final = Touch.READ
WRITE: Final = Touch.WRITE
MARKED_READ: Final = Touch.MARKED_READ
MARKED_WRITE: Final = Touch.MARKED_WRITE
"""By names of their own, which are quicker to look up: most of what observers learn is this."""


def publish(world: World, thing: object) -> None:
    """Let whoever learns of `thing` know what the running task, if there is one, did until now."""
    if world.hooks.published and (task := getattr(world, "running", None)) is not None:
        for hook in world.hooks.published:
            hook(task, thing)


def learn(world: World, thing: object) -> None:
    """Let the running task, if there is one, know what was done before `thing` was published."""
    if world.hooks.learned and (task := getattr(world, "running", None)) is not None:
        for hook in world.hooks.learned:
            hook(task, thing)


class CellClass:
    """A kind of shared data, named once, with what is meant to order accesses to it."""

    __slots__ = ("accessors", "guard", "locks", "name")

    def __init__(
        self, name: str, guard: str, *accessors: str, locks: tuple[LockClass, ...] = ()
    ) -> None:
        """Name a kind of cell; `guard` says in a few words why two tasks do not collide there.

        `accessors` are functions that touch it for whoever calls them, who is then to blame.
        `locks` are the kinds that `guard` means, one for each way to guard it, where it means any:
        of two accesses that collide, that without it is to blame.
        """
        self.name: Final = name
        self.guard: Final = guard
        self.accessors: Final = frozenset(accessors)
        self.locks: Final = tuple(lock.name for lock in locks)


class Cell:
    """One datum of a class; what nobody can tell apart, such as two bits of a word, is one."""

    __slots__ = ("_world", "cell_class", "hooks", "instance", "shadow")

    def __init__(self, world: World, cell_class: CellClass, instance: object = 0) -> None:
        """Declare a cell; `instance` tells it from its siblings for who reads of it."""
        self._world = world
        self.hooks = world.hooks
        """Who learns of accesses."""
        self.cell_class = cell_class
        self.instance = instance
        self.shadow: Any = None
        """What an observer wants to remember of it."""

    def read(self, *, marked: bool = False) -> None:
        """Say that the running task reads it."""
        for hook in self.hooks.touched:
            hook(self, MARKED_READ if marked else READ)

    def write(self, *, marked: bool = False) -> None:
        """Say that the running task writes it."""
        for hook in self.hooks.touched:
            hook(self, MARKED_WRITE if marked else WRITE)

    def acquire(self) -> None:
        """Say that the running task reads it with acquire: it sees what was done before it."""
        self.read(marked=True)
        learn(self._world, self)

    def release(self) -> None:
        """Say that the running task writes it with release: who acquires it sees what was done."""
        publish(self._world, self)
        self.write(marked=True)

    def update(self) -> None:
        """Say that the running task changes it with an atomic that orders all before and after."""
        self.acquire()
        self.release()


class Unseen:
    """A `with` block in which nobody learns of accesses: for a judge that looks during a run.

    The running task must pass no point in it.
    """

    __slots__ = ("_hooks", "_touched")

    def __init__(self, world: World) -> None:
        """Prepare to look at the cells of a world."""
        self._hooks = world.hooks
        self._touched = world.hooks.touched

    def __enter__(self) -> None:
        """Let nobody learn of accesses from now on."""
        self._hooks.touched = ()

    def __exit__(self, *_: object) -> None:
        """Let observers learn of accesses again."""
        self._hooks.touched = self._touched


class Cells:
    """Cells of one class by what tells them apart: the elements of an array, a tree, a table."""

    __slots__ = ("_cells", "_class", "_owner", "_world")

    def __init__(self, world: World, cell_class: CellClass, owner: object = "") -> None:
        """Declare that each element of something is a cell; `owner` tells it from others."""
        self._world = world
        self._class = cell_class
        self._owner = owner
        self._cells: dict[Hashable, Cell] = {}

    def read(self, instance: Hashable, *, marked: bool = False) -> None:
        """Say that the running task reads an element."""
        if self._world.hooks.touched:
            self._cell(instance).read(marked=marked)

    def write(self, instance: Hashable, *, marked: bool = False) -> None:
        """Say that the running task writes an element."""
        if self._world.hooks.touched:
            self._cell(instance).write(marked=marked)

    def forget(self, instance: Hashable) -> None:
        """Say that what comes next under this number is another datum: memory that is used anew."""
        self._cells.pop(instance, None)

    def _cell(self, instance: Hashable) -> Cell:
        cell = self._cells.get(instance)
        if cell is None:
            name = f"{self._owner}:{instance}" if self._owner != "" else instance
            self._cells[instance] = cell = Cell(self._world, self._class, name)
        return cell
