"""Sentences of a report that every form of it says in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.people.reports.closing import Border, Closing
    from fuzz.people.reports.photographs import Photographs
    from fuzz.people.reports.report import Report
    from fuzz.program.target import KernelChange


def found_in(report: Report) -> str:
    """Say where and on what a finding was made."""
    where = report.where
    return (
        f"Found in `{where.place}` ({where.who}), kernel {where.kernel}, "
        f"target {where.target}: {where.sentence}."
    )


def closing_sentences(closing: Closing, kernel: str) -> list[str]:
    """Say what a finding of a case on a kernel came with, and what closes it."""
    lines = [*_came(closing), *_went(closing, kernel)]
    if closing.designs:
        many = "these designs close" if len(closing.designs) > 1 else "this design closes"
        lines.append(f"On {kernel}, {many} it: {', '.join(closing.designs)}.")
    lines += [f"{kernel} has it no more without this defect: {_repair(r)}" for r in closing.repairs]
    return lines


def _came(closing: Closing) -> Iterator[str]:
    border = closing.came
    if border is not None and border.reached:
        yield f"{border.clean} is clean, {border.shows} has it. {_cause(border, 'bring')}"


def _went(closing: Closing, kernel: str) -> Iterator[str]:
    border = closing.went
    if border is None:
        yield f"Every modelled kernel from {kernel} on has it."
    elif border.reached:
        yield f"{border.shows} has it, {border.clean} is clean. {_cause(border, 'close')}"
    else:
        yield (
            f"{border.shows} has it; {border.clean} does not come to all faults and switches of "
            "the case, so what closes it cannot be said."
        )


def _cause(border: Border, verb: str) -> str:
    if not border.changes:
        return "No single change between them makes the difference."
    told = " ".join(_change(change) for change in border.changes)
    if border.together:
        return f"Only together, these changes {verb} it: {told}"
    one = "each of these changes" if len(border.changes) > 1 else "this change"
    return f"By itself, {one} {verb}s it: {told}"


def _change(change: KernelChange) -> str:
    commit = f" ({change.commit})" if change.commit else ""
    return f"{change.release}{commit}: {change.sentence}"


def _repair(repair: KernelChange) -> str:
    fixed = f"fixed in {repair.release}" if repair.release else "no fix is known"
    by = f", {repair.commit}" if repair.commit else ""
    return f"{repair.sentence.rstrip('.')} ({fixed}{by})."


def moment_of_damage(photographs: Photographs) -> str:
    """Say between which moments two pictures were taken."""
    if not photographs.step:
        return "At the beginning of the run, and at its end."
    by = f" of task {photographs.task}" if photographs.task else ""
    return f"Right before and right after step {photographs.step}{by}."
