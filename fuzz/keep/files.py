"""Files that appear whole or not at all, whatever fails and whenever the process dies.

New contents are staged under a hidden name in the same folder, made durable, and then renamed.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

STAGED: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
"""What a crashed process of the same number left behind is overwritten; a link is not followed."""

NAME_BYTES_MAX: Final = 120
"""File systems allow 255; this leaves room for what staging adds, and for a line of `ls`."""


class KeepError(Exception):
    """A folder cannot be used: what for, where, why, what helps. What was stored is intact."""

    def __init__(self, action: str, where: Path, why: OSError) -> None:
        """Say it in one line."""
        reason = why.strerror or type(why).__name__
        super().__init__(f"cannot {action} in {one_line(where)}: {reason}; {_remedy(why)}")


def _remedy(why: OSError) -> str:
    match why:
        case PermissionError():
            return "choose a folder that is yours"
        case FileExistsError() | NotADirectoryError() | IsADirectoryError():
            return "something else has that name: move it away"
        case _:
            return (
                "nothing stored before is lost: make room or choose another folder, and try again"
            )


def one_line(path: Path) -> str:
    """Write a path so that it fits a line of text, whatever bytes its name is made of."""
    text = os.fsencode(path).decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def safe_name(name: str) -> str:
    """Return `name` as the name of a file: itself if it can be, else cleaned, with a hash."""
    clean = "".join(c if c.isascii() and (c.isalnum() or c in "._-+") else "_" for c in name)
    clean = clean[:NAME_BYTES_MAX].lstrip(".-")
    if clean == name and clean:
        return clean
    digest = sha256(name.encode(errors="backslashreplace")).hexdigest()[:8]
    return f"{clean or 'unnamed'}-{digest}"


def make_folder(folder: Path, what: str) -> None:
    """Make a folder, and those above it, where they do not exist."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise KeepError(f"store {what}", folder, error) from error


def write_atomically(path: Path, data: bytes | str) -> None:
    """Give a file new contents: a reader finds the old or the new ones; KeepError on failure."""
    make_folder(path.parent, path.name)
    write_together(path.parent, {path.name: data})


def write_together(folder: Path, contents: Mapping[str, bytes | str]) -> None:
    """Give several files of a folder new contents: all of them, or KeepError and none.

    Should the machine die between two renames, every file is still whole.
    """
    staged: dict[str, Path] = {}
    try:
        for name, data in contents.items():
            staged[name] = _hidden(folder, name, "new")
            stage(staged[name], data)
        _rename_all(folder, staged)
    except OSError as error:
        raise KeepError(f"store {', '.join(contents)}", folder, error) from error
    finally:
        for left in staged.values():
            discard(left)


def _rename_all(folder: Path, staged: Mapping[str, Path]) -> None:
    """Rename every staged file into its place; undo what was done when one fails."""
    before: dict[str, Path | None] = {}
    try:
        for name in staged:
            before[name] = _copy_of(folder, name) if len(staged) > 1 else None
        renamed: list[str] = []
        try:
            for name, file in staged.items():
                os.replace(file, folder / name)
                renamed.append(name)
        except OSError:
            _undo(folder, {name: before[name] for name in renamed})
            raise
    finally:
        for copy in before.values():
            if copy is not None:
                discard(copy)


def _copy_of(folder: Path, name: str) -> Path | None:
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    copy = _hidden(folder, name, "old")
    stage(copy, data)
    return copy


def _undo(folder: Path, before: Mapping[str, Path | None]) -> None:
    for name, copy in before.items():
        if copy is None:
            discard(folder / name)
        else:
            os.replace(copy, folder / name)


def _hidden(folder: Path, name: str, version: str) -> Path:
    return folder / f".{name}.{os.getpid()}.{version}"


def stage(path: Path, data: bytes | str) -> None:
    """Write a file durably under a name that nobody looks at yet; no trace when that fails."""
    left = memoryview(data.encode() if isinstance(data, str) else data)
    descriptor = os.open(path, STAGED, 0o666)
    try:
        try:
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        discard(path)
        raise


def discard(path: Path) -> None:
    """Remove a file of ours if it is there; one that stays is hidden and does no harm."""
    with suppress(OSError):
        os.unlink(path)


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Keep other processes out of a folder for a moment, so that two do not both find it old."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise KeepError("store anything", folder, error) from error
    try:
        with suppress(OSError):  # A file system without locks still has its atomic renames.
            flock(descriptor, LOCK_EX)
        yield
    finally:
        with suppress(OSError):  # Nothing was written through it.
            os.close(descriptor)
