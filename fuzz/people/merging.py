"""Merging: the crashes of one folder brought into another, each bug once, the better case kept.

Nothing is taken from where it was. What cannot be read, or shows nothing any more, is named.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fuzz.keep.case_files import NoCase, text_in
from fuzz.keep.crashes import (
    Crash,
    CrashFolder,
    Stored,
    Worth,
    crash_folder,
    look_for_crashes,
    store_crash,
    with_status_of,
)
from fuzz.keep.files import locked, make_folder, one_line
from fuzz.keep.folders import write_folder
from fuzz.keep.together import STORY
from fuzz.people.filing import Filing, finding_of, installed_as
from fuzz.people.reliability import FreshProcesses
from fuzz.people.triage.primary import primary_of
from fuzz.program.case import bare
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.program.reading import CaseError
from fuzz.program.text import parse_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from fuzz.program.case import Case
    from fuzz.program.target import Target


class Merger:
    """Brings crashes into one folder."""

    def __init__(
        self, targets: Mapping[str, Target], into: Path, stack: ExitStack, *, anew: bool
    ) -> None:
        """Prepare; processes that measure end with `stack`.

        `anew` has every report written and measured once more, also where a case is known.
        """
        self._targets = targets
        self._into = into
        self._stack = stack
        self._anew = anew
        self._fresh: dict[str, FreshProcesses | None] = {}
        self.notes: list[str] = []
        """What was left where it is, and why."""

    def merge(self, source: Path) -> Iterator[tuple[str, Stored]]:
        """Bring the crashes of a folder in, and yield what became of each; KeepError."""
        crashes, notes = look_for_crashes(source)
        for crash in crashes:
            try:
                yield self._merge_one(crash)
            except (NoCase, CaseError, LookupError) as why:
                self.notes.append(f"skipped {one_line(crash.path)}: {why}")
        together = [crash for crash in sorted(source.glob(f"*/{STORY}")) if crash.is_file()]
        folders = [story.parent for story in together if not story.parent.is_symlink()]
        for folder in folders:
            yield folder.name, self._merge_together(folder)
        names = tuple(f"skipped {one_line(folder)}: " for folder in folders)
        self.notes += [note for note in notes if not note.startswith(names)]

    def _merge_one(self, source: CrashFolder) -> tuple[str, Stored]:
        filing = self._filing(source)
        signature = filing.finding.signature
        compare: Callable[[str], Worth] = partial(
            filing.compare, crash_folder(self._into, signature)
        )
        if self._anew:
            compare = partial(_again, compare, filing)
        crash = None if self._anew else _as_it_is(source, signature)
        if crash is None:
            crash = filing.crash(self._first(source, filing.case))
            minimal = with_status_of(text_in(source.minimal), crash.minimal)
            crash = replace(crash, minimal=minimal)
        return signature, store_crash(self._into, crash, compare)

    def _filing(self, source: CrashFolder) -> Filing:
        case = parse_case(text_in(source.minimal), self._targets)
        target = self._targets[case.target]
        outcome = execute(target, bare(case))
        expected = [(one.kind, one.place) for one in case.expectations if one.kind]
        finding = finding_of(outcome, expected[0]) if expected else primary_of(outcome.findings)
        if finding is None:
            raise LookupError("its minimal.case does not show its finding any more")
        finding = demonstrate(target, bare(case), finding)
        return Filing(target, bare(case), outcome, finding, self._processes(target))

    def _processes(self, target: Target) -> FreshProcesses | None:
        if target.name not in self._fresh:
            where = installed_as(target)
            fresh = self._stack.enter_context(FreshProcesses(where)) if where else None
            self._fresh[target.name] = fresh
        return self._fresh[target.name]

    def _first(self, source: CrashFolder, minimal: Case) -> Case:
        """Return the case that the bug was first found with; the minimal one if that is lost."""
        try:
            return bare(parse_case(text_in(source.first), self._targets))
        except (NoCase, CaseError):
            return minimal

    def _merge_together(self, folder: Path) -> Stored:
        """Copy cases that show something together, unless there are some of that name."""
        make_folder(self._into, "crashes")
        with locked(self._into):
            place = self._into / folder.name
            if os.path.lexists(place / STORY):
                return Stored.KNOWN
            files = [*sorted(folder.glob("[0-9]*.case")), folder / STORY]
            contents = {file.name: file.read_bytes() for file in files if file.is_file()}
            write_folder(place, contents, {})
            return Stored.NEW


def _again(compare: Callable[[str], Worth], filing: Filing, known: str) -> Worth:
    """Take what is stored for worse if it is the same case."""
    worth = compare(known)
    return Worth.BETTER if filing.is_same(known) else worth


def _as_it_is(source: CrashFolder, signature: str) -> Crash | None:
    """Read a crash as it was written; None when something of it is missing, or it is older."""
    try:
        return Crash(
            signature=signature,
            minimal=text_in(source.minimal),
            first=text_in(source.first),
            report=text_in(source.report),
            page=text_in(source.page),
            facts=text_in(source.facts),
        )
    except NoCase:
        return None
