"""A disk that fails at the k-th thing that is asked of it."""

import errno
import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGKILL
from typing import Any
from unittest.mock import patch

from fuzz.keep import folders
from fuzz.keep.exchange import exchange

CALLS = (
    *("open", "mkdir", "write", "fsync", "close", "link"),
    *("replace", "rename", "unlink", "rmdir"),
)


class Disk:
    """Counts what is asked of it, and fails once."""

    def __init__(self, fails_at: int, at_failure: Callable[[], None] = lambda: None) -> None:
        self.fails_at = fails_at
        self.at_failure = at_failure
        self.calls = 0
        self.failed = ""

    def guarded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def guard(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls != self.fails_at:
                return call(*arguments, **options)
            self.failed = name
            self.at_failure()
            if name == "close":  # The system closes a file even when it says that it failed.
                call(*arguments, **options)
            if name == "write":  # A full disk takes a part first.
                call(arguments[0], bytes(arguments[1])[:3])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return guard


@contextmanager
def failing_disk(fails_at: int, at_failure: Callable[[], None] = lambda: None) -> Generator[Disk]:
    disk = Disk(fails_at, at_failure)
    with ExitStack() as patches:
        guarded = disk.guarded("exchange", exchange)
        patches.enter_context(patch.object(folders, "exchange", guarded))
        for name in CALLS:
            patches.enter_context(patch.object(os, name, disk.guarded(name, getattr(os, name))))
        yield disk


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Work in a process that is killed at the k-th thing that it asks of the disk; was it?"""
    child = os.fork()
    if child == 0:
        with failing_disk(moment, lambda: os.kill(os.getpid(), SIGKILL)):
            work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == -SIGKILL


def contents(folder: Path) -> dict[str, bytes]:
    """Everything under a folder that a person would see."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.parts)
    }


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]
