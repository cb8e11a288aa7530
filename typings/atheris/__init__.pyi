"""The part of Atheris that Swapstorm uses; Atheris ships no types of its own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])

def Setup(  # noqa: N802 - the name is Atheris's own
    args: Sequence[str],
    test_one_input: Callable[[bytes], None],
    *,
    custom_mutator: Callable[[bytes, int, int], bytes] = ...,
    custom_crossover: Callable[[bytes, bytes, int, int], bytes] = ...,
    enable_python_coverage: bool = True,
    internal_libfuzzer: bool = ...,
) -> list[str]:
    """Hand over the command line and the function to fuzz."""

def Fuzz() -> None:  # noqa: N802 - the name is Atheris's own
    """Fuzz until told to stop, then end the process."""

def Mutate(data: bytes, size_max: int) -> bytes:  # noqa: N802 - the name is Atheris's own
    """Mutate bytes as libFuzzer would."""

def instrument_func(function: F) -> F:
    """Add coverage counters to a function."""

def instrument_imports(
    include: Sequence[str] = ...,
    exclude: Sequence[str] = ...,
    enable_loader_override: bool = True,
) -> AbstractContextManager[None]:
    """Add coverage counters to the modules imported within the context."""

def instrument_all() -> None:
    """Add coverage counters to everything imported so far."""

def _reserve_counter() -> int:
    """Add a coverage counter and return its number; private, but the only way to have our own."""

def _trace_branch(counter: int) -> None:
    """Count one more pass of a reserved counter."""
