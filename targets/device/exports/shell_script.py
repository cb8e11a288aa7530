"""A case as a shell script: tasks are processes, which are started together again and again."""

from __future__ import annotations

import base64
from pathlib import Path
from shlex import quote
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from fuzz.program.case import bare
from fuzz.program.exporter import Exporter
from fuzz.program.target import CannotRun
from fuzz.program.text import case_text
from targets.device.exports.actions import LEFT_OUT
from targets.device.exports.replay import all_pages, escaped, numbered, preamble, replay_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from targets.device.exports.actions import Action
    from targets.device.exports.replay import Replay, Step

RUNTIME: Final = Path(__file__).with_name("runtime.sh")
OF_MEMORY: Final = ("scribble", "direct", "across")
"""What a script cannot do, which has no memory of its own."""


def shell_script(target: Target, case: Case) -> str:
    """Write the script; CannotRun for a case that no zram can be made for."""
    replay = replay_of(target, case)
    if replay.swaps:
        raise CannotRun("a script has no memory to swap out: export it to C")
    if all(_words(step.action, {})[0] == LEFT_OUT for step in replay.steps):
        raise CannotRun("a script can do nothing of it: export it to C")
    how = (
        "Run:  sudo sh replay.sh [ROUNDS]",
        "It prints each operation with its answer, and beside it what the model answers.",
    )
    lines = [*preamble(replay, how)]
    if any(step.action.kind in OF_MEMORY for step in replay.steps):
        lines.append("- Writes from memory that changes meanwhile: they are left out; C has them.")
    lines += ["", *case_text(bare(case)).splitlines()]
    head = "\n".join(f"# {line}".rstrip() for line in lines)
    parts = (
        "#!/bin/sh",
        head,
        f"ROUNDS={replay.rounds}",
        RUNTIME.read_text(encoding="utf-8"),
        *_contents(replay),
        *_tasks(replay),
        *_main(replay),
    )
    return "\n".join(parts) + "\n"


def _contents(replay: Replay) -> Iterator[str]:
    for page, number in numbered(all_pages(replay)).items():
        yield f'base64 -d >"$WORK/content-{number}" <<END'
        yield from wrap(base64.b64encode(page).decode(), 98)
        yield "END"


def _tasks(replay: Replay) -> Iterator[str]:
    numbers = numbered(all_pages(replay))
    yield "boot() {"
    yield from (
        f"    boot_store {action.file} {quote(escaped(action.text))}" for action in replay.boot
    )
    yield "    told=1"
    yield "}"
    for name, steps in replay.tasks:
        yield f"task_{name}() {{"
        yield f"    me={name}"
        yield from (f"    {_call(step, numbers)}" for step in steps)
        yield "}"


def _call(step: Step, numbers: Mapping[bytes, int]) -> str:
    fails = "yes" if step.fails else "''"
    words = " ".join(_words(step.action, numbers))
    return f"act {quote(step.line)} {quote(step.model)} {fails} {words}"


def _words(action: Action, numbers: Mapping[bytes, int]) -> list[str]:
    words: list[str]
    match action.kind:
        case "show":
            words = [action.file]
        case "store":
            words = [action.file, quote(escaped(action.text))]
        case "read" | "discard" | "zeroes":
            words = [str(action.first), str(action.count)]
        case "write":
            words = [str(action.first), str(action.count)]
            words += [str(numbers.get(page, "")) for page in action.pages]
        case "use" | "remove":
            words = [str(action.first)]
        case "open" | "close" | "add":
            words = []
        case _:
            return [LEFT_OUT]
    return [action.kind, *words]


def _main(replay: Replay) -> Iterator[str]:
    yield "me=main"
    if replay.backing_pages:
        yield f"attach_backing {replay.backing_pages}"
    yield "round=0"
    yield 'while [ $round -lt "$ROUNDS" ]; do'
    yield "    set_up"
    if len(replay.tasks) == 1:
        yield f"    task_{replay.tasks[0][0]}"
        yield "    me=main"
    else:
        yield from (f"    (trap - EXIT INT TERM; task_{name}) &" for name, _ in replay.tasks)
        yield "    wait"
    yield "    tidy"
    yield "    round=$((round + 1))"
    yield "done"


EXPORTER: Final = Exporter(
    "sh", "a shell script for a zram of the kernel that runs it", shell_script
)
