"""The programs as targets, each with its case."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tests.toys.literature.program import literature
from tests.toys.literature.sctbench import (
    Account,
    Bluetooth,
    Deadlock01,
    Phase01,
    ProducerConsumer,
    Reorder,
    Stack,
    Sync01,
    TokenRing,
    TwoStage,
    WrongLock,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Case
    from tests.toys.literature.program import Book


def _books() -> dict[str, tuple[Book, Case]]:
    reorder = {3: (2, 1), 4: (3, 1), 5: (4, 1), 10: (9, 1), 20: (10, 10)}
    twostage = {"": (1, 1), "_20": (10, 10)}
    made = (
        literature("account", Account, "check_result", "deposit", "withdraw"),
        literature("bluetooth_driver", Bluetooth, "stop", "add"),
        literature("deadlock01", Deadlock01, "up", "down"),
        *(
            literature(f"reorder_{size}", Reorder, *["setter"] * setters, *["checker"] * checkers)
            for size, (setters, checkers) in reorder.items()
        ),
        literature("stack", Stack, "push", "pop"),
        literature("token_ring", TokenRing, "first", "second", "third", "last"),
        *(
            literature(f"twostage{size}", TwoStage, *["writer"] * writers, *["reader"] * readers)
            for size, (writers, readers) in twostage.items()
        ),
        literature("wronglock", WrongLock, "one", *["other"] * 7),
        literature("arithmetic_prog", ProducerConsumer, "produce", "consume"),
        literature("phase01", Phase01, "run", "run"),
        literature("sync01", Sync01, "produce", "consume"),
    )
    return {case.target: (book, case) for book, case in made}


BOOKS: Final[Mapping[str, tuple[Book, Case]]] = MappingProxyType(_books())
"""Each program by its name: the target, and the case."""
ALWAYS: Final = ("arithmetic_prog", "phase01", "sync01")
"""Those that fail in every schedule."""
