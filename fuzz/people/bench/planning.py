"""Planning: which bugs are looked for, on which grounds, by whom."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, cast

from fuzz.keep.corpus import Corpus
from fuzz.people.bench.cover import Cover
from fuzz.people.bench.fingerprint import fingerprint
from fuzz.people.bench.plan import Plan
from fuzz.people.bench.searchers import ablation, searcher_named
from fuzz.people.errors import UserError
from fuzz.program.ground_truth import KnowsItsBugs
from fuzz.program.reading import CaseError
from fuzz.program.target import IsNotSearched
from fuzz.program.text import parse_case
from fuzz.search.engines.by_name import ENGINE_DEFAULT, ENGINE_NAMES, EXHAUSTIVE, NEED_ATHERIS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fuzz.people.bench.ground import Ground
    from fuzz.people.bench.profiles import Profile
    from fuzz.people.bench.suspects import MeasuredTarget
    from fuzz.program.case import Case
    from fuzz.program.target import Target

NO_ATHERIS: Final = "--searchers: {} needs Atheris, which is not installed here"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants to be measured."""

    profile: Profile
    searchers: tuple[str, ...]
    """Empty for all engines, or as many as the profile says."""
    bugs: tuple[str, ...]
    """Empty for all that have a known case."""
    known: Path
    """The folder of known cases."""
    seed: int
    ablation: bool


def plan_for(asked: Asked, targets: Mapping[str, Target], before: Plan | None) -> Plan:
    """Make a plan; grounds are those of a plan `before`, if it was made for the same.

    `targets` are by where workers find them: their names, or `module:attribute`.
    """
    known = _known_cases(asked.known, targets)
    if not known:
        raise UserError(f"--known: {asked.known} has no case of a target that knows its bugs")
    named = {bug.name for where in known for bug in _measured(targets)[where].bugs}
    for bug in asked.bugs:
        if bug not in named:
            raise UserError(f"--defects: there is none called {bug!a}")
    profile = asked.profile
    plan = Plan(
        code=_fingerprint(known),
        wanted=asked.bugs,
        targets=profile.targets,
        grounds=before.grounds if before is not None else (),
        depths=before.depths if before is not None else (),
        searchers=_searchers(asked),
        trials=profile.trials,
        budget=profile.budget,
        seed=asked.seed,
    )
    if before is not None and before.measures_like(plan):
        return plan
    grounds, depths = _grounds(asked, targets, known)
    return replace(plan, grounds=grounds, depths=depths)


def searchers_by_default() -> tuple[str, ...]:
    """Name all engines that search and can be used here, the default one first.

    The exhaustive one is none of them: it proves a few programs in as many runs.
    """
    names = dict.fromkeys((ENGINE_DEFAULT, *ENGINE_NAMES))
    return tuple(name for name in names if name != EXHAUSTIVE and _usable(name))


def _searchers(asked: Asked) -> tuple[str, ...]:
    count = 1 if asked.ablation else asked.profile.searchers
    names = asked.searchers or searchers_by_default()[: count or None]
    if asked.ablation:
        names = (*names, *ablation(searcher_named(names[0]).engine))
    for name in names:
        engine = searcher_named(name).engine
        if not _usable(engine):
            raise UserError(NO_ATHERIS.format(engine))
    return tuple(dict.fromkeys(names))


def _usable(engine: str) -> bool:
    return engine not in NEED_ATHERIS or find_spec("atheris") is not None


def _measured(targets: Mapping[str, Target]) -> dict[str, MeasuredTarget]:
    """Return the targets that can be measured."""
    return {
        name: cast("MeasuredTarget", target)
        for name, target in targets.items()
        if isinstance(target, KnowsItsBugs) and not isinstance(target, IsNotSearched)
    }


def _known_cases(folder: Path, targets: Mapping[str, Target]) -> dict[str, list[tuple[str, Case]]]:
    """Read the known cases of each target that can be measured, with their texts."""
    measured = _measured(targets)
    names = {target.name: where for where, target in measured.items()}
    by_name = {target.name: target for target in measured.values()}
    known: dict[str, list[tuple[str, Case]]] = {}
    for text in Corpus(folder):
        with suppress(CaseError):
            case = parse_case(text, by_name)
            known.setdefault(names[case.target], []).append((text, case))
    return dict(sorted(known.items()))


def _fingerprint(known: Mapping[str, Sequence[tuple[str, Case]]]) -> str:
    digest = sha256(fingerprint(known).encode())
    for text in sorted(text for cases in known.values() for text, _ in cases):
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def _grounds(
    asked: Asked,
    targets: Mapping[str, Target],
    known: Mapping[str, Sequence[tuple[str, Case]]],
) -> tuple[tuple[Ground, ...], tuple[tuple[str, int], ...]]:
    """Return grounds and depths; a bug is looked for on the first ground that covers it."""
    fewest = sorted(known, key=lambda where: len(known[where]))
    grounds: list[Ground] = []
    depths: dict[str, int] = {}
    for where in sorted(fewest[: asked.profile.targets or None]):
        target = _measured(targets)[where]
        wanted = (set(asked.bugs) or {bug.name for bug in target.bugs}) - depths.keys()
        cover = Cover(target, where, [case for _, case in known[where]])
        for ground in cover.grounds(wanted):
            grounds.append(ground)
            depths.update((bug, cover.depth(ground, bug)) for bug in ground.bugs)
    return tuple(grounds), tuple(sorted(depths.items()))
