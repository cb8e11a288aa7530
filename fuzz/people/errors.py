"""What a person did wrong, said in one line; anything else that goes wrong is our bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.keep.files import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.program.reading import CaseError


class UserError(Exception):
    """One line that says where, and what was expected there."""


def in_file(path: Path, error: Exception | str) -> UserError:
    """Put a file's name before what is wrong in it."""
    return UserError(f"{one_line(path)}: {error}")


def in_case(path: Path, error: CaseError) -> UserError:
    """Say in which file, line and column something else was expected."""
    expected = str(error).partition(": ")[2]
    return UserError(f"{one_line(path)}:{error.line}:{error.column}: {expected}")
