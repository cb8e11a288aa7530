"""The memory of a running process, read through `/proc/PID/mem`."""

import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from psutil import Process

from targets.linux.content import workload
from targets.linux.machine.page import PAGE_SIZE

ANONYMOUS: Final = frozenset({"", "[anon]", "[heap]"})
"""Names of mappings that no file backs: what a kernel would swap."""


INTERPRETER: Final = (sys.executable, "-I", "-S", "-OO", "-B")
"""Isolated; without the docstrings of the library, which are not ours; writes no files."""


class NotReadable(Exception):
    """The kernel does not let us read the child's memory, with the remedy."""


@contextmanager
def running_workload() -> Generator[int, None, None]:
    """Run the workload in an interpreter of its own, without environment; gives its process id.

    It has a session of its own, so that Ctrl-C reaches us alone and we end it by its id.
    """
    child = subprocess.Popen(
        [*INTERPRETER, workload.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        start_new_session=True,
    )
    with child:
        try:
            assert child.stdout is not None, "standard output is a pipe"
            assert child.stdout.readline() == workload.READY, "the workload starts and gets ready"
            yield child.pid
        finally:
            child.kill()


def private_pages(pid: int) -> Iterator[bytes]:
    """Read every page of the anonymous, private, writable mappings of process `pid`.

    Raises `NotReadable` when the kernel forbids it.
    """
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for start, end in _mappings(pid):
                memory.seek(start)
                yield from _pages(memory.read(end - start))
    except PermissionError as error:
        raise NotReadable(
            f"cannot read the memory of process {pid}, our own child: "
            "set kernel.yama.ptrace_scope to 0 or 1, or give this container CAP_SYS_PTRACE"
        ) from error


def _mappings(pid: int) -> Iterator[tuple[int, int]]:
    """List the first and the past-the-end address of each mapping."""
    for mapping in Process(pid).memory_maps(grouped=False):
        if mapping.perms == "rw-p" and mapping.path in ANONYMOUS:
            start, end = mapping.addr.split("-")
            yield int(start, 16), int(end, 16)


def _pages(memory: bytes) -> Iterator[bytes]:
    """Cut a mapping into whole pages; a read may end early."""
    ends = range(PAGE_SIZE, len(memory) + 1, PAGE_SIZE)
    return (memory[end - PAGE_SIZE : end] for end in ends)
