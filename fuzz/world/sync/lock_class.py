"""Lock classes: the points that all locks of one kind share."""

from typing import Final

from fuzz.values.point import Access, Point


class LockClass:
    """A kind of lock, named once: `zone` gives points `zone.lock`, `zone.unlock`, `zone.wait`."""

    __slots__ = ("irqs_off", "lock", "name", "unlock", "wait")

    def __init__(self, name: str, guards: str, *, irqs_off: bool = False) -> None:
        """Name a kind of lock; `guards` says in a few words what it protects.

        Who takes one with `irqs_off`, a spinlock that interrupts take too, disables them meanwhile.
        """
        self.irqs_off: Final = irqs_off
        self.name: Final = name
        lock = f"the lock of {guards}"
        self.lock: Final = Point(f"{name}.lock", f"take {lock}", Access.LOCK, name)
        self.unlock: Final = Point(f"{name}.unlock", f"drop {lock}", Access.UNLOCK, name)
        self.wait: Final = Point(f"{name}.wait", f"wait for {lock}", Access.WAIT, name)
