"""Where cases come from on a command line: files, pipes, and whatever else has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.people.errors import in_case, in_file
from fuzz.program.reading import CaseError
from fuzz.program.text import CASE_BYTES_MAX, parse_case

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fuzz.program.case import Case
    from fuzz.program.target import Target


def read_case(path: Path, targets: Mapping[str, Target]) -> Case:
    """Read a case from a file; UserError says in one line what is wrong with it, and where."""
    data = read_bytes(path)
    try:
        if len(data) > CASE_BYTES_MAX:
            raise CaseError(1, 1, f"a case of at most {CASE_BYTES_MAX:,} bytes")
        return parse_case(data, targets)
    except CaseError as error:
        raise in_case(path, error) from None


def read_bytes(path: Path) -> bytes:
    """Read what may be a case, or the beginning of what is too long for one; UserError."""
    try:
        with path.open("rb") as file:
            return file.read(CASE_BYTES_MAX + 1)
    except OSError as error:
        raise in_file(path, error.strerror or type(error).__name__) from None
