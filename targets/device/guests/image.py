"""A kernel image on disk: what it says about itself, and where its modules are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from targets.device.guests.errors import CannotStart
from targets.device.guests.modules import ModuleFolder

MAGIC: Final = b"HdrS"
MAGIC_AT: Final = 0x202
RELEASE_POINTER_AT: Final = 0x20E
RELEASE_POINTER_BASE: Final = 0x200
HEADER_BYTES: Final = 1 << 16
"""The boot protocol of x86: a release string somewhere in the first few sectors."""


@dataclass(frozen=True, slots=True)
class Image:
    """A bzImage."""

    path: Path
    release: str

    @classmethod
    def read(cls, path: Path, name: str) -> Self:
        """Look at a file; `CannotStart` if it is no kernel image."""
        try:
            with path.open("rb") as file:
                header = file.read(HEADER_BYTES)
        except OSError as error:
            raise CannotStart(f"{name}: {error.strerror}; name a bzImage") from None
        if header[MAGIC_AT : MAGIC_AT + len(MAGIC)] != MAGIC:
            raise CannotStart(f"{name}: this is no kernel image; name a bzImage for x86")
        pointer = header[RELEASE_POINTER_AT : RELEASE_POINTER_AT + 2]
        start = RELEASE_POINTER_BASE + int.from_bytes(pointer, "little")
        words = header[start:].partition(b"\0")[0].decode("ascii", "replace").split()
        return cls(path, words[0] if words else "")

    def modules(self) -> ModuleFolder:
        """Its modules: where its package would put them, beside it or on this machine."""
        for root in (self.path.absolute().parents[1], Path("/")):
            folder = root / "lib/modules" / self.release
            if self.release and folder.is_dir():
                return ModuleFolder(folder)
        return ModuleFolder(self.path / "none")

    def config(self) -> Path | None:
        """The file with its build options, where its package puts that."""
        file = self.path.with_name(f"config-{self.release}")
        return file if file.is_file() else None
