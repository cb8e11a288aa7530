"""Archives in the form that a kernel unpacks into its first file system (cpio, newc)."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MAGIC: Final = "070701"
TRAILER: Final = "TRAILER!!!"
ALIGNED: Final = 4
FOLDER_MODE: Final = stat.S_IFDIR | 0o755
FILE_MODE: Final = stat.S_IFREG | 0o755


@dataclass(slots=True)
class Archive:
    """Files by absolute path; the folders that they need come by themselves."""

    _members: dict[str, tuple[int, int, bytes]] = field(
        default_factory=dict[str, tuple[int, int, bytes]]
    )

    def add(self, path: str, data: bytes, modified: int = 0) -> None:
        """Put a file in, with the second in which it was last modified."""
        for folder in reversed(PurePosixPath(path).parents[:-1]):
            self._members.setdefault(str(folder), (FOLDER_MODE, 0, b""))
        self._members[path] = (FILE_MODE, modified, data)

    def add_file(self, path: Path, name: str = "") -> None:
        """Put a copy of a file in, where it is here or under another name."""
        self.add(name or str(path), path.read_bytes(), int(path.stat().st_mtime))

    def write(self, path: Path) -> None:
        """Write the archive."""
        with path.open("wb") as output:
            for number, (name, (mode, modified, data)) in enumerate(self._members.items(), 1):
                output.write(_member(name.lstrip("/"), (number, mode, modified), data))
            output.write(_member(TRAILER, (0, 0, 0), b""))


def _member(name: str, numbers: tuple[int, int, int], data: bytes) -> bytes:
    """One member: a header of thirteen hexadecimal numbers, the name, the data, both aligned."""
    inode, mode, modified = numbers
    header = (inode, mode, 0, 0, 1, modified, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    start = MAGIC + "".join(f"{number:08x}" for number in header)
    return _aligned(start.encode() + name.encode() + b"\0") + _aligned(data)


def _aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNED)
