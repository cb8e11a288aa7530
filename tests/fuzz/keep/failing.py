"""A disk that fails at the k-th thing that is asked of it."""

import errno
import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

CALLS = ("open", "mkdir", "write", "fsync", "close", "replace", "rename", "unlink", "rmdir")


class Disk:
    """Counts what is asked of it, and fails once."""

    def __init__(self, fails_at: int) -> None:
        self.fails_at = fails_at
        self.calls = 0
        self.failed = ""

    def guarded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def guard(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls != self.fails_at:
                return call(*arguments, **options)
            self.failed = name
            if name == "close":  # The system closes a file even when it says that it failed.
                call(*arguments, **options)
            if name == "write":  # A full disk takes a part first.
                call(arguments[0], bytes(arguments[1])[:3])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return guard


@contextmanager
def failing_disk(fails_at: int) -> Generator[Disk]:
    disk = Disk(fails_at)
    with ExitStack() as patches:
        for name in CALLS:
            patches.enter_context(patch.object(os, name, disk.guarded(name, getattr(os, name))))
        yield disk


def contents(folder: Path) -> dict[str, bytes]:
    """Everything under a folder that a person would see."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.parts)
    }


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]
