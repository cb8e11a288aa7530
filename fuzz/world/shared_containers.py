"""Containers whose elements are cells: what indexes one accesses the cell of that element.

`read_once` and `byte_once` are looks without the lock that are meant: nobody judges them.
Who walks a container accesses nothing: what matters of an element is looked at by its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from fuzz.world.cell import Cells

if TYPE_CHECKING:
    from collections.abc import Hashable

    from fuzz.world.cell import Cell, CellClass
    from fuzz.world.world import World

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


def shared_dict(world: World, cell_class: CellClass, owner: object = "") -> dict[K, V]:
    """Make an empty table; without observers it is a plain one. `owner` tells it from others."""
    return _Table(Cells(world, cell_class, owner)) if world.hooks.touched else {}


def shared_tree(world: World, cell_class: CellClass, owner: object = "") -> dict[K, V]:
    """Make an empty table that is one cell: a tree, whose nodes change with any of its elements."""
    return _Table(_Whole(world, cell_class, owner)) if world.hooks.touched else {}


def shared_bytes(
    world: World, cell_class: CellClass, data: bytearray, owner: object = ""
) -> bytearray:
    """Make a map with a byte for each element; without observers it is `data` itself."""
    return _Map(Cells(world, cell_class, owner), data) if world.hooks.touched else data


def read_once(table: dict[K, V], key: K) -> V | None:
    """Look at an element without the lock (READ_ONCE, or under RCU); None if there is none."""
    if isinstance(table, _Table):
        return table.peek(key)
    return table.get(key)


def byte_once(data: bytearray, index: int) -> int:
    """Look at a byte without the lock (READ_ONCE)."""
    return bytearray.__getitem__(data, index)


class _Whole(Cells):
    __slots__ = ()

    def _cell(self, instance: Hashable) -> Cell:
        del instance
        return super()._cell("nodes")


class _Table(dict[K, V]):
    __slots__ = ("_cells",)

    def __init__(self, cells: Cells) -> None:
        super().__init__()
        self._cells = cells

    def peek(self, key: K) -> V | None:
        return super().get(key)

    def __getitem__(self, key: K) -> V:
        self._cells.read(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._cells.read(key)
        return super().__contains__(key)

    def __setitem__(self, key: K, value: V) -> None:
        self._cells.write(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self._cells.write(key)
        super().__delitem__(key)

    def get(self, key: K, default: V | None = None) -> V | None:  # pyright: ignore[reportIncompatibleMethodOverride] - one of its overloads, which is all that we use
        self._cells.read(key)
        return super().get(key, default)

    def pop(self, key: K, default: V | None = None) -> V | None:  # pyright: ignore[reportIncompatibleMethodOverride] - one of its overloads, which is all that we use
        self._cells.write(key)
        return super().pop(key, default)


class _Map(bytearray):
    __slots__ = ("_cells",)

    def __init__(self, cells: Cells, data: bytearray) -> None:
        super().__init__(data)
        self._cells = cells

    def __getitem__(self, index: int) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] - nobody asks for a slice
        self._cells.read(index)
        return super().__getitem__(index)

    def __setitem__(self, index: int, value: int) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - nobody sets a slice
        self._cells.write(index)
        super().__setitem__(index, value)
