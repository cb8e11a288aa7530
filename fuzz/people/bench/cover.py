"""The cover: few grounds on which every bug with a known case can be found.

A bug belongs to a ground if one of its known cases, run there, shows a finding that is its doing:
so what a search has to find is there to be found, whatever other bugs are around.
Grounds are chosen greedily: the kernel with most bugs that are not covered yet, where a bug counts
more the fewer kernels can have it; then bugs are put in, the rarest first, as long as those that
are there stay findable.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.people.asking import refused
from fuzz.people.bench.depth import depth_of
from fuzz.people.bench.ground import Ground
from fuzz.people.bench.suspects import Suspects
from fuzz.program.execute import execute, materialised

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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
        having = {name: sum(name in own[k] | given[k] for k in own) for name in wanted}
        left = sorted((name for name in wanted if having[name]), key=lambda name: having[name])
        names: Counter[str] = Counter()
        while left:
            weights = {name: 1 / having[name] for name in left}
            kernel = max(own, key=lambda k: _weight(own[k] | given[k], weights))
            ways = {name: _ways(name in own[kernel], name in given[kernel]) for name in left}
            ground = self._ground(kernel, ways)
            if not ground.bugs:
                return
            name = f"{self._target.name}-{kernel}"
            names[name] += 1
            yield replace(ground, name=name if names[name] == 1 else f"{name}.{names[name]}")
            left = [bug for bug in left if bug not in ground.bugs]

    def depth(self, ground: Ground, bug: str) -> int:
        """Return how few faults and switches show a bug on its ground: an upper bound."""
        settings = dict(ground.settings)
        shown = (self._shown(w, ground.kernel, settings) for w in self._witnesses[bug])
        return min(
            depth_of(self._target, self._suspects, bug, case) for case in shown if case is not None
        )

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

    def _ground(self, kernel: str, ways: Mapping[str, Sequence[bool]]) -> Ground:
        """Put together what can be found beside each other, in the order of `ways`.

        They say of each bug whether the kernel has it, False, or it may be put in, True.
        """
        settings: Settings = {}
        bugs: list[str] = []
        for name, way in ((name, way) for name, some in ways.items() for way in some):
            if name in bugs:
                continue
            for witness in self._witnesses[name]:
                other = _joined(settings, dict(witness.fixed))
                if other is None:
                    continue
                other = self._settings(other, witness, put_in=way)
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
        return self._shown(witness, kernel, settings) is not None

    def _shown(self, witness: Witness, kernel: str, settings: Settings) -> Case | None:
        """Return the known case on a kernel with these settings, if it shows its bug there."""
        drawn = self._drawn(witness.case)
        case = replace(witness.case, kernel=kernel, settings=tuple({**drawn, **settings}.items()))
        if refused(self._target, case):
            return None
        if witness.bug not in self._target.bugs_of(kernel, settings):
            return None
        outcome = execute(self._target, case)
        if not self._suspects.shown(case, outcome, witness.bug):
            return None
        return replace(materialised(case, outcome), expectations=(), comments=())

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


def _weight(bugs: Collection[str], weights: Mapping[str, float]) -> float:
    return sum(weight for name, weight in weights.items() if name in bugs)


def _ways(own: bool, given: bool) -> list[bool]:  # noqa: FBT001 - a table of two
    """Return how a kernel can come to have a bug: by itself first, then put in."""
    return [way for way, can in ((False, own), (True, given)) if can]


def _joined(one: Settings, other: Settings) -> Settings | None:
    """Put settings together; None where they contradict each other."""
    if any(one.get(name, text) != text for name, text in other.items()):
        return None
    return {**one, **other}
