"""Cases as pytest sees them: a file, and in it one test for each expectation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from fuzz.people.asking import refused
from fuzz.people.catalogue import Catalogue
from fuzz.people.errors import UserError
from fuzz.people.pytest_plugin import KERNEL
from fuzz.people.reports.case_timeline import case_timeline
from fuzz.people.source import read_case
from fuzz.people.verdict import check, expected_of, why_missing
from fuzz.program.case import BugStatus, Expectation
from fuzz.program.target import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fuzz.people.verdict import Checked
    from fuzz.program.case import Case
    from fuzz.program.target import Target

INSTALLED: Final = pytest.StashKey[Catalogue]()
SHORT: Final = ("no", "line")
"""Values of `--tb` with which nobody wants to see a timeline."""


class UnexpectedError(Exception):
    """A run does not show what its case says of it."""

    def __init__(self, checked: Checked) -> None:
        """Take what was expected, and what was shown."""
        super().__init__(checked.complaint)
        self.checked = checked


class StillOpenError(Exception):
    """A bug is there, as its case says: one line."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One test of a case."""

    target: Target
    expectation: Expectation
    variant: Case
    """The case as it is to be run."""
    impossible: str = ""
    """Why it cannot be run on the kernel that was asked for."""


class CaseFile(pytest.File):
    """A file with one case."""

    def collect(self) -> Iterator[CaseItem]:
        """Yield a test for each expectation that counts; one for cleanliness if there is none."""
        targets = self._targets()
        try:
            case = read_case(self.path, targets)
            wanted = list(_wanted(targets[case.target], case, self.config.getoption(KERNEL)))
        except UserError as error:
            raise self.CollectError(str(error)) from None
        lines = _expect_lines(self.path)
        for each in wanted:
            try:
                line = lines[case.expectations.index(each.expectation)]
            except ValueError:
                line = 0
            yield CaseItem.made(self, each, line)

    def _targets(self) -> dict[str, Target] | Catalogue:
        installed = self.config.stash.setdefault(INSTALLED, Catalogue())
        offered = self.ihook.pytest_swapstorm_targets()
        if not offered:
            return installed
        named = {name: target for each in reversed(offered) for name, target in each.items()}
        return {**installed, **named}


class CaseItem(pytest.Item):
    """A run of a case, held against one expectation."""

    wanted: Wanted
    line: int
    """Where its expectation stands in the file, counted from 0."""

    @classmethod
    def made(cls, file: CaseFile, wanted: Wanted, line: int) -> CaseItem:
        """Make a test of a file; a bug that is open is a failure that must be there."""
        name = _name_of(wanted.expectation)
        item: CaseItem = cls.from_parent(file, name=name)  # pyright: ignore[reportUnknownMemberType]
        item.wanted, item.line = wanted, line
        case = wanted.variant
        item.extra_keyword_matches.add(case.target)
        if case.status is not None:
            item.extra_keyword_matches.add(case.status.value)
        if case.status is BugStatus.OPEN and wanted.expectation.kind:
            reason = f"{file.path.name} says 'status open': once this passes, say 'status fixed'"
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True, raises=StillOpenError))
        return item

    def runtest(self) -> None:
        """Run the case."""
        wanted = self.wanted
        if wanted.impossible:
            pytest.skip(wanted.impossible)
        try:
            checked = check(wanted.target, wanted.expectation, wanted.variant)
        except CannotRun as error:
            pytest.skip(str(error))
        if checked.open:
            if checked.holds:
                raise StillOpenError(checked.complaint)
        elif not checked.holds:
            raise UnexpectedError(checked)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what happened instead, as `swapstorm show` would."""
        match excinfo.value:
            case StillOpenError():
                return str(excinfo.value)
            case UnexpectedError(checked=checked):
                if self.config.getoption("tbstyle") in SHORT:
                    return checked.complaint
                return "\n".join(_told(self.wanted.target, checked, self.path))
            case _:
                return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where it stands: the file, and the line of its expectation."""
        return self.path, self.line, f"{self.path.name}: {self.name}"


def none_can_run(items: Iterable[pytest.Item]) -> str:
    """Say why no case can run, if there are cases and none can; empty otherwise."""
    reasons = [item.wanted.impossible for item in items if isinstance(item, CaseItem)]
    return reasons[0] if reasons and all(reasons) else ""


def _wanted(target: Target, case: Case, kernel: str | None) -> Iterator[Wanted]:
    """List the tests of a case; with a kernel, those of that kernel, or that it is clean there."""
    if kernel is not None:
        expectation = Expectation(kernel)
        case = replace(case, kernel=kernel)
        why = f"{target.name} has no kernel {kernel}"
        if kernel in target.kernels:
            why = refused(target, case)
        if why:
            yield Wanted(target, expectation, case, why)
            return
    pairs = expected_of(target, case, kernel=kernel)
    for expectation, variant in pairs or [(Expectation(case.kernel), case)]:
        yield Wanted(target, expectation, variant)


def _name_of(expectation: Expectation) -> str:
    """Name a test by its expectation, so that a shell needs no quotes and `-k` finds each part."""
    settings = [f"{name}={text}" for name, text in expectation.settings]
    shown = [expectation.kind or "clean", expectation.place]
    return ":".join(filter(None, [expectation.kernel, *settings, *shown]))


def _expect_lines(path: Path) -> list[int]:
    """List the numbers, from 0, of the lines that say what is expected."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines) if line.startswith("expect")]


def _told(target: Target, checked: Checked, path: Path) -> Iterable[str]:
    yield checked.complaint
    if (divergence := why_missing(target, checked)) is not None:
        yield from (f"  {line}" for line in divergence.lines)
    yield ""
    yield from case_timeline(target, checked.case)
    yield ""
    yield f"swapstorm show {path} --kernel {checked.case.kernel}"
