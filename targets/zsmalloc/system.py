"""A machine with one pool, and objects that their owners lock before they use them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number
from fuzz.program.target import Setting, System
from fuzz.values.picture import Cell
from fuzz.values.point import Point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from targets.linux.machine.errno import ENOENT, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.access import (
    maps_objects,
    zs_obj_read_begin,
    zs_obj_read_end,
    zs_obj_write,
)
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.pool import zs_create_pool, zs_malloc
from targets.linux.zsmalloc.structs import MapMode
from targets.shared.circumstances import Refused
from targets.shared.pictures.sketch import Sketch
from targets.shared.pictures.zspages import sketch_zspages
from targets.shared.refusals import judge_refusal
from targets.shared.states import State, pool_states
from targets.zsmalloc.epilogue import epilogue
from targets.zsmalloc.judges import judge_pool, report_wrong_contents
from targets.zsmalloc.refusals import POOL_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from fuzz.program.answered import Answered
    from fuzz.program.epilogue import Step
    from fuzz.values.finding import Finding
    from fuzz.values.picture import Picture
    from fuzz.world.world import World
    from targets.linux.kernel.kernel import Kernel

OBJECT_LOCK: Final = LockClass("object", "an object, which its users hold")
HOLD: Final = Point("object.hold", "do something else while the object is held")

FIRST_SIZE: Final = 1300
"""Bytes of the objects at boot: three of them fill a page."""

FIRST_OBJECTS: Final = Setting(
    "objects", Number(0, 12), "6", f"objects of {FIRST_SIZE} bytes that are there at boot"
)


class Owned:
    """An object by its number in the case: what its owners know of it."""

    def __init__(self, world: World, number: int) -> None:
        """Make a number that no object has yet."""
        self.lock = Mutex(world, OBJECT_LOCK, number)
        self.number = number
        self.handle = 0
        """The object's handle; 0 when there is no object."""
        self.size = 0
        """Bytes that were asked for."""
        self.contents: bytes | None = None
        """What was written last; None before that: then nobody makes use of what is there."""


class ZsmallocSystem(System):
    """The pool, and what its objects must hold. It is the seat of every task."""

    def __init__(self, world: World, kernel: Kernel, settings: Mapping[str, Any]) -> None:
        """Make an empty pool; `boot` gives it the first objects."""
        self._first_objects: int = settings[FIRST_OBJECTS.name]
        self.world = world
        self.memory = Memory(world)
        self.pool = zs_create_pool(Machine(world, kernel, self.memory), "pool")
        self._objects: dict[int, Owned] = {}

    def boot(self) -> None:
        """Allocate and fill the objects that are there before the case."""
        for number in range(self._first_objects):
            with self.numbered(number) as one:
                one.handle = zs_malloc(self.pool, FIRST_SIZE, GFP_KERNEL)
                one.size = FIRST_SIZE
                self.write(one, bytes([number]) * FIRST_SIZE)

    def answered(self, seat: object, answered: Answered) -> None:
        """Judge a refusal of an operation."""
        del seat
        if answered.refused:
            judge_refusal(Refused(answered, None, None), POOL_REFUSALS)

    def judge(self) -> None:
        """Check the pool against its promises, and every object against what was written."""
        judge_pool(self.pool, [one.handle for one in self.objects])

    def epilogue(self, finding: Finding) -> list[Step]:
        """Offer what owners may do next with what a finding has damaged."""
        return epilogue(self, finding)

    @property
    def objects(self) -> list[Owned]:
        """The objects that have an owner, by number."""
        return [one for _, one in sorted(self._objects.items()) if one.handle]

    def picture(self, finding: Finding) -> Picture | None:
        """Show the objects of the case and the zspages that they are in."""
        del finding
        sketch = Sketch()
        names = {one.handle: f"user of object {one.number}" for one in self.objects}
        cells = [Cell(names[one.handle], (f"asked for {one.size} bytes",)) for one in self.objects]
        sketch.add_shelf("users", cells)
        sketch_zspages(sketch, self.pool, names)
        return sketch.picture()

    def states(self) -> Iterator[State]:
        """Name the states of the zspages."""
        yield from pool_states(self.pool)

    def counters(self) -> dict[str, int]:
        """Count what the run cost."""
        return {
            "pages_peak": self.memory.peak,
            "pages_allocated": self.pool.pages_allocated,
            "pages_compacted": self.pool.pages_compacted,
        }

    @contextmanager
    def numbered(self, number: int) -> Generator[Owned]:
        """Own a number of the case, whether it has an object or not."""
        one = self._objects.setdefault(number, Owned(self.world, number))
        with one.lock:
            yield one

    @contextmanager
    def owned(self, number: int) -> Generator[Owned]:
        """Own an object; ENOENT when there is none of that number."""
        with self.numbered(number) as one:
            if not one.handle:
                raise Refusal(ENOENT)
            yield one

    def write(self, one: Owned, data: bytes) -> None:
        """Fill an object, as this kernel's users do."""
        if maps_objects(self.pool):
            self.use_mapped(one, MapMode.WO, data, steps=0)
        else:
            zs_obj_write(self.pool, one.handle, data)
        one.contents = data

    def read(self, one: Owned) -> None:
        """Read an object, and judge what came."""
        self.hold(one, MapMode.RO, None, steps=0)

    def hold(self, one: Owned, mode: MapMode, data: bytes | None, *, steps: int) -> None:
        """Use an object for some steps: look at it, or write `data`, or both."""
        if maps_objects(self.pool):
            self.use_mapped(one, mode, data, steps=steps)
        else:
            self._use_held(one, mode, data, steps=steps)
        if data is not None:
            one.contents = data

    def use_mapped(self, one: Owned, mode: MapMode, data: bytes | None, *, steps: int) -> None:
        """Map an object, and unmap it again."""
        mapping = zs_map_object(self.pool, one.handle, mode)
        look = mapping.read if one.contents is None else mapping.use
        found = look(one.size) if mode is not MapMode.WO else None
        self._pass(steps)
        if data is not None:
            mapping.write(data)
        zs_unmap_object(self.pool, one.handle)
        self._judge(one, found)

    def _use_held(self, one: Owned, mode: MapMode, data: bytes | None, *, steps: int) -> None:
        """Hold an object for reading, then write it: there is nothing else to hold it for."""
        view = zs_obj_read_begin(self.pool, one.handle, bytearray(PAGE_SIZE))
        look = view.read if one.contents is None else view.use
        found = look(one.size) if mode is not MapMode.WO else None
        self._pass(steps)
        zs_obj_read_end(self.pool, one.handle)
        self._judge(one, found)
        if data is not None:
            zs_obj_write(self.pool, one.handle, data)

    def _pass(self, steps: int) -> None:
        for _ in range(steps):
            self.world.reach(HOLD)

    def _judge(self, one: Owned, found: bytes | None) -> None:
        if found is not None and one.contents is not None and found != one.contents:
            report_wrong_contents(self.world, one.number)
