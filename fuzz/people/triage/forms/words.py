"""What every form says of a group in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.people.reports.affected import Affected
    from fuzz.people.reports.closing import Closing
    from fuzz.people.triage.triaged import Group, Lives, Triaged


def summary(triaged: Triaged) -> str:
    """Say in a line what there is."""
    against = f", against {triaged.baseline}" if triaged.baseline else ""
    cases = sum(len(group.members) for group in triaged.groups)
    return f"{cases} cases, {len(triaged.groups)} bugs{against}: {triaged.counts()}"


def kernels_of(lives: Lives | None) -> str:
    """Say which kernels show a bug: `4.7 to 4.9`; a dash where nobody knows."""
    return lives.affected.ranges if lives is not None else "-"


def closed_by(lives: Lives | None) -> str:
    """Say what closes a bug, in a few words; a dash where nothing is known to."""
    if lives is None:
        return "-"
    closing = lives.closing
    parts = [f"design {', '.join(closing.designs)}"] if closing.designs else []
    release = _release_that_closes(closing)
    return "; ".join([release, *parts] if release else parts) or "-"


def _release_that_closes(closing: Closing) -> str:
    border = closing.went
    if border is None or not border.reached:
        return ""
    commits = [change.commit for change in border.changes if change.commit]
    joint = " and " if border.together else " or "
    return f"{border.clean} ({joint.join(commits)})" if commits else border.clean


def borders(affected: Affected) -> list[str]:
    """Say which kernel is the first bad one, and which the first good one, in sentences."""
    if not affected.first_bad:
        return ["No kernel shows it."]
    before = f"{affected.last_good} is clean" if affected.last_good else "no earlier one is known"
    lines = [f"First bad kernel: {affected.first_bad} ({before})."]
    if affected.first_good:
        lines.append(f"First good kernel: {affected.first_good} (after {affected.last_bad}).")
    else:
        lines.append(f"First good kernel: none is known after {affected.last_bad}.")
    return lines


def message(group: Group) -> str:
    """Say in one sentence what became of a bug."""
    where = f"{group.kind} in {group.place}" if group.place else group.kind
    kernels = f"; kernels {kernels_of(group.lives)}" if group.lives is not None else ""
    return f"{group.state.value}: {group.title} ({where}; {group.harm.value}{kernels})"
