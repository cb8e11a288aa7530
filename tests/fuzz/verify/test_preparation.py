"""While a machine is prepared, one task after the other goes on, and nobody else."""

from types import SimpleNamespace
from typing import Any, Final

import pytest

from fuzz.program.execute import OPERATION
from fuzz.program.target import CannotRun
from fuzz.values.point import BEGIN
from fuzz.verify.preparation import Preparation


def at(name: str, operation: int | None) -> Any:
    pending = BEGIN if operation is None else OPERATION
    return SimpleNamespace(name=name, pending=pending, pending_instance=operation)


A: Final = at("A", None)
B: Final = at("B", None)
KTHREAD: Final = at("kswapd", None)


def test_each_task_comes_to_its_operation_in_turn() -> None:
    preparation = Preparation((("A", 2), ("B", 1)), ("A", "B"))
    assert preparation.pick([B, A], A, stays=True) is A
    assert preparation.pick([B, A], at("A", 1), stays=True) is A
    assert preparation.pick([A, B], at("A", 2), stays=True) is B
    assert bool(preparation)
    assert preparation.pick([A, B], at("B", 1), stays=True) is None
    assert not preparation


def test_threads_of_the_kernel_go_on_where_the_task_waits() -> None:
    preparation = Preparation((("A", 1),), ("A", "B"))
    assert preparation.pick([B, KTHREAD], A, stays=False) is KTHREAD
    with pytest.raises(CannotRun, match="A does not come to operation 1 by itself"):
        preparation.pick([B], A, stays=False)
