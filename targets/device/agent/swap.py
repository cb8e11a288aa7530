"""A process over a swap area of its own on a zram of its own: pages leave, come back, are compared.

The process is a child, because a page that cannot be read back kills whoever touches it.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import signal
import struct
import sys
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn
from zlib import crc32

from targets.device.agent import block_io, libc
from targets.device.agent.arguments import PAGE_SIZE, Arguments, Json, Misuse
from targets.device.agent.devices import Zram, hot_add, remove_at_last
from targets.device.agent.undo import Journal, unbroken

if TYPE_CHECKING:
    from collections.abc import Generator

MADV_DONTNEED: Final = 4
MADV_NOHUGEPAGE: Final = 15
MADV_PAGEOUT: Final = 21

SIGNATURE: Final = b"SWAPSPACE2"
VERSION: Final = 1
VERSION_AT: Final = 1024

PREFER: Final = 0x8000 | 32767
"""Before every other area: the pages come here, whatever else the machine has."""

ENTRY_BYTES: Final = 8
SWAPPED: Final = 1 << 62
"""The bit of an entry of pagemap that says: this page is in a swap area."""

WATCHED: Final = ("mm_stat", "io_stat")


def header(pages: int) -> bytes:
    """The first page of a swap area of so many pages, as mkswap writes it."""
    page = bytearray(PAGE_SIZE)
    struct.pack_into("=III", page, VERSION_AT, VERSION, pages - 1, 0)
    page[-len(SIGNATURE) :] = SIGNATURE
    return bytes(page)


@contextmanager
def swap_area(journal: Journal, zram: Zram, pages: int) -> Generator[None]:
    """Swap on a zram; leaving brings everything back into memory."""
    zram.store("disksize", str(pages * PAGE_SIZE))
    block_io.write_blocks(zram.node, 0, header(pages))
    thing = f"swap {zram.node}"
    with unbroken():
        libc.swapon(zram.node, PREFER)
        journal.made(thing)
    try:
        yield
    finally:
        libc.swapoff(zram.node)
        journal.gone(thing)


@dataclass(frozen=True, slots=True)
class Memory:
    """Anonymous pages of a process, and what it last stored to them."""

    pages: int
    bytes: mmap.mmap
    expected: list[int]

    @classmethod
    def of(cls, pages: int) -> Memory:
        """Map pages, of ordinary size."""
        mapped = mmap.mmap(-1, pages * PAGE_SIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        with suppress(OSError):  # EINVAL from a kernel that knows no others
            mapped.madvise(MADV_NOHUGEPAGE)
        return cls(pages, mapped, [crc32(bytes(PAGE_SIZE))] * pages)

    def load(self, page: int) -> int:
        """Read a page, from wherever it is, and return its CRC."""
        return crc32(self.bytes[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])

    def store(self, page: int, data: bytes) -> None:
        """Write a page."""
        self.bytes[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = data
        self.expected[page] = crc32(data)

    def swapped(self) -> list[int]:
        """The pages that are in a swap area."""
        start = ctypes.addressof(ctypes.c_char.from_buffer(self.bytes)) // PAGE_SIZE
        with open("/proc/self/pagemap", "rb", buffering=0) as pagemap:
            data = os.pread(pagemap.fileno(), self.pages * ENTRY_BYTES, start * ENTRY_BYTES)
        entries = struct.unpack(f"={self.pages}Q", data)
        return [page for page, entry in enumerate(entries) if entry & SWAPPED]


def store(memory: Memory, step: Arguments, pages: range) -> Json:
    """Store to pages."""
    data = step.contents("data", len(pages) * PAGE_SIZE)
    for index, page in enumerate(pages):
        memory.store(page, data[index * PAGE_SIZE : (index + 1) * PAGE_SIZE])
    return None


def load(memory: Memory, step: Arguments, pages: range) -> Json:
    """Read pages, and answer with their CRCs."""
    del step
    return [f"{memory.load(page):08x}" for page in pages]


def verify(memory: Memory, step: Arguments, pages: range) -> Json:
    """Read pages, and answer with those that do not hold what was last stored."""
    del step
    return [page for page in pages if memory.load(page) != memory.expected[page]]


def push_out(memory: Memory, step: Arguments, pages: range) -> Json:
    """Ask the kernel to reclaim pages now (MADV_PAGEOUT)."""
    del step
    memory.bytes.madvise(MADV_PAGEOUT, pages.start * PAGE_SIZE, len(pages) * PAGE_SIZE)
    return None


def forget(memory: Memory, step: Arguments, pages: range) -> Json:
    """Give pages back: they are zeros from now on (MADV_DONTNEED)."""
    del step
    memory.bytes.madvise(MADV_DONTNEED, pages.start * PAGE_SIZE, len(pages) * PAGE_SIZE)
    for page in pages:
        memory.expected[page] = crc32(bytes(PAGE_SIZE))
    return None


STEPS: Final = MappingProxyType(
    {"store": store, "load": load, "verify": verify, "push_out": push_out, "forget": forget}
)


@dataclass(slots=True)
class Process:
    """The child's side: it runs steps and says after each what it sees."""

    memory: Memory
    zram: Zram

    def step(self, step: Arguments) -> Json:
        """Run one step."""
        word, first = step.text("op"), step.number("page", 0)
        pages = range(first, first + step.number("count", 1))
        if word not in STEPS:
            raise Misuse(f"no such operation: {word!r}; there are {' '.join(STEPS)}")
        if not 0 <= pages.start < pages.stop <= self.memory.pages:
            raise Misuse(f"the process has no pages {pages.start} to {pages.stop - 1}")
        answer: dict[str, Json] = {}
        try:
            answer["ok"] = STEPS[word](self.memory, step, pages)
        except OSError as error:
            answer["errno"] = errno.errorcode.get(error.errno or 0, str(error.errno))
        return answer | self.counts()

    def counts(self) -> dict[str, Json]:
        """What the kernel counts now."""
        return {
            "swapped": [*self.memory.swapped()],
            "used": used_pages(self.zram.node),
            **{name: self.zram.show(name) for name in WATCHED},
        }


