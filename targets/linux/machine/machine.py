"""The machine that the parts of the model share: a world, a kernel, memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.memory import Memory


class Codec(Protocol):
    """What compresses and decompresses pages, whatever the algorithm is."""

    def compress(self, algorithm: str, page: bytes) -> bytes:
        """Return the block of a page, of one byte to two pages."""
        ...

    def decompress(self, algorithm: str, block: bytes) -> bytes | None:
        """Return the page of a block; None when it is no block of at most a page."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """What every subsystem is given when it is made."""

    world: World
    kernel: Kernel
    memory: Memory
    codec: Codec | None = None
    """Stands in for the compressors, in a run that is told what real ones made of each page."""
    disks: dict[str, Disk] = field(default_factory=dict[str, "Disk"])
    """The block devices by name, each from its registration to its removal."""
    bio_lists: dict[int, list[Callable[[], None]]] = field(
        default_factory=dict[int, "list[Callable[[], None]]"]
    )
    """For each task inside a driver, by number, the requests that wait until it has left that."""
