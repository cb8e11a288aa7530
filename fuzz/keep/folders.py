"""Folders that change whole: at any moment, whatever fails, there is the old one or the new one.

A new version is built under a hidden name beside its place; then the two change their names in one
step. A file system that cannot do that gets its files one by one, each of them whole.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from errno import EEXIST
from typing import TYPE_CHECKING

from fuzz.keep.exchange import exchange
from fuzz.keep.files import KeepError, stage, write_together

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


def write_folder(
    place: Path, contents: Mapping[str, bytes | str], renamed: Mapping[str, str]
) -> None:
    """Give a folder new contents, or make it; KeepError when that fails, and nothing changes.

    What else is in the folder stays there; of what is replaced, `renamed` stays under other names.
    Only one process at a time may do this to a folder.
    """
    hidden = _hidden(place)
    _sweep(place)
    try:
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            raise FileExistsError(EEXIST, os.strerror(EEXIST))
        os.mkdir(hidden)
        for name, data in contents.items():
            stage(hidden / name, data)
        if not place.is_dir():
            os.rename(hidden, place)
            return
        for name, other in renamed.items():
            _linked(str(place / name), str(hidden / other))
        _bring_along(place, hidden, contents)
        exchanged = exchange(hidden, place)
        if not exchanged:
            _one_by_one(place, contents, renamed)
    except OSError as error:
        _clear(hidden)
        raise KeepError(f"store {place.name}", place.parent, error) from error
    if exchanged:
        _return_strays(hidden, place)
    _clear(hidden)


def _hidden(place: Path) -> Path:
    return place.parent / f".{place.name}.{os.getpid()}.new"


def _one_by_one(
    place: Path, contents: Mapping[str, bytes | str], renamed: Mapping[str, str]
) -> None:
    for name, other in renamed.items():
        os.rename(place / name, place / other)
    write_together(place, contents)


def _bring_along(place: Path, hidden: Path, contents: Collection[str]) -> None:
    """Have everything else of the old folder in the new one, too: the same files, not copies."""

    def replaced(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if name in contents] if folder == str(place) else []

    try:
        shutil.copytree(
            place,
            hidden,
            symlinks=True,
            ignore=replaced,
            copy_function=_linked,
            dirs_exist_ok=True,
        )
    except shutil.Error as error:
        _, _, why = error.args[0][0]
        raise OSError(None, str(why)) from error


def _linked(source: str, copy: str) -> None:
    try:
        os.link(source, copy, follow_symlinks=False)
    except OSError:  # A file system without links.
        shutil.copy2(source, copy, follow_symlinks=False)


def _return_strays(old: Path, new: Path) -> None:
    """Move what somebody put into the old folder just before it was exchanged."""
    with suppress(OSError):
        for name in sorted(os.listdir(old)):
            if not os.path.lexists(new / name):
                os.rename(old / name, new / name)


def _sweep(place: Path) -> None:
    """Remove what processes left here that were killed: half of a new folder, or an old one."""
    prefix = f".{place.name}."
    with suppress(OSError):
        for name in sorted(os.listdir(place.parent)):
            number = name.removeprefix(prefix).removesuffix(".new")
            if name == f"{prefix}{number}.new" and number.isdigit() and not _others(int(number)):
                _clear(place.parent / name)


def _clear(folder: Path) -> None:
    """Remove a folder of ours if it is there; one that stays is hidden and does no harm."""
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)


def _others(number: int) -> bool:
    """Whether a number is that of another process, which lives."""
    return number != os.getpid() and os.path.exists(f"/proc/{number}")
