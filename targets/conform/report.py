"""What a comparison says: how far it is, what differs, what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.people.text import counted
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.conform.campaign import Campaign, Difference, Tally
    from targets.conform.plan import Plan
    from targets.conform.swap_exercise import SwapKernel, SwapTally
    from targets.device.real_kernel import RealKernel


def progress_line(tally: Tally) -> str:
    """Say how far it has come."""
    rate = tally.programs / tally.seconds if tally.seconds else 0.0
    return (
        f"{tally.seconds:6.1f} s  {tally.programs:,} programs  {rate:.0f}/s  "
        f"{tally.answers:,} answers  {tally.statistics:,} statistics  {_verdict(tally)}"
    )


def difference_lines(difference: Difference) -> list[str]:
    """Say what differs, in which program."""
    finding = difference.finding
    again = "" if difference.steady else " (not again: the kernel answers differently each time)"
    return [
        f"program {difference.program}: {finding.title}{again}",
        f"  {finding.detail}",
        *(f"  | {line}" for line in case_text(difference.case).splitlines()),
    ]


def summary_lines(campaign: Campaign, words: Sequence[str]) -> list[str]:
    """Say what it came to, and how often each operation was run."""
    tally = campaign.tally
    width = max(map(len, words), default=0)
    return [
        f"{tally.programs:,} programs, {tally.operations.total():,} operations in "
        f"{tally.seconds:.1f} s: {tally.answers:,} answers and {tally.statistics:,} statistics "
        f"compared, {_verdict(tally)}",
        *(f"  {word:{width}}  {tally.operations[word]:>9,}" for word in words),
    ]


def summary_json(
    real: RealKernel, plan: Plan, campaign: Campaign, words: Sequence[str]
) -> dict[str, Any]:
    """Describe a comparison for a script."""
    tally = campaign.tally
    return {
        "release": real.hello["release"],
        "kernel": plan.kernel,
        "seed": plan.seed,
        "programs": tally.programs,
        "operations": tally.operations.total(),
        "answers": tally.answers,
        "statistics": tally.statistics,
        "differences": tally.differing,
        "unsteady": tally.unsteady,
        "seconds": round(tally.seconds, 3),
        "used": {word: tally.operations[word] for word in words},
        "found": [_difference_json(each) for each in campaign.differences.values()],
    }


def swap_lines(tally: SwapTally) -> list[str]:
    """Say what processes that swapped came to."""
    return [
        *tally.problems,
        f"{tally.programs:,} processes, {tally.operations.total():,} operations: "
        f"{tally.compared:,} pages compared, {tally.swapped:,} times a page was in the area, "
        f"{counted(len(tally.problems), 'problem')}",
        *(f"  {word:8}  {count:>9,}" for word, count in sorted(tally.operations.items())),
    ]


def swap_json(kernel: SwapKernel, tally: SwapTally) -> dict[str, Any]:
    """Describe processes that swapped for a script."""
    return {
        "release": kernel.hello["release"],
        "programs": tally.programs,
        "operations": tally.operations.total(),
        "used": dict(sorted(tally.operations.items())),
        "pages_compared": tally.compared,
        "pages_swapped": tally.swapped,
        "problems": tally.problems,
    }


def _difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "place": difference.finding.place,
        "title": difference.finding.title,
        "detail": difference.finding.detail,
        "program": difference.program,
        "steady": difference.steady,
        "case": case_text(difference.case),
    }


def _verdict(tally: Tally) -> str:
    unsteady = f", {tally.unsteady} unsteady" if tally.unsteady else ""
    return counted(tally.differing, "difference") + unsteady
