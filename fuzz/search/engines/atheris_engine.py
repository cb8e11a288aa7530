"""The Atheris engine: libFuzzer picks inputs and keeps them, we run and change them.

What has to be known about Atheris to read this:

* It instruments code while that is imported, so whoever wants edges counted imports targets
  under `instrumented`, before this module's `search` is called.
* Counters are reserved before `Setup`; the last one reserved is dead, hence one more than needed.
* `_trace_branch` is replaced by `Fuzz()`, so it is always called through the module.
* `-atheris_runs=N` gives control back; `-runs=N` would end the process at once.
* One `Fuzz()` a process.
* Its timer for runs that take too long goes on when it has ended, and would then end the process.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stderr
from signal import ITIMER_REAL, setitimer
from typing import TYPE_CHECKING, Final, Protocol

import atheris

from fuzz.search.engines.text_inputs import TextInputs
from fuzz.search.feedback import COUNTERS

if TYPE_CHECKING:
    from collections.abc import Generator

    from fuzz.search.explorer import Explorer

INPUT_BYTES_MAX: Final = 16_384
"""A case of 16 operations with a few hundred switches; longer children leave the search."""
MUTATE_DEPTH: Final = 5
"""What libFuzzer does by default: so many changes to an input until one is kept."""
RUN_SECONDS_MAX: Final = 20
"""A run takes milliseconds; the step budget ends a livelock long before this does."""


@contextmanager
def instrumented(package: str) -> Generator[None]:
    """Have the edges of a package counted that is imported in the block."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        redirect_stderr(nowhere),  # Atheris names every module on it.
        atheris.instrument_imports(include=[package]),
    ):
        yield


class Inputs(Protocol):
    """Runs what libFuzzer asks for."""

    def run(self, data: bytes, /) -> set[int]:
        """Run an input, and return the counters that it reached."""
        ...


def search(explorer: Explorer) -> None:
    """Let libFuzzer search, keeping its inputs in the assignment's folder.

    It calls back at least as often as needed: runs that make children count, too.
    """
    replays = 1 + sum(1 for _ in explorer.assignment.inputs.iterdir())  # Its first one is empty.
    inputs = TextInputs(explorer, replays)
    drive(explorer, Changing(inputs))


def drive(explorer: Explorer, callbacks: Callbacks, *, bytes_max: int = INPUT_BYTES_MAX) -> None:
    """Let libFuzzer run inputs, and change them by its own mutator unless the callbacks do."""
    assignment = explorer.assignment
    changes = isinstance(callbacks, Changing)
    arguments = [
        sys.argv[0],
        f"-atheris_runs={assignment.runs}",
        f"-seed={assignment.seed % 2**31 or 1}",
        f"-max_len={bytes_max}",
        f"-timeout={RUN_SECONDS_MAX}",
        "-len_control=0",
        f"-mutate_depth={1 if changes else MUTATE_DEPTH}",
        "-use_counters=0",
        "-rss_limit_mb=0",
        "-print_final_stats=0",
        "-verbosity=0",
        f"-artifact_prefix={assignment.inputs.parent}/",
        str(assignment.inputs),
    ]
    if changes:
        atheris.Setup(
            arguments,
            callbacks.run,
            custom_mutator=callbacks.mutate,
            custom_crossover=callbacks.cross,
        )
    else:
        atheris.Setup(arguments, callbacks.run)
    try:
        atheris.Fuzz()
    except SystemExit as ended:
        if callbacks.error is not None:
            raise callbacks.error from None
        if ended.code not in (0, None):
            raise RuntimeError(f"the engine ended with {ended.code}") from None
    finally:
        setitimer(ITIMER_REAL, 0)


class Callbacks:
    """What libFuzzer calls. It would print an exception and forget it, so the first one is kept."""

    def __init__(self, inputs: Inputs) -> None:
        """Reserve the counters, which Atheris has no public way to do."""
        self._inputs = inputs
        self._first = atheris._reserve_counter()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        for _ in range(COUNTERS):
            atheris._reserve_counter()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        self.error: Exception | None = None

    def run(self, data: bytes) -> None:
        """Run an input, and count what it reached."""
        with self.kept_error():
            for counter in sorted(self._inputs.run(data)):
                atheris._trace_branch(self._first + counter)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

    @contextmanager
    def kept_error(self) -> Generator[None]:
        """Keep what is raised in the block."""
        try:
            yield
        except Exception as error:
            self.error = self.error or error
            raise


class Changing(Callbacks):
    """Callbacks that change inputs, too, as the cases that they are."""

    def __init__(self, inputs: TextInputs) -> None:
        """Run and change `inputs`."""
        super().__init__(inputs)
        self._texts = inputs

    def mutate(self, data: bytes, size_max: int, seed: int) -> bytes:
        """Change an input; a child that is too long is none."""
        with self.kept_error():
            child = self._texts.child(data, seed)
            return child if len(child) <= size_max else data[:size_max]

    def cross(self, mother: bytes, father: bytes, size_max: int, seed: int) -> bytes:
        """Cross two inputs; a child that is too long is none."""
        with self.kept_error():
            child = self._texts.cross(mother, father, seed)
            return child if len(child) <= size_max else mother[:size_max]
