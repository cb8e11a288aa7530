"""The cover: few grounds on which every bug with a known case can be found.

A bug belongs to a ground if one of its known cases, run there, shows a finding that is its doing:
so what a search has to find is there to be found, whatever other bugs are around.
Grounds are chosen greedily: for the bug that fewest kernels can have, the kernel with most bugs
that are not covered yet; then bugs are put in as long as those that are there stay findable.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from fuzz.people.asking import refused
from fuzz.people.bench.ground import Ground
from fuzz.people.bench.suspects import Suspects
from fuzz.program.execute import execute, materialised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fuzz.people.bench.suspects import MeasuredTarget
    from fuzz.program.case import Case

    Settings = dict[str, str]


@dataclass(frozen=True, slots=True)
class Witness:
    """A known case of a bug: what a person wrote down to show it."""

    bug: str
    case: Case
    fixed: tuple[tuple[str, str], ...]
    """Those of its settings that no search draws, so that a ground must have them."""
    company: tuple[str, ...]
    """The bugs that it was written with: where it is put in, they come along."""


class Cover:
    """Chooses grounds of one target."""

    def __init__(self, target: MeasuredTarget, where: str, known: Iterable[Case]) -> None:
        """Look at known cases of a target that is at `where`."""
        self._target = target
        self._where = where
        self._suspects = Suspects(target)
        self._names = frozenset(bug.name for bug in target.bugs)
        self._witnesses: dict[str, list[Witness]] = {}
        for case in known:
            for witness in self._witnesses_in(case):
                self._witnesses.setdefault(witness.bug, []).append(witness)

    def grounds(self, wanted: Iterable[str]) -> Iterator[Ground]:
        """Yield grounds for the bugs that are wanted, as far as there are any."""
        wanted = sorted(frozenset(wanted) & frozenset(self._witnesses))
        own, given = self._table(wanted, put_in=False), self._table(wanted, put_in=True)
        names: Counter[str] = Counter()
        left = frozenset(wanted)
        while left:
            kernel = _kernel_for(left, own, given)
            bugs = self._ground(kernel, sorted(own[kernel] & left), sorted(given[kernel] & left))
            if not bugs.bugs:
                return
            name = f"{self._target.name}-{kernel}"
            names[name] += 1
            yield replace(bugs, name=name if names[name] == 1 else f"{name}.{names[name]}")
            left -= frozenset(bugs.bugs)

    def _table(self, wanted: Iterable[str], *, put_in: bool) -> dict[str, frozenset[str]]:
        """Return for each kernel the bugs that can be found in it, each looked at by itself."""
        table = {kernel: set[str]() for kernel in self._target.kernels}
        for name in wanted:
            for kernel, found in table.items():
                if any(
                    self._findable(w, kernel, self._settings(dict(w.fixed), w, put_in=put_in))
                    for w in self._witnesses[name]
                ):
                    found.add(name)
        return {kernel: frozenset(found) for kernel, found in table.items()}

    def _ground(self, kernel: str, own: Iterable[str], given: Iterable[str]) -> Ground:
        """Start with what a kernel has, and add what can be put in beside it."""
        settings: Settings = {}
        bugs: list[str] = []
        for name, put_in in chain(((n, False) for n in own), ((n, True) for n in given)):
            if name in bugs:
                continue
            for witness in self._witnesses[name]:
                other = _joined(settings, dict(witness.fixed))
                if other is None:
                    continue
                other = self._settings(other, witness, put_in=put_in)
                if self._all_findable([*bugs, name], kernel, other):
                    settings = other
                    bugs.append(name)
                    break
        return Ground(self._target.name, self._where, kernel, tuple(settings.items()), tuple(bugs))

    def _settings(self, settings: Settings, witness: Witness, *, put_in: bool) -> Settings:
        return self._target.with_bugs(settings, witness.company) if put_in else settings

    def _all_findable(self, names: Iterable[str], kernel: str, settings: Settings) -> bool:
        return all(
            any(self._findable(witness, kernel, settings) for witness in self._witnesses[name])
            for name in names
        )

    def _findable(self, witness: Witness, kernel: str, settings: Settings) -> bool:
        """Whether a known case shows its bug on a kernel with these settings."""
        drawn = self._drawn(witness.case)
        case = replace(witness.case, kernel=kernel, settings=tuple({**drawn, **settings}.items()))
        if refused(self._target, case):
            return False
        bugs = self._target.bugs_of(kernel, settings)
        if witness.bug not in bugs:
            return False
        outcome = execute(self._target, case)
        again = materialised(case, outcome)
        return any(
            witness.bug in self._suspects.blamed(again, signature, names)
            for signature in dict.fromkeys(finding.signature for finding in outcome.findings)
            if self._suspects.closes(again, signature, [witness.bug])
            for names in ([witness.bug], sorted(bugs))
        )

    # Known cases

    def _witnesses_in(self, case: Case) -> Iterator[Witness]:
        """Yield the bugs that the expectations of a case name, with what else they set."""
        seen = set[Witness]()
        plain = replace(case, expectations=(), comments=())
        for expectation in case.expectations:
            settings = {**dict(case.settings), **dict(expectation.settings)}
            words = [word for text in settings.values() for word in text.split(",")]
            named = self._names.intersection(words)
            there = named & self._target.bugs_of(expectation.kernel, settings)
            fixed = tuple(self._fixed(settings).items())
            for name in named:
                company = tuple(sorted(there if name in there else (name,)))
                seen.add(Witness(name, plain, fixed, company))
        yield from sorted(seen, key=lambda w: (w.bug, len(w.company), w.company, w.fixed))

    def _fixed(self, settings: Mapping[str, str]) -> Settings:
        """Return the settings that no search draws and that do not themselves switch bugs."""
        return {
            setting.name: settings[setting.name]
            for setting in self._target.settings
            if setting.name in settings and not setting.drawn and not self._switches(setting.name)
        }

    def _drawn(self, case: Case) -> Settings:
        drawn = {setting.name for setting in self._target.settings if setting.drawn}
        return {name: text for name, text in case.settings if name in drawn}

    def _switches(self, setting: str) -> bool:
        """Whether a setting puts bugs in or takes them out."""
        some = sorted(self._names)[:1]
        return setting in {*self._target.with_bugs({}, some), *self._target.without_bugs({}, some)}


def _kernel_for(
    left: Iterable[str], own: Mapping[str, frozenset[str]], given: Mapping[str, frozenset[str]]
) -> str:
    """Return the kernel with most of the bugs that are left, of those that have the rarest one."""
    having = {
        name: [kernel for kernel in own if name in own[kernel] | given[kernel]]
        for name in sorted(left)
    }
    rarest = min((kernels for kernels in having.values() if kernels), key=len, default=list(own))
    bugs = frozenset(left)
    return max(rarest, key=lambda k: (len((own[k] | given[k]) & bugs), len(own[k] & bugs)))


def _joined(one: Settings, other: Settings) -> Settings | None:
    """Put settings together; None where they contradict each other."""
    if any(one.get(name, text) != text for name, text in other.items()):
        return None
    return {**one, **other}
