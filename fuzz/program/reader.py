"""Reads the lines of one case; strict, so that people learn where they went wrong.

Kinds of lines come in the order of `KINDS`, so that a case has one form and reads top down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import BugStatus, Case, Expectation, Injection, Program
from fuzz.program.domain import number_of
from fuzz.program.operation import arguments_of, required
from fuzz.program.reading import CaseError, Line, Word, one_of
from fuzz.program.schedule_line import read_schedule
from fuzz.program.target import settings_of
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.world.faults import attributes_from_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Schedule
    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from fuzz.world.faults import Attributes

KINDS: Final = ("config", "task", "fault", "switch", "schedule", "inject", "expect", "status")
"""The kinds of lines after `target` and `kernel`, in their order."""

SINGLE: Final = ("config", "schedule", "status")
"""Kinds of which a case has at most one line."""

VISIT_MAX: Final = 9_999_999
"""No run is long enough for a later visit."""


class Reader:
    """Reads one case; each `_read_...` handles one kind of line."""

    def __init__(
        self, lines: list[Line], comments: list[tuple[int, str]], targets: Mapping[str, Target]
    ) -> None:
        """Take what `read_lines` made of a text; nothing is read yet."""
        self._lines = lines
        self._comments = comments
        self._targets = targets
        self._config: Line | None = None
        self._settings: dict[str, str] = {}
        self._programs: list[tuple[str, list[Operation[Any]]]] = []
        self._faults: dict[Anchor, Fault] = {}
        self._switches: dict[Anchor, Switch] = {}
        self._injections: list[Injection] = []
        self._expectations: list[Expectation] = []
        self._schedule: Schedule | None = None
        self._status: BugStatus | None = None

    def case(self) -> Case:
        """Read all lines, or raise CaseError."""
        self._target = self._read_target()
        self._kernel = self._known_kernel(self._head(1, "kernel"))
        self._read_rest()
        settings = self._checked_settings()
        return Case(
            target=self._target.name,
            kernel=self._kernel,
            settings=settings,
            programs=tuple(Program(name, tuple(ops)) for name, ops in self._programs),
            faults=tuple(self._faults.values()),
            switches=tuple(self._switches.values()),
            schedule=self._schedule,
            injections=tuple(self._injections),
            expectations=tuple(self._expectations),
            status=self._status,
            comments=self._moved_comments(config_is_dropped=bool(self._config and not settings)),
        )

    def _moved_comments(self, *, config_is_dropped: bool) -> tuple[tuple[int, str], ...]:
        """Count for comments the lines that will be written: a config of defaults is not."""
        if not config_is_dropped:
            return tuple(self._comments)
        return tuple((before - (before > 2), text) for before, text in self._comments)  # noqa: PLR2004 - target, kernel

    def _read_rest(self) -> None:
        previous = "kernel"
        allowed = KINDS
        for line in self._lines[2:]:
            word = line.words[0]
            if line.indented:
                if previous != "task":
                    raise word.expected("a line 'task NAME' before operations")
                self._programs[-1][1].append(self._operation(line))
                continue
            if word.text not in allowed:
                raise word.expected(one_of(allowed))
            previous = word.text
            allowed = KINDS[KINDS.index(previous) + (previous in SINGLE) :]
            self._read_line(line)

    def _read_line(self, line: Line) -> None:
        match line.words[0].text:
            case "config":
                self._read_config(line)
            case "task":
                self._read_task(line)
            case "fault":
                self._read_fault(line)
            case "switch":
                self._read_switch(line)
            case "schedule":
                self._schedule = read_schedule(line)
            case "inject":
                self._read_inject(line)
            case "expect":
                self._read_expect(line)
            case _:
                self._read_status(line)

    def _head(self, number: int, word: str) -> Word:
        if len(self._lines) <= number:
            last = self._lines[-1].number if self._lines else 0
            raise CaseError(last + 1, 1, f"a line '{word} NAME'")
        line = self._lines[number]
        if line.words[0].text != word or line.indented:
            raise line.words[0].expected(f"a line '{word} NAME'")
        line.exactly(2, f"{word} NAME")
        return line.words[1]

    def _read_target(self) -> Target:
        word = self._head(0, "target")
        if word.text not in self._targets:
            raise word.expected(one_of(self._targets))
        return self._targets[word.text]

    def _known_kernel(self, word: Word) -> str:
        if word.text not in self._target.kernels:
            raise word.expected(one_of(self._target.kernels))
        return word.text

    def _read_config(self, line: Line) -> None:
        line.at_least(2, "config NAME=VALUE ...")
        self._config = line
        self._settings = self._settings_in(line.words[1:])

    def _settings_in(self, words: list[Word]) -> dict[str, str]:
        known = {setting.name: setting for setting in self._target.settings}
        found: dict[str, str] = {}
        for word in words:
            key, value = word.pair()
            if key.text not in known or key.text in found:
                raise key.expected(f"{one_of(known)}, once")
            domain = known[key.text].domain
            found[key.text] = domain.text(value.parsed(domain))
        return found

    def _checked_settings(self) -> tuple[tuple[str, str], ...]:
        self._check(self._kernel, self._settings, self._config or self._lines[1])
        return tuple(
            (setting.name, self._settings[setting.name])
            for setting in self._target.settings
            if self._settings.get(setting.name, setting.default) != setting.default
        )

    def _check(self, kernel: str, texts: Mapping[str, str], line: Line) -> None:
        try:
            self._target.check(kernel, settings_of(self._target, texts))
        except ValueError as error:
            raise CaseError(line.number, 1, f"another configuration: {error}") from None

    def _read_task(self, line: Line) -> None:
        line.exactly(2, "task NAME")
        name = line.words[1]
        plain = name.text.isascii() and name.text.isidentifier()
        if not plain or any(name.text == known for known, _ in self._programs):
            raise name.expected("a new name of letters, digits and _")
        self._programs.append((name.text, []))

    def _operation(self, line: Line) -> Operation[Any]:
        word = line.words[0]
        for kind in self._target.operations:
            if kind.word == word.text:
                return kind(**self._arguments(kind, line))
        raise word.expected(one_of(kind.word for kind in self._target.operations))

    def _arguments(self, kind: type[Operation[Any]], line: Line) -> dict[str, Any]:
        known = {argument.key: argument for argument in arguments_of(kind)}
        values: dict[str, Any] = {}
        for word in line.words[1:]:
            key, value = word.pair()
            argument = known.get(key.text)
            if argument is None or argument.field in values:
                raise key.expected(f"{one_of(known)}, once" if known else "the end of the line")
            values[argument.field] = value.parsed(argument.domain)
        for argument in known.values():
            if required(argument) and argument.field not in values:
                raise line.end().expected(f"{argument.key}={argument.domain.expected}")
        return values

    def _new_anchor(self, line: Line, known: Mapping[Anchor, object]) -> Anchor:
        task, at = line.words[1], line.words[2]
        point, _, visit = at.text.rpartition("#")
        number = number_of(visit)
        if not point or number is None or not 0 < number <= VISIT_MAX:
            raise at.expected("POINT#VISIT, the visit counted from 1")
        anchor = Anchor(task.text, point, number)
        if anchor in known:
            raise at.expected(f"each visit once in the {line.words[0].text} lines")
        return anchor

    def _read_fault(self, line: Line) -> None:
        line.exactly(4, "fault TASK POINT#VISIT OUTCOME")
        anchor = self._new_anchor(line, self._faults)
        outcomes = {point.name: point.faults for point in self._target.fault_points}
        if anchor.point not in outcomes:
            raise line.words[2].expected(one_of(outcomes))
        outcome = line.words[3]
        if outcome.text not in outcomes[anchor.point]:
            raise outcome.expected(one_of(outcomes[anchor.point]))
        self._faults[anchor] = Fault(anchor, outcome.text)

    def _read_switch(self, line: Line) -> None:
        line.exactly(4, "switch TASK POINT#VISIT TASK")
        anchor = self._new_anchor(line, self._switches)
        self._switches[anchor] = Switch(anchor, line.words[3].text)

    def _read_inject(self, line: Line) -> None:
        line.at_least(3, "inject seed=N capability=NAME ...")
        seed_key, seed_value = line.words[1].pair()
        seed = number_of(seed_value.text)
        if seed_key.text != "seed" or seed is None:
            raise line.words[1].expected("seed=N")
        words: dict[str, str] = {}
        for word in line.words[2:]:
            key, value = word.pair()
            if key.text in words:
                raise key.expected(f"{key.text} only once")
            _attributes({"capability": "any", key.text: value.text}, word)
            words[key.text] = value.text
        self._injections.append(Injection(_attributes(words, line.end()), seed))

    def _read_expect(self, line: Line) -> None:
        form = "expect KERNEL [NAME=VALUE ...] clean | KIND [PLACE]"
        line.at_least(3, form)
        kernel = self._known_kernel(line.words[1])
        shown = [word for word in line.words[2:] if "=" not in word.text]
        count = len(line.words) - len(shown)
        if not shown or shown != line.words[count:]:
            raise line.end().expected(f"'{form}'")
        settings = self._settings_in(line.words[2:count])
        self._check(kernel, {**self._settings, **settings}, line)
        kind = shown[0].text
        line.exactly(count + (1 if kind == "clean" else min(len(shown), 2)), form)
        place = shown[1].text if len(shown) > 1 else ""
        overrides = tuple(settings.items())
        self._expectations.append(
            Expectation(kernel, overrides, "" if kind == "clean" else kind, place)
        )

    def _read_status(self, line: Line) -> None:
        if not any(expectation.kind for expectation in self._expectations):
            raise line.words[0].expected("an expect line that names a finding before a status")
        line.exactly(2, "status open | fixed")
        word = line.words[1]
        known = [status.value for status in BugStatus]
        if word.text not in known:
            raise word.expected(one_of(known))
        self._status = BugStatus(word.text)


def _attributes(words: Mapping[str, str], culprit: Word) -> Attributes:
    try:
        return attributes_from_words(words)
    except ValueError as error:
        raise CaseError(culprit.line, culprit.column, str(error)) from None