def used_pages(path: str) -> int | None:
    """How many pages of an area are taken, by /proc/swaps, or none if it is no area."""
    for line in Path("/proc/swaps").read_text(encoding="utf-8").splitlines()[1:]:
        name, _, _, used, _ = line.split()
        if name == path:
            return int(used) * 1024 // PAGE_SIZE
    return None


def run_swap(journal: Journal, request: Arguments) -> Json:
    """Run the steps of a request in a child over a swap area; what is made is gone afterwards."""
    zram = hot_add(journal)
    try:
        if request.has("algorithm"):
            zram.store("comp_algorithm", request.text("algorithm"))
        with swap_area(journal, zram, request.number("disk_pages")):
            answer = _in_a_child(zram, request)
        return {**answer, **{name: zram.show(name) for name in WATCHED}}
    finally:
        remove_at_last(journal, zram)


def _in_a_child(zram: Zram, request: Arguments) -> dict[str, Json]:
    """Run the steps in a child, and return what it said and how it ended: 0 if well."""
    reader, writer = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _be_the_child(zram, request, writer, parent)
    os.close(writer)
    try:
        with os.fdopen(reader, encoding="utf-8") as lines:
            said = [json.loads(line) for line in lines]
    except BaseException:  # whatever it is, it should not wait for the rest of the steps
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    if said and "misuse" in said[-1]:
        raise Misuse(said[-1]["misuse"])
    return {"steps": said, "status": os.waitstatus_to_exitcode(status)}


def _be_the_child(zram: Zram, request: Arguments, writer: int, parent: int) -> NoReturn:
    """Run the steps and end; whatever happens, nothing of the parent's is undone here."""
    status = 1
    try:
        libc.end_with_parent(signal.SIGKILL, parent)
        with os.fdopen(writer, "w", encoding="utf-8") as answers:
            try:
                process = Process(Memory.of(request.number("pages")), zram)
                for step in request.objects("steps"):
                    answers.write(json.dumps(process.step(step)) + "\n")
                    answers.flush()
            except Misuse as error:
                answers.write(json.dumps({"misuse": str(error)}) + "\n")
        status = 0
    except BaseException:  # the parent's handlers are not for the child
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
