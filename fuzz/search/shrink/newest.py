"""The newest kernel that still shows a finding: whoever fixes it works there.

Nobody is moved to another kernel without having asked for it: what a case says of its own kernel
may be what it is about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.program.case import bare
from fuzz.program.execute import execute, materialised
from fuzz.program.target import settings_of

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.target import Target


def on_newest_kernel(target: Target, case: Case, identity: tuple[str, str]) -> Case:
    """Return the case, materialised, on the newest kernel from its own on that shows `identity`.

    Kernels that cannot be configured like that are passed over; the case itself is the last resort.
    """
    own = target.kernels.index(case.kernel)
    for kernel in reversed(target.kernels[own + 1 :]):
        moved = replace(bare(case), kernel=kernel)
        if not _possible(target, moved):
            continue
        outcome = execute(target, moved)
        if identity in [finding.identity for finding in outcome.findings]:
            return materialised(moved, outcome)
    return case


def _possible(target: Target, case: Case) -> bool:
    try:
        target.check(case.kernel, settings_of(target, dict(case.settings)))
    except ValueError:
        return False
    return True
