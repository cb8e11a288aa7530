"""The Atheris engine: libFuzzer picks inputs and keeps them, an explorer runs and changes them.

What has to be known about Atheris to read this:

* It instruments code while that is imported, so whoever wants edges counted imports targets
  under `instrumented`, before this module's `drive` is called.
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

from fuzz.search.feedback import COUNTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from fuzz.search.explorer import Explorer

INPUT_BYTES_MAX: Final = 16_384
"""A case of 16 operations with a few hundred switches; longer children leave the search."""
RUN_SECONDS_MAX: Final = 20
"""A run takes milliseconds; the step budget ends a livelock long before this does."""


@contextmanager
def instrumented(package: str) -> Generator[None]:
    """Have the edges of a package counted that is imported in the block."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):  # noqa: PTH123 - not a path of ours
        with atheris.instrument_imports(include=[package]):
            yield


def drive(
    explorer: Explorer, *, runs: int, seed: int, corpus: Path, progress: Callable[[], None]
) -> None:
    """Let libFuzzer search for about `runs` runs, keeping its inputs in the folder `corpus`."""
    first = atheris._reserve_counter()  # noqa: SLF001 - the only way to feed counters of our own
    for _ in range(COUNTERS):
        atheris._reserve_counter()  # noqa: SLF001

    def run(data: bytes) -> None:
        for counter in sorted(explorer.run(data)):
            atheris._trace_branch(first + counter)  # noqa: SLF001
        progress()

    def mutate(data: bytes, size_max: int, seed: int) -> bytes:
        child = explorer.child(data, seed)
        return child if len(child) <= size_max else data[:size_max]

    def cross(mother: bytes, father: bytes, size_max: int, seed: int) -> bytes:
        child = explorer.cross(mother, father, seed)
        return child if len(child) <= size_max else mother[:size_max]

    arguments = [
        sys.argv[0],
        f"-atheris_runs={runs}",
        f"-seed={seed % 2**31 or 1}",
        f"-max_len={INPUT_BYTES_MAX}",
        f"-timeout={RUN_SECONDS_MAX}",
        "-len_control=0",
        "-use_counters=0",
        "-rss_limit_mb=0",
        "-print_final_stats=0",
        "-verbosity=0",
        str(corpus),
    ]
    atheris.Setup(arguments, run, custom_mutator=mutate, custom_crossover=cross)
    try:
        atheris.Fuzz()
    except SystemExit as ended:
        if ended.code not in (0, None):
            raise
