"""Targets that give whoever runs them trouble: each is the counter, and misbehaves in some runs."""

import os
from itertools import count
from typing import Any, Final

from tests.toys.counter import CounterTarget


class Troubled(CounterTarget):
    """Does something bad instead of every fiftieth run."""

    def __init__(self) -> None:
        self._runs = count(1)

    def build(self, *args: Any, **kwargs: Any) -> Any:
        if next(self._runs) % 50 == 0:
            self.misbehave()
        return super().build(*args, **kwargs)

    def misbehave(self) -> None:
        """Do the bad thing."""


class Stuck(Troubled):
    def misbehave(self) -> None:
        while True:
            pass


class Dying(Troubled):
    def misbehave(self) -> None:
        os._exit(3)


class Wrong(Troubled):
    def misbehave(self) -> None:
        raise AssertionError("two and two are five")


class Talking(Troubled):
    def misbehave(self) -> None:
        os.write(1, b'{"is": "nonsense"}\n')


class Greedy(Troubled):
    """Takes 300 MiB, and holds them for good."""

    def __init__(self) -> None:
        super().__init__()
        self.hoard: list[bytes] = []

    def misbehave(self) -> None:
        self.hoard.append(b"x" * (300 << 20))


class Stillborn(CounterTarget):
    """Dies before its first run."""

    def build(self, *_: Any, **__: Any) -> Any:
        os.write(2, b"no air\nto breathe\n")
        os._exit(4)


class Hashing(CounterTarget):
    """Lets the order of a run depend on the process that it is in."""

    def build(self, *args: Any, **kwargs: Any) -> Any:
        built = super().build(*args, **kwargs)
        built._value = built._added = hash("process")
        return built


STUCK: Final = Stuck()
DYING: Final = Dying()
WRONG: Final = Wrong()
TALKING: Final = Talking()
GREEDY: Final = Greedy()
STILLBORN: Final = Stillborn()
HASHING: Final = Hashing()
