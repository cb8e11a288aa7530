"""`swapstorm targets`: what can be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fuzz.people.output import Status, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.target import Target


@click.command("targets")
@click.pass_obj
def list_targets(targets: Mapping[str, Target]) -> Status:
    """List the installed targets with their kernels."""
    show_table(
        ["target", "kernels", "what it is"],
        [(name, " ".join(target.kernels), target.sentence) for name, target in targets.items()],
    )
    return Status.GOOD
