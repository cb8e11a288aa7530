"""Kernel modules: those that a guest needs, each after the ones that it depends on."""

from __future__ import annotations

import gzip
import lzma
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from targets.device.guests.errors import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WANTED: Final = (
    "virtio_pci", "virtio_console", "loop", "zram", "configs",
    "lzo", "lzo-rle", "lz4", "lz4hc", "zstd", "deflate", "842",
)  # fmt: skip
"""What zram, the channel and a backing device use; what is missing is built in or not to be had."""

DEPENDS: Final = re.compile(rb"\0depends=([^\0]*)\0")
SUFFIX: Final = re.compile(r"\.ko(\.xz|\.gz|\.zst)?$")


def canonical(name: str) -> str:
    """Modules are named with hyphens in files, with underscores inside."""
    return name.replace("-", "_")


@dataclass(frozen=True)
class ModuleFolder:
    """The modules of one kernel."""

    folder: Path

    @cached_property
    def files(self) -> dict[str, Path]:
        """Each module's file."""
        found = sorted(path for path in self.folder.rglob("*.ko*") if SUFFIX.search(path.name))
        return {canonical(SUFFIX.sub("", path.name)): path for path in found}

    def needed(self) -> dict[str, bytes]:
        """The wanted modules that exist and all that they depend on, in the order to load them."""
        loaded: dict[str, bytes] = {}
        for name in WANTED:
            if canonical(name) in self.files:
                self._load(canonical(name), loaded)
        return loaded

    def _load(self, name: str, loaded: dict[str, bytes]) -> None:
        if name in loaded:
            return
        data = _unpacked(self.files[name])
        for other in _depends(data):
            self._load(canonical(other), loaded)
        loaded[name] = data


def _depends(module: bytes) -> Iterator[str]:
    if stated := DEPENDS.search(module):
        yield from filter(None, stated[1].decode().split(","))


def _unpacked(path: Path) -> bytes:
    match path.suffix:
        case ".xz":
            return lzma.decompress(path.read_bytes())
        case ".gz":
            return gzip.decompress(path.read_bytes())
        case ".zst":
            raise CannotStart(f"{path}: modules packed with zstd cannot be unpacked; unpack them")
        case _:
            return path.read_bytes()
