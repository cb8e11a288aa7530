"""What a report says of faults, findings and harm, in sentences."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.program.case import Expectation
    from fuzz.values.anchor import Fault
    from fuzz.values.finding import Finding


WHO_CARES: Final = MappingProxyType(
    {
        Harm.CRASH: "The kernel damages its own memory: it oopses here, or later in code that "
        "has nothing to do with the cause.",
        Harm.DATA_LOSS: "What a user stored is gone: something else is read back, and no error.",
        Harm.CORRUPTION_READ_BACK: "Wrong bytes are stored, and a reader can get them.",
        Harm.LEAK: "Something is never given back: it adds up until nothing is left.",
        Harm.HANG: "A task never goes on, nor does whoever waits for it.",
        Harm.WRONG_REPORT: "A user is told something untrue; the data itself is intact.",
        Harm.LATENT: "Something is damaged, and nobody is hurt as long as nobody needs it: "
        "bytes that no user reads, a list that nobody follows.",
    }
)
"""For each harm class, who is hurt by a finding, and how."""


def injected(faults: Iterable[Fault]) -> str:
    """Say which faults were injected: `Injected: ENOMEM at disk.pages (A, visits 1, 2).`"""
    visits: dict[tuple[str, str, str], list[int]] = {}
    for fault in faults:
        visits.setdefault((fault.outcome, fault.at.point, fault.at.task), []).append(fault.at.visit)
    parts = [
        f"{outcome} at {point} ({task}, visit{'s' * (len(numbers) > 1)} {_ranges(numbers)})"
        for (outcome, point, task), numbers in visits.items()
    ]
    return f"Injected: {'; '.join(parts) or 'nothing'}."


RANGE_MIN: Final = 4
"""Three numbers in a row are read faster one by one."""


def _ranges(numbers: Iterable[int]) -> str:
    """Write numbers as a list, long runs as `first-last`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_range(run) for run in runs)


def _range(run: Sequence[int]) -> str:
    return f"{run[0]}-{run[-1]}" if len(run) >= RANGE_MIN else ", ".join(map(str, run))


def shown(findings: Iterable[Finding]) -> str:
    """Name findings in a few words: `lost-update in add; ...`, or `clean`."""
    return "; ".join(f"{finding.kind} in {finding.place}" for finding in findings) or "clean"


def expected(expectation: Expectation) -> str:
    """Write an expectation as a line of a case."""
    settings = [f"{name}={text}" for name, text in expectation.settings]
    result = [expectation.kind or "clean", expectation.place]
    return " ".join(word for word in ["expect", expectation.kernel, *settings, *result] if word)
