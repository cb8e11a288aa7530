"""Recordings: what a real kernel replied to programs, kept in a file, and played back.

A played kernel is asked as a real one is, and knows only what was asked when it was recorded.
A line of the file is one run: the digest of what was asked, and the replies; the first line holds
what the kernel said of itself. Lines are compressed together, since replies repeat each other.
"""

from __future__ import annotations

import json
import lzma
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from targets.device.real_kernel import RealKernel, Reply, Step

SUFFIX: Final = ".jsonl.xz"
KEY_DIGITS: Final = 24
"""Hexadecimal digits of a digest that stand for what was asked."""


class UnknownProgram(LookupError):
    """A recording that was not asked this."""


class Recorder:
    """A real kernel that remembers what it was asked."""

    def __init__(self, real: RealKernel) -> None:
        """Listen to a kernel."""
        self._real = real
        self.runs: dict[str, Sequence[Reply]] = {}

    @property
    def hello(self) -> Mapping[str, Any]:
        """What the kernel says of itself."""
        return self._real.hello

    def run(
        self, steps: Sequence[Step], watch: Sequence[str] = (), devices: int = 1
    ) -> Sequence[Reply]:
        """Ask the kernel, and remember."""
        replies = self._real.run(steps, watch, devices)
        self.runs[_key(steps, watch, devices)] = replies
        return replies


class PlayedKernel:
    """A recording that answers as the kernel did."""

    def __init__(self, hello: Mapping[str, Any], runs: Mapping[str, Sequence[Reply]]) -> None:
        """Know what a kernel replied to each of some runs."""
        self.hello = hello
        self._runs = runs

    def run(
        self, steps: Sequence[Step], watch: Sequence[str] = (), devices: int = 1
    ) -> Sequence[Reply]:
        """Return what the kernel replied; UnknownProgram when it was never asked."""
        try:
            return self._runs[_key(steps, watch, devices)]
        except KeyError:
            raise UnknownProgram from None


def _key(steps: Sequence[Step], watch: Sequence[str], devices: int) -> str:
    asked = json.dumps([[dict(step) for step in steps], list(watch), devices], sort_keys=True)
    return sha256(asked.encode()).hexdigest()[:KEY_DIGITS]


def store_recording(
    path: Path, hello: Mapping[str, Any], runs: Mapping[str, Sequence[Reply]]
) -> None:
    """Write a recording; KeepError when that fails, and then nothing has changed."""
    lines = [dict(hello), *([key, list(map(dict, replies))] for key, replies in runs.items())]
    text = "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)
    write_atomically(path, lzma.compress(text.encode()))


@cache
def load_recording(path: Path) -> PlayedKernel:
    """Read a recording, once a process; FileNotFoundError when there is none."""
    hello, *runs = map(json.loads, lzma.decompress(path.read_bytes()).decode().splitlines())
    return PlayedKernel(hello, dict(runs))
