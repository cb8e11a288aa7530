"""The Atheris engine: libFuzzer picks inputs and keeps them, we run and change them.

What has to be known about Atheris to read this:

* It instruments code while that is imported, so whoever wants edges counted imports targets
  under `instrumented`, before this module's `search` is called.
* Counters are reserved before `Setup`; the last one reserved is dead, hence one more than needed.
* `_trace_branch` is replaced by `Fuzz()`, so it is always called through the module.
* `-atheris_runs=N` gives control back; `-runs=N` would end the process at once.
* One `Fuzz()` a process.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING, Final

import atheris

from fuzz.search.engines.text_inputs import TextInputs
from fuzz.search.feedback import COUNTERS

if TYPE_CHECKING:
    from collections.abc import Generator

    from fuzz.search.explorer import Explorer

INPUT_BYTES_MAX: Final = 16_384
"""A case of 16 operations with a few hundred switches; longer children leave the search."""
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


def search(explorer: Explorer) -> None:
    """Let libFuzzer search, keeping its inputs in the assignment's folder.

    It calls back at least as often as needed: runs that make children count, too.
    """
    assignment = explorer.assignment
    inputs = assignment.inputs
    replays = 1 + sum(1 for _ in inputs.iterdir())  # The engine's first input is always empty.
    callbacks = Callbacks(TextInputs(explorer, replays))
    arguments = [
        sys.argv[0],
        f"-atheris_runs={assignment.runs}",
        f"-seed={assignment.seed % 2**31 or 1}",
        f"-max_len={INPUT_BYTES_MAX}",
        f"-timeout={RUN_SECONDS_MAX}",
        "-len_control=0",
        "-mutate_depth=1",
        "-use_counters=0",
        "-rss_limit_mb=0",
        "-print_final_stats=0",
        "-verbosity=0",
        f"-artifact_prefix={inputs.parent}/",
        str(inputs),
    ]
    atheris.Setup(
        arguments,
        callbacks.run,
        custom_mutator=callbacks.mutate,
        custom_crossover=callbacks.cross,
    )
    try:
        atheris.Fuzz()
    except SystemExit as ended:
        if callbacks.error is not None:
            raise callbacks.error from None
        if ended.code not in (0, None):
            raise RuntimeError(f"the engine ended with {ended.code}") from None


class Callbacks:
    """What libFuzzer calls. It would print an exception and forget it, so the first one is kept."""

    def __init__(self, inputs: TextInputs) -> None:
        """Reserve the counters, which Atheris has no public way to do."""
        self._inputs = inputs
        self._first = atheris._reserve_counter()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        for _ in range(COUNTERS):
            atheris._reserve_counter()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        self.error: Exception | None = None

    def run(self, data: bytes) -> None:
        """Run an input, and count what it reached."""
        with self._kept_error():
            for counter in sorted(self._inputs.run(data)):
                atheris._trace_branch(self._first + counter)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

    def mutate(self, data: bytes, size_max: int, seed: int) -> bytes:
        """Change an input; a child that is too long is none."""
        with self._kept_error():
            child = self._inputs.child(data, seed)
            return child if len(child) <= size_max else data[:size_max]

    def cross(self, mother: bytes, father: bytes, size_max: int, seed: int) -> bytes:
        """Cross two inputs; a child that is too long is none."""
        with self._kept_error():
            child = self._inputs.cross(mother, father, seed)
            return child if len(child) <= size_max else mother[:size_max]

    @contextmanager
    def _kept_error(self) -> Generator[None]:
        try:
            yield
        except Exception as error:
            self.error = self.error or error
            raise
