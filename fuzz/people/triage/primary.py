"""Primary findings: which of all findings of a run says what bug it is.

One bug has several symptoms: a write beyond an object, then a broken chain, then a crash.
The first is nearest to the cause; what comes after it is its damage, and differs from run to run.
Judges that look at the end of a run find their order by chance; of those the worst counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.finding import Finding


def primary_of(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding that a run is about; None when it is clean."""
    return min(findings, key=lambda finding: (finding.step, finding.harm.rank), default=None)
