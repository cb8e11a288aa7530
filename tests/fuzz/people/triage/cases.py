"""Cases of the toys for the tests of triage, and folders that hold them."""

from pathlib import Path
from typing import Final

from fuzz.people.triage.baseline import Baseline, read_baseline
from fuzz.people.triage.forms.as_json import triaged_json
from fuzz.people.triage.gathering import gather
from fuzz.people.triage.triage import triage
from fuzz.people.triage.triaged import Triaged
from tests.fuzz.people.toys import LOST, TARGETS

SMALL: Final = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=1
switch A counter.write#1 B
expect 1 lost-update add
"""
"""The smallest case of the lost update."""

LARGE: Final = LOST + "expect 1 lost-update add\n"
FIXED: Final = SMALL.replace("kernel 1", "kernel 2").replace("expect 1", "expect 2")
"""Kernel 2 takes a lock: what is expected of it is not there any more."""

OVERFLOW: Final = """\
target depot
kernel 1
task A
  put load=9
task B
  put
fault A depot.box#1 EMPTY
switch A depot.cellar#1 B
expect 1 overflow put
"""
HOSTILE: Final = "]]> <b>\x1b[31m\u202e & \"'.case"
"""A name that no form may take for more than a name."""


def write(files: dict[str, str]) -> Path:
    """Put files below a folder of the current one."""
    for name, text in files.items():
        path = Path("crashes") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Path("crashes")


def triaged(files: dict[str, str], before: Baseline | None = None) -> Triaged:
    """Triage files."""
    return triage(gather([write(files)], TARGETS), before, lambda _: None)


def baseline_of(files: dict[str, str], folder: Path) -> Baseline:
    """Return the baseline that a triage of files, in a folder of their own, has written."""
    path = folder / "before.json"
    path.write_text(triaged_json(triaged(files)))
    for name in files:
        (Path("crashes") / name).unlink()
    return read_baseline(path)
