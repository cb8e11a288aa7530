"""The page of a step: what it looked at and what it changed, down to elements of containers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from fuzz.verify.footprint import Footprint
from fuzz.verify.naming import BOOT, Name, Names

if TYPE_CHECKING:
    from collections.abc import Iterator

DICT: Final[Any] = dict
SET: Final[Any] = set
VIEW: Final[Any] = memoryview
CONTAINERS: Final[Any] = (dict, list, set, bytearray, deque, memoryview)
"""What changes without any attribute being assigned; of any type, to who checks types."""

BY_ELEMENT: Final[Any] = (dict, list, bytearray)
"""Of these, each element is a datum of its own."""

CONTENTION: Final[Name] = (-9, 0)
"""Stands, among containers whose order somebody minds, for who waits for locks."""

WHOLE: Final = "<whole>"
"""Changes when everything in a container may have; whoever looks at an element looks at this."""
ANY: Final = "<any>"
"""Changes with any element; whoever looks at all of a container looks at this."""

DICT_READS: Final = frozenset({"items", "keys", "values", "copy"})
READS: Final = frozenset(
    {
        *("copy", "index", "count", "find", "rfind", "startswith", "endswith", "hex", "decode"),
        *("split", "strip", "lstrip", "rstrip", "join", "isdisjoint", "issubset", "issuperset"),
        *("union", "intersection", "difference", "symmetric_difference", "tobytes", "cast"),
        *("tolist", "release", "isspace", "replace", "translate"),
    }
)
"""What only looks at a container; whatever is not known to is taken to change it."""


class Page(Names):
    """What the running step has looked at and changed."""

    def __init__(self) -> None:
        """Begin with an empty page."""
        super().__init__()
        self._views: dict[int, tuple[object, Any]] = {}
        self.ordered: set[Name] = set()
        """Containers whose order somebody minds who was not alone in filling them.

        Of all others, two changes of different elements may be swapped.
        """
        self.minded: set[Name] = set()
        """Those that turned out to be such, and were not known to be."""
        self.begin_run()

    def begin_run(self) -> None:
        """Forget the objects of the last run."""
        self._forget_objects()
        self._fillers: dict[int, set[int]] = {}
        self._views.clear()
        self.begin_step()

    def begin_step(self) -> None:
        """Turn the page."""
        self.reads: dict[tuple[int, Any], object] = {}
        self.writes: dict[tuple[int, Any], object] = {}
        self.updates: dict[tuple[int, Any], object] = {}

    def footprint(self) -> Footprint:
        """Return what the step did."""
        reads, looks = self._numbered(self.reads)
        writes, changes = self._numbered(self.writes)
        updates, also = self._numbered(self.updates)
        return Footprint(
            reads - writes, writes, updates - writes, late_looks=looks, late_changes=changes or also
        )

    def look(self, thing: Any) -> Any:
        """Look at all of something, if it is a container."""
        if isinstance(thing, CONTAINERS):
            whose = _owner_of(thing)
            self.reads[id(whose), ANY] = self.reads[id(whose), WHOLE] = whose
        return thing

    def _method(self, thing: Any, name: str, arguments: Any, named: Any) -> Any:
        """Note and do what a container is asked to."""
        self._look_at(arguments)
        if isinstance(thing, DICT):
            if name in DICT_READS:
                self.look(thing)
                view = getattr(thing, name)()
                self._views[id(view)] = view, thing
                return view
            self._method_of_table(thing, name, arguments)
        elif isinstance(thing, SET) and name in {"add", "discard", "remove"}:
            self._write_member(thing, arguments[0], comes=name == "add")
        elif name in READS:
            self.look(thing)
        else:
            self._change(thing)
        return getattr(thing, name)(*arguments, **named)

    def _method_of_table(self, thing: Any, name: str, arguments: Any) -> None:
        match name:
            case "get":
                self._read_element(thing, arguments[0])
            case "pop":
                self._write_element(thing, arguments[0], goes=True)
            case "setdefault" if DICT.__contains__(thing, arguments[0]):
                self._read_element(thing, arguments[0])
            case "setdefault":
                self._write_element(thing, arguments[0])
            case _:
                self._change(thing)

    def _look_at(self, arguments: Any) -> None:
        for one in arguments:
            if isinstance(one, CONTAINERS):
                self.look(one)
                if id(one) not in self._names:
                    self._name(one)

    def _walk(self, thing: Any, owner: Any) -> Iterator[Any]:
        for one in thing:
            self.look(owner)
            yield one
        self.look(owner)

    def _change(self, thing: Any) -> None:
        whose = _owner_of(thing)
        self.writes[id(whose), ANY] = self.writes[id(whose), WHOLE] = whose

    def _read_element(self, thing: Any, index: Any) -> None:
        token = self._token(thing, index)
        if token is None:
            self.look(thing)
            return
        self.reads[id(thing), WHOLE] = thing
        self.reads[id(thing), token] = thing

    def _write_element(self, thing: Any, index: Any, *, goes: bool = False) -> None:
        token = self._token(thing, index)
        if token is None:
            self._change(thing)
            return
        self.reads[id(thing), WHOLE] = thing
        if isinstance(thing, DICT):
            there = DICT.__contains__(thing, index)
            if goes and not there:
                self.reads[id(thing), token] = thing
                return
            self.writes[id(thing), token] = thing
            if goes or not there:
                self._fill(thing)
                return
        elif goes:
            self._change(thing)
            return
        else:
            self.writes[id(thing), token] = thing
        self.updates[id(thing), ANY] = thing

    def _read_member(self, thing: Any, item: Any) -> None:
        self.reads[id(thing), WHOLE] = thing
        self.reads[id(thing), self._key(item)] = thing

    def _write_member(self, thing: Any, item: Any, *, comes: bool) -> None:
        if (item in thing) == comes:
            self._read_member(thing, item)
            return
        self.reads[id(thing), WHOLE] = thing
        self.writes[id(thing), self._key(item)] = thing
        self._fill(thing)

    def _fill(self, thing: Any) -> None:
        """Note that elements come or go, which changes the order in which others are walked to."""
        name = self._names.get(id(thing)) or self._name_late(thing)
        if name in self.ordered or id(thing) in self._late:
            self.writes[id(thing), ANY] = thing
            return
        self.updates[id(thing), ANY] = thing
        if self.maker != BOOT:
            self._fillers.setdefault(id(thing), set()).add(self.maker)

    def _token(self, thing: Any, index: Any) -> Any:
        """Return what tells an element from others; None where it is not told."""
        if isinstance(thing, DICT):
            return self._key(index)
        if isinstance(thing, BY_ELEMENT) and isinstance(index, int) and index >= 0:
            return int(index)
        return None


def _owner_of(thing: Any) -> Any:
    """Return whose bytes a view shows."""
    return thing.obj if isinstance(thing, VIEW) else thing
