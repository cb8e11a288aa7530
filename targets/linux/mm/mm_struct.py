"""mm_struct: one process's memory, as a page table of a few pages [4.9 linux/mm_types.h]."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.sanitize.references import Counting, References
from fuzz.values.point import Access, Point
from fuzz.world.cell import Cell, CellClass
from fuzz.world.shared_containers import read_once, shared_dict
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.mm.last_written import LastWritten

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry

MMAP_SEM: Final = LockClass("mmap_sem", "a process's address space (mmap_sem)")
PTL: Final = LockClass("ptl", "a page table (ptl)")

PTE: Final = "pte"
PTE_READ: Final = Point("pte.read", "look at a page table entry", Access.READ, PTE)
PTE_WRITE: Final = Point("pte.write", "set a page table entry", Access.WRITE, PTE)

PTE_CELL: Final = CellClass(
    "page table entry", "the lock of the page table", "set_pte", locks=(PTL,)
)
"""A fault looks at it without the lock, and looks again under it before it acts (pte_same)."""
MM_USERS: Final = Counting(
    "mm", "mm_struct", accessors=frozenset({"mmget", "mmget_not_zero", "mmput"})
)
"""Of mm_users; who puts the last one takes the memory down."""

VMAS: Final = CellClass(
    "memory areas of a process", "mmap_sem", "handle_mm_fault", locks=(MMAP_SEM,)
)
"""Where it has memory, and what it has said of it (mlock, madvise).

Reclaim and ksmd look at single flags without mmap_sem, by intent: they come back later anyway.
"""

PTES_PER_MM: Final = 1000
"""How far apart the entries of two processes are numbered; a case has far fewer pages."""


@dataclass(frozen=True, slots=True)
class MappedPte:
    """A present page table entry."""

    page: Page
    writable: bool
    dirty: bool
    """Whether the page may differ from its slot; a processor that writes makes it so."""


@dataclass(frozen=True, slots=True)
class SwapPte:
    """A page table entry that says in which slot the page is."""

    entry: Entry
    exclusive: bool = False
    """Whether the page was exclusive when it was unmapped: nobody else has the slot [5.19]."""


@dataclass(frozen=True, slots=True)
class PoisonedPte:
    """A page table entry whose page is lost: whoever touches it gets SIGBUS [5.19]."""


Pte: TypeAlias = MappedPte | SwapPte | PoisonedPte | None
"""What a page table holds at an index; None where nothing was ever touched. Compared by value."""


class MmStruct:
    """The anonymous memory of one process, shared by its threads."""

    __slots__ = (
        "alive",
        "half_copied",
        "last_written",
        "mmap_sem",
        "number",
        "page_table",
        "ptl",
        "references",
        "soft_dirty",
        "users",
        "vm_locked",
        "vm_mergeable",
        "vm_soft_dirty",
        "vmas",
        "world",
        "written",
    )

    def __init__(self, world: World, number: int) -> None:
        """Make empty memory with one user; the number tells processes apart."""
        self.world = world
        self.number = number
        self.alive = True
        """Whether the process lives; its memory may outlive it for those who are busy with it."""
        self.half_copied = False
        """Whether the fork that made it failed half way (MMF_UNSTABLE)."""
        self.references = References(world, MM_USERS)
        """Who uses the memory: no part of the kernel."""
        self.references.made(number)
        self.users = 1
        """mm_users: tasks that use the memory; the last one to leave takes it down."""
        self.mmap_sem = RwSemaphore(world, MMAP_SEM, number)
        self.ptl = SpinLock(world, PTL, number)
        self.page_table: dict[int, MappedPte | SwapPte | PoisonedPte] = shared_dict(
            world, PTE_CELL, number
        )
        self.vmas = Cell(world, VMAS, number)
        self.vm_locked: dict[int, None] = {}
        """Indices where the process wants its pages to stay in memory (VM_LOCKED, of mlock)."""
        self.vm_mergeable: dict[int, None] = {}
        """Indices whose pages ksmd may merge with others (VM_MERGEABLE, of MADV_MERGEABLE)."""
        self.soft_dirty: dict[int, None] = {}
        """Indices whose page table entries have the soft-dirty bit, which a write fault sets."""
        self.vm_soft_dirty = True
        """Whether all pages count as written to, because nobody has cleared bits yet."""
        self.written: dict[int, None] = {}
        """Pages that the process wrote to since it cleared the bits: kept for judges only."""
        self.last_written = LastWritten(world)
        """What the process last wrote to each page: no part of the kernel, kept for judges."""


def mmget_not_zero(mm: MmStruct) -> bool:
    """Become a user of the memory, unless its last user has left."""
    if not mm.users:
        return False
    mm.references.taken(mm.number, mm.users)
    mm.users += 1
    return True


def read_pte(mm: MmStruct, index: int) -> Pte:
    """Look at a page table entry, announced; without the lock it may change at once."""
    mm.world.reach(PTE_READ, mm.number * PTES_PER_MM + index)
    return read_once(mm.page_table, index)


def read_locked_pte(mm: MmStruct, index: int) -> Pte:
    """Look at a page table entry, announced; the caller has the lock."""
    mm.world.reach(PTE_READ, mm.number * PTES_PER_MM + index)
    return mm.page_table.get(index)


def set_pte(mm: MmStruct, index: int, pte: Pte) -> None:
    """Set a page table entry, announced; the caller has the lock."""
    mm.world.reach(PTE_WRITE, mm.number * PTES_PER_MM + index)
    if pte is None:
        mm.page_table.pop(index, None)
    else:
        if isinstance(pte, MappedPte) and pte.writable:
            mm.soft_dirty[index] = None  # pte_mkdirty, where a page becomes writable
        mm.page_table[index] = pte


def ptep_clear_flush(mm: MmStruct, index: int) -> Pte:
    """Empty a page table entry and return what it was in the same step; the caller has the lock.

    A processor may set the dirty bit of an entry until then, whatever was read of it before.
    """
    mm.world.reach(PTE_WRITE, mm.number * PTES_PER_MM + index)
    return mm.page_table.pop(index, None)


def ptep_set_wrprotect(mm: MmStruct, index: int) -> None:
    """Make an entry that maps a page read-only, dirty as it is; the caller has the lock."""
    mm.world.reach(PTE_WRITE, mm.number * PTES_PER_MM + index)
    pte = mm.page_table[index]
    assert isinstance(pte, MappedPte), "only what maps a page is made read-only"
    mm.page_table[index] = replace(pte, writable=False)
