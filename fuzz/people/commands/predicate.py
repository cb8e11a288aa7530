"""`swapstorm predicate`: does a file show a finding? For `git bisect run` and for reducers.

Reducers offer whatever is left of a file, and take 0 for interesting. `git bisect run` takes 125
for a revision that cannot be tested, and gives up from 128 on: so misuse, which would make every
revision look bad, ends with 129, as in git itself.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.errors import UserError
from fuzz.people.output import complain
from fuzz.people.source import read_bytes
from fuzz.program.case import bare
from fuzz.program.execute import execute
from fuzz.program.reading import CaseError
from fuzz.program.target import CannotRun
from fuzz.program.text import parse_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

SHOWN: Final = 0
NOT_SHOWN: Final = 1
UNTESTABLE: Final = 125
MISUSED: Final = 129


class Predicate(click.Command):
    """A command whose misuse ends with a status that no bisection takes for an answer."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            complain(error)
            ctx.exit(MISUSED)


@click.command(cls=Predicate)
@CASE
@KERNEL
@DESIGN
@click.option(
    "--finding",
    "wanted",
    metavar="KIND",
    help="What to look for: a kind, or KIND-PLACE; by default what CASE expects.",
)
@click.option("--absent", is_flag=True, help="Swap 0 and 1: for the change that brought a bug.")
@click.option("--bisect", is_flag=True, help="Exit 125 for a file that is no case: skip it.")
@click.pass_obj
def predicate(
    targets: Mapping[str, Target],
    path: Path,
    *,
    absent: bool,
    bisect: bool,
    **options: Any,
) -> int:
    """Exit 0 if CASE shows its finding, 1 if it does not, or is no case at all.

    125 when that cannot be found out because Swapstorm itself fails; 129 for misuse.
    """
    try:
        data = read_bytes(path)
    except UserError as error:
        complain(error)
        return MISUSED
    try:
        case = parse_case(data, targets)
        target = targets[case.target]
        case = case_on(target, case, options["kernel"], options["design"])
        shown = _shows(execute(target, bare(case)).findings, case, options["wanted"])
    except (CaseError, UserError, CannotRun) as error:
        complain(error)
        return UNTESTABLE if bisect else NOT_SHOWN
    except Exception:  # A revision on which the model is broken is neither good nor bad.
        traceback.print_exc()
        return UNTESTABLE
    return SHOWN if shown is not absent else NOT_SHOWN


def _shows(findings: Sequence[Finding], case: Case, wanted: str | None) -> bool:
    """Whether the finding that was asked for is there, or else one that the case expects."""
    if wanted is not None:
        return any(wanted in (finding.kind, finding.signature) for finding in findings)
    expected = [each for each in case.expectations if each.kind]
    if not expected:
        raise UserError("nothing to look for: no `expect` line with a finding, and no --finding")
    return any(
        finding.kind == each.kind and each.place in ("", finding.place)
        for finding in findings
        for each in expected
    )
