"""Known cases of the toy, as a person would write them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.text import parse_case
from tests.toys.cracked import TARGET

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.program.case import Case

WHERE: Final = "tests.toys.cracked:TARGET"
UNLOCKED: Final = """\
target cracked
kernel 1
task A
  add amount=1
task B
  add amount=2
switch A cracked.write#1 B
expect 1 lost-update add
expect 1 without=unlocked clean
"""
GREEDY: Final = """\
target cracked
kernel 1
task A
  add amount=9
expect 1 with=greedy greedy add
expect 1 clean
"""
THIEF: Final = """\
target cracked
kernel 1
task A
  rob
expect 1 with=mild,open thief rob
expect 1 with=mild clean
expect 1 with=open clean
"""
TEXTS: Final = (UNLOCKED, GREEDY, THIEF)


def known_cases() -> list[Case]:
    return [parse_case(text, {TARGET.name: TARGET}) for text in TEXTS]


def known_folder(folder: Path) -> Path:
    """Write the known cases into a folder."""
    for number, text in enumerate(TEXTS):
        (folder / f"{number}.case").write_text(text, encoding="utf-8")
    return folder
