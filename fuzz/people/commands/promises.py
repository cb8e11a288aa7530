"""`swapstorm promises`: all that is judged, one sentence each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from fuzz.people.commands.options import JSON
from fuzz.people.errors import UserError
from fuzz.people.output import Status, say, show_table
from fuzz.sanitize.switchboard import COMMON_PROMISES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.program.target import Target
    from fuzz.values.promise import Promise

EVERY: Final = "every target"
"""Whose promises the framework itself keeps an eye on."""


@click.command("promises")
@click.argument("name", metavar="[TARGET]", required=False)
@JSON
@click.pass_obj
def list_promises(targets: Mapping[str, Target], name: str | None, *, as_json: bool) -> Status:
    """List what is promised, by whom, and what it does to a user when it is broken."""
    if name is not None and name not in targets:
        raise UserError(f"promises: expected one of {', '.join(targets)}, not {name}")
    chosen = targets if name is None else {name: targets[name]}
    groups = {EVERY: COMMON_PROMISES} | {one: kept.promises for one, kept in chosen.items()}
    for group, promises in groups.items():
        if as_json:
            for promise in promises:
                say(json.dumps(as_data(group, promise)))
        elif promises:
            say(f"{group}:")
            _show(promises)
            say("")
    return Status.GOOD


def as_data(group: str, promise: Promise) -> dict[str, str]:
    """Return a promise as JSON has it."""
    return {
        "target": group,
        "kind": promise.kind,
        "promise": promise.sentence,
        "harm": promise.harm.value,
        "source": promise.source,
        "sanitizer": promise.sanitizer,
    }


def _show(promises: Iterable[Promise]) -> None:
    show_table(
        ["kind", "harm", "what is kept", "like"],
        [(each.kind, each.harm.value, each.sentence, _likened(each)) for each in promises],
    )


def _likened(promise: Promise) -> str:
    seen = f"sanitizer {promise.sanitizer}" if promise.sanitizer else ""
    return "; ".join(text for text in (promise.source, seen) if text)
