"""Size classes: objects rounded up to one size, and the run of pages that holds them.

Pure arithmetic. Classes are made from the largest down; one that holds as many objects in as many
pages as its predecessor is merged into it [4.9 mm/zsmalloc.c, zs_create_pool].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zsmalloc import Packing
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel

ZS_HANDLE_SIZE: Final = 8
"""Bytes of the handle in front of an allocated object, and of the link in a free one."""

ZS_MIN_ALLOC_SIZE: Final = 32
"""The smallest class: with 4 KiB pages and 29 index bits the floor of 32 bytes decides."""

ZS_MAX_ALLOC_SIZE: Final = PAGE_SIZE
"""The largest class, and the largest request."""

ZS_SIZE_CLASS_DELTA: Final = PAGE_SIZE >> 8
"""Bytes from one class to the next."""

CHAIN_SIZE: Final = 4
"""The most pages of a zspage where nobody could configure it (ZS_MAX_PAGES_PER_ZSPAGE)."""

INDEX_LAST: Final = -(-(ZS_MAX_ALLOC_SIZE - ZS_MIN_ALLOC_SIZE) // ZS_SIZE_CLASS_DELTA)
"""The index of the class of whole pages: 254."""


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Objects of one size, and how many pages a zspage of them has."""

    index: int
    """The highest index that leads here, 0 to 254."""
    size: int
    """Bytes of an object, its header included: 32 to 4096."""
    pages: int
    objects: int
    """How many objects fit into the pages."""

    @property
    def huge(self) -> bool:
        """Whether an object is a whole page and keeps its handle outside."""
        return self.pages == self.objects == 1

    @property
    def usable(self) -> int:
        """Bytes of an object that its owner may use."""
        return self.size if self.huge else self.size - ZS_HANDLE_SIZE


def classes_of(kernel: Kernel) -> tuple[SizeClass, ...]:
    """Return the class of every index on a kernel, 0 to 254."""
    packing = kernel.features.packing
    match packing:
        case Packing.BY_PERCENT:
            return class_table(packing, CHAIN_SIZE)
        case Packing.BY_BYTES:
            return class_table(packing, kernel.build.chain_size)


def get_pages_per_zspage(size: int, packing: Packing, chain_max: int) -> int:
    """Choose the length of the run of pages for objects of `size` bytes, 1 to `chain_max`."""
    runs = range(1, chain_max + 1)
    match packing:
        case Packing.BY_PERCENT:
            return max(runs, key=lambda pages: _used_percent(size, pages))
        case Packing.BY_BYTES:
            power_of_two = size & (size - 1) == 0
            return 1 if power_of_two else min(runs, key=lambda pages: pages * PAGE_SIZE % size)


def get_size_class_index(size: int) -> int:
    """Find the class index for an object of `size` bytes, its header included; the last if none."""
    return min(INDEX_LAST, max(0, -(-(size - ZS_MIN_ALLOC_SIZE) // ZS_SIZE_CLASS_DELTA)))


@cache
def class_table(packing: Packing, chain_max: int) -> tuple[SizeClass, ...]:
    """Make the class of every index, 0 to 254; merged indices share one class."""
    table: list[SizeClass] = []
    for index in range(INDEX_LAST, -1, -1):
        size = min(ZS_MIN_ALLOC_SIZE + index * ZS_SIZE_CLASS_DELTA, ZS_MAX_ALLOC_SIZE)
        pages = get_pages_per_zspage(size, packing, chain_max)
        objects = pages * PAGE_SIZE // size
        larger = table[-1] if table else None
        merges = larger is not None and (larger.pages, larger.objects) == (pages, objects)
        table.append(larger if larger and merges else SizeClass(index, size, pages, objects))
    return tuple(reversed(table))


def huge_class_size(table: tuple[SizeClass, ...]) -> int:
    """Return the smallest request that takes a whole page of its own [4.20 zs_create_pool]."""
    largest = next(one for one in reversed(table) if one.pages > 1 and one.objects > 1)
    return largest.usable + 1


def _used_percent(size: int, pages: int) -> int:
    space = pages * PAGE_SIZE
    return (space - space % size) * 100 // space
