"""`swapstorm targets`: what can be tested, and what the cases of one target may say."""

from __future__ import annotations

from inspect import getdoc
from typing import TYPE_CHECKING, Any

import click

from fuzz.people.errors import UserError
from fuzz.people.output import Status, say, show_table
from fuzz.program.operation import arguments_of, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.operation import Operation
    from fuzz.program.target import Target


@click.command("targets")
@click.argument("name", metavar="[TARGET]", required=False)
@click.pass_obj
def list_targets(targets: Mapping[str, Target], name: str | None) -> Status:
    """List the installed targets; or say what the cases of TARGET may set, do and let fail."""
    if name is None:
        show_table(
            ["target", "kernels", "what it is"],
            [(known, " ".join(one.kernels), one.sentence) for known, one in targets.items()],
        )
    elif name in targets:
        _describe(targets[name])
    else:
        raise UserError(f"targets: expected one of {', '.join(targets)}, not {name}")
    return Status.GOOD


def _describe(target: Target) -> None:
    say(f"{target.name}: {target.sentence}")
    say("\nsettings, for the line `config`:")
    show_table(
        ["setting", "may be", "what it is"],
        [(f"{s.name}={s.default}", s.domain.expected, s.sentence) for s in target.settings],
    )
    say("\noperations, for tasks:")
    show_table(
        ["operation", "arguments", "what it does"],
        [(kind.word, _arguments(kind), _sentence(kind)) for kind in target.operations],
    )
    say("\nplaces where something can fail, for the line `fault`:")
    show_table(
        ["point", "may be", "what it is"],
        [(point.name, " ".join(point.faults), point.sentence) for point in target.fault_points],
    )


def _arguments(kind: type[Operation[Any]]) -> str:
    """Write what each argument may be, and its default if it has one."""
    texts: list[str] = []
    for argument in arguments_of(kind):
        default = "" if required(argument) else argument.domain.text(argument.default)
        texts.append(f"{argument.key}={default} ({argument.domain.expected})")
    return "; ".join(texts)


def _sentence(kind: type[Operation[Any]]) -> str:
    return (getdoc(kind) or "").partition("\n")[0]
