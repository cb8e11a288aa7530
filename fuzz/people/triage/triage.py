"""The triage of gathered cases: run twice, grouped, compared with before, sorted by harm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.people.reports.affected import affected_kernels
from fuzz.people.reports.closing import how_it_closes
from fuzz.people.reports.matrix import run_everywhere
from fuzz.people.triage.kinship import Smallest, families
from fuzz.people.triage.running import Rerun, rerun
from fuzz.people.triage.triaged import Group, Lives, State, Triaged, by_urgency
from fuzz.program.case import BugStatus
from fuzz.program.demonstrate import demonstrate
from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fuzz.people.triage.baseline import Baseline, Known
    from fuzz.people.triage.gathering import Gathered
    from fuzz.search.shrink.cost import Cost
    from fuzz.values.finding import Finding


def triage(
    gathered: Gathered,
    baseline: Baseline | None,
    told: Callable[[str], None],
    *,
    everywhere: bool = True,
) -> Triaged:
    """Run everything, put together what is one bug, and say what became of it.

    `told` learns of each step in a few words; `everywhere` finds out where each bug lives.
    """
    reruns: list[Rerun] = []
    for given in gathered.cases:
        told(f"{given.path}")
        reruns.append(rerun(given))
    groups: list[Group] = []
    for members in _together(reruns, told, related=everywhere):
        group = _group(members, baseline)
        if everywhere and group.finding is not None:
            told(f"{group.signature} on every kernel")
            group = replace(group, lives=_lives(members[0], group.finding))
        groups.append(group)
    if baseline is not None:
        groups += _missing(groups, baseline)
    name = baseline.name if baseline is not None else ""
    return Triaged(by_urgency(groups), gathered.notes, name)


def _together(
    reruns: Sequence[Rerun], told: Callable[[str], None], *, related: bool
) -> Iterator[list[Rerun]]:
    """Put cases together: by what they show; a clean one joins those that show what it expects."""
    groups: dict[str, list[Rerun]] = {}
    for one in sorted(reruns, key=_rank):
        if one.primary is not None:
            groups.setdefault(one.primary.signature, []).append(one)
    if related:
        told("other interleavings of the smallest cases")
        groups = _joined(groups)
    expecting = {
        member.expected_signature: signature
        for signature, members in groups.items()
        for member in members
    }
    for one in reruns:
        if one.primary is None and any(one.expected):
            key = one.expected_signature or one.expected[0]
            groups.setdefault(expecting.get(key, key), []).append(one)
    for members in groups.values():
        yield sorted(members, key=_rank)


def _joined(groups: Mapping[str, list[Rerun]]) -> dict[str, list[Rerun]]:
    """Join groups of which the smallest cases show each other's finding in other interleavings."""
    smallest = {
        signature: Smallest(members[0].given.target, members[0].case)
        for signature, members in groups.items()
    }
    joined: dict[str, list[Rerun]] = {}
    for signature, head in families(smallest).items():
        joined.setdefault(head, []).extend(groups[signature])
    return joined


def _rank(one: Rerun) -> tuple[bool, Cost, bool]:
    """Sort cases of one bug: what shows it, the smallest, and of equal ones what expects it."""
    shown = one.primary.signature if one.primary is not None else ""
    return not shown, one.cost, one.expected_signature != shown


def _group(members: list[Rerun], baseline: Baseline | None) -> Group:
    smallest = members[0]
    expected = frozenset(one.expected_signature for one in members) - {""}
    if smallest.primary is None:
        return _fixed(members, baseline, expected)
    finding = demonstrate(smallest.given.target, smallest.case, smallest.primary)
    shown = dict.fromkeys(one.primary.signature for one in members if one.primary is not None)
    return Group(
        kind=finding.kind,
        place=finding.place,
        title=finding.title,
        harm=finding.harm,
        state=_state(members, baseline, frozenset(shown), expected),
        finding=finding,
        members=tuple(members),
        also=tuple(signature for signature in shown if signature != finding.signature),
    )


def _state(
    members: list[Rerun],
    baseline: Baseline | None,
    shown: frozenset[str],
    expected: frozenset[str],
) -> State:
    known = baseline.find(shown, expected) if baseline is not None else None
    if any(one.flaky for one in members):
        return State.FLAKY
    was_fixed = known is not None and known.state is State.FIXED
    if was_fixed or any(one.wanted and _says_fixed(one) for one in members):
        return State.REGRESSED
    return State.NEW if baseline is not None and known is None else State.OPEN


def _says_fixed(member: Rerun) -> bool:
    return member.given.case.status is BugStatus.FIXED


def _fixed(members: list[Rerun], baseline: Baseline | None, expected: frozenset[str]) -> Group:
    """Make a group of cases that show nothing any more."""
    kind, place = members[0].expected
    known = (
        baseline.find(frozenset({f"{kind}-{place}"}), expected) if baseline is not None else None
    )
    flaky = any(one.flaky for one in members)
    return Group(
        kind=kind,
        place=place,
        title=known.title if known is not None else f"{kind} in {place or 'any place'}",
        harm=known.harm if known is not None else _harm_of(members[0], kind),
        state=State.FLAKY if flaky else State.FIXED,
        members=tuple(members),
    )


def _harm_of(member: Rerun, kind: str) -> Harm:
    """Say how bad a finding of a kind is as a rule."""
    promises = member.given.target.promises
    return next((promise.harm for promise in promises if promise.kind == kind), Harm.LATENT)


def _missing(groups: Sequence[Group], baseline: Baseline) -> Iterator[Group]:
    """List the bugs that were known, and of which no case is here."""
    here = {name for group in groups for name in (group.signature, *group.also)}
    here |= {member.expected_signature for group in groups for member in group.members}
    for known in baseline.known:
        if not here.intersection((*known.signatures, *known.expected)):
            yield _gone(known)


def _gone(known: Known) -> Group:
    return Group(known.kind, known.place, known.title, known.harm, State.MISSING)


def _lives(smallest: Rerun, finding: Finding) -> Lives:
    target, case = smallest.given.target, smallest.case
    matrix = run_everywhere(target, case)
    return Lives(
        affected_kernels(matrix, case, finding), how_it_closes(target, case, finding, matrix)
    )
