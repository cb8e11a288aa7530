"""The ledger: what rewritten code calls, so that each look and each change is noted."""

from __future__ import annotations

from enum import Enum
from types import ModuleType
from typing import Any, Final

from fuzz.verify.page import CONTAINERS, CONTENTION, DICT, SET, Page

LIVES: Final = "__class__"
"""What changes of an object when it is freed; each look at one that can be looks at this."""

SETTLED: Final = frozenset({"LockClass", "Hooks"})
"""Classes of the framework whose objects nobody changes once a run has begun."""


class Ledger(Page):
    """Notes for rewritten code what it does, and does it."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        super().__init__()
        self._mortal: dict[type[Any], bool] = {}
        self._fixed: dict[type[Any], bool] = {}

    def load(self, thing: Any, name: str, *default: Any) -> Any:
        """Look at an attribute."""
        kind = thing.__class__
        if not (self._fixed[kind] if kind in self._fixed else self._is_fixed(kind)):
            self.reads[id(thing), name] = thing
        return getattr(thing, name, *default)

    def mortal(self, thing: Any, name: str) -> Any:
        """Look at an attribute of what may have been freed."""
        kind = thing.__class__
        if self._mortal[kind] if kind in self._mortal else self._can_be_freed(kind):
            self.reads[id(thing), LIVES] = thing
            self.reads[id(thing), name] = thing
        return getattr(thing, name)

    def mortal_load(self, thing: Any, name: str) -> Any:
        """Look at an attribute that may change, of what may have been freed."""
        kind = thing.__class__
        if self._mortal[kind] if kind in self._mortal else self._can_be_freed(kind):
            self.reads[id(thing), LIVES] = thing
        return self.load(thing, name)

    def store(self, value: Any, thing: Any, name: str) -> None:
        """Change an attribute."""
        key = id(thing)
        names = self._names
        if key not in names:
            self._name(thing)
        if isinstance(value, CONTAINERS) and id(value) not in names:
            self._name(value)
        self.writes[key, name] = thing
        setattr(thing, name, value)

    def add(self, thing: Any, name: str, value: Any) -> None:
        """Change an attribute by a number, whatever it was; of anything else, by what follows."""
        before = getattr(thing, name)
        if not isinstance(before, (int, float)):
            self.load(thing, name)
            self.change(before)
            self.store(before + value, thing, name)
            return
        self.updates[id(thing), name] = thing
        if self._can_be_freed(thing.__class__):
            self.reads[id(thing), LIVES] = thing
        setattr(thing, name, before + value)

    def forget(self, thing: Any, name: str) -> None:
        """Take an attribute away."""
        self.writes[id(thing), name] = thing
        delattr(thing, name)

    def item(self, thing: Any, index: Any) -> Any:
        """Look at an element."""
        if isinstance(thing, CONTAINERS):
            self._read_element(thing, index)
        return thing[index]

    def glance(self, function: Any, thing: Any, index: Any) -> Any:
        """Look at an element with a function of the framework."""
        self._read_element(thing, index)
        return function(thing, index)

    def contended(self, thing: Any) -> Any:
        """Look whether somebody waits for a lock: then it is no matter of indifference any more."""
        if CONTENTION not in self.ordered:
            self.minded.add(CONTENTION)
        return thing.contended

    def put(self, value: Any, thing: Any, index: Any) -> None:
        """Change an element."""
        if isinstance(thing, CONTAINERS):
            if isinstance(value, CONTAINERS) and id(value) not in self._names:
                self._name(value)
            self._write_element(thing, index)
        thing[index] = value

    def remove(self, thing: Any, index: Any) -> None:
        """Take an element away."""
        if isinstance(thing, CONTAINERS):
            self._write_element(thing, index, goes=True)
        del thing[index]

    def has(self, item: Any, thing: Any) -> bool:
        """Look whether a container has something."""
        if isinstance(thing, DICT):
            self._read_element(thing, item)
        elif isinstance(thing, SET):
            self._read_member(thing, item)
        else:
            self.look(thing)
        return item in thing

    def change(self, thing: Any) -> Any:
        """Change all of something, if it is a container."""
        if isinstance(thing, CONTAINERS):
            self._change(thing)
        return thing

    def walk(self, thing: Any) -> Any:
        """Look at something element by element, whatever happens in between."""
        if isinstance(thing, CONTAINERS):
            owner = thing
        else:
            view = self._views.get(id(thing))
            if view is None:
                return thing
            owner = view[1]
        if len(self._fillers.get(id(owner), ())) > 1:
            self.minded.add(self._names[id(owner)])
        return self._walk(thing, owner)

    def method(self, thing: Any, name: str, *arguments: Any, **named: Any) -> Any:
        """Call a method, of a container or of anything else."""
        if isinstance(thing, CONTAINERS):
            return self._method(thing, name, arguments, named)
        return self.mortal(thing, name)(*arguments, **named)

    def new(self, thing: Any) -> Any:
        """Name a container that was just made."""
        self._name(thing)
        return thing

    def _is_fixed(self, kind: type[Any]) -> bool:
        """Whether no attribute of such objects ever changes."""
        parameters = getattr(kind, "__dataclass_params__", None)
        fixed = (
            issubclass(kind, tuple | Enum | type | ModuleType)
            or kind.__name__ in SETTLED
            or bool(parameters is not None and parameters.frozen)
        )
        self._fixed[kind] = fixed
        return fixed

    def _can_be_freed(self, kind: type[Any]) -> bool:
        found = self._mortal.get(kind)
        if found is None:
            found = any(base.__name__ == "Mortal" for base in kind.__mro__)
            self._mortal[kind] = found
        return found
