"""A case as a program in C: tasks are threads, which are started together again and again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.program.case import bare
from fuzz.program.exporter import Exporter
from fuzz.program.text import case_text
from targets.device.exports.replay import (
    PROCESS_PAGES,
    Step,
    all_pages,
    escaped,
    numbered,
    period,
    preamble,
    replay_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from targets.device.exports.actions import Action
    from targets.device.exports.replay import Replay

RUNTIME: Final = Path(__file__).with_name("runtime.c")
MARK: Final = "/*TABLES*/\n"
LITERAL_MAX: Final = 88
"""Characters of a literal on one line."""


def c_program(target: Target, case: Case) -> str:
    """Write the program; CannotRun for a case that no zram can be made for."""
    replay = replay_of(target, case)
    how = (
        "Build and run:  cc -O2 -pthread -o replay replay.c && sudo ./replay [ROUNDS]",
        "It prints each operation with its answers, and beside them what the model answers.",
    )
    comment = [*preamble(replay, how), "", *case_text(bare(replay.case)).splitlines()]
    head = "\n".join(f" * {line.replace('*/', '* /')}".rstrip() for line in comment)
    runtime = RUNTIME.read_text(encoding="utf-8")
    tables = "\n".join(_tables(replay)) + "\n"
    return f"/*\n{head}\n */\n{runtime.replace(MARK, tables)}"


def _tables(replay: Replay) -> Iterator[str]:
    yield f"#define TASKS {len(replay.tasks)}"
    yield f"#define ACTIONS {len(replay.steps)}"
    yield f"#define ROUNDS {replay.rounds}"
    yield f"#define DISK_PAGES {replay.disk_pages}"
    yield f"#define BACKING_PAGES {replay.backing_pages}"
    yield f"#define MEMORY_PAGES {PROCESS_PAGES if replay.swaps else 0}"
    yield f"#define ANY_FAILS {int(any(step.fails for step in replay.steps))}"
    numbers = numbered(all_pages(replay))
    yield ""
    for page, number in numbers.items():
        yield f"static const char content_{number}[] ="
        yield from _literal(period(page))
    yield "static const struct content contents[] = {"
    yield from (f"\t{{ content_{n}, {len(period(page))} }}," for page, n in numbers.items())
    yield '\t{ "", 1 },'
    yield "};"
    yield ""
    yield "static const struct action boot[] = {"
    yield from (
        f"\t{_row(Step('', action, fails=False, model=''), numbers)}," for action in replay.boot
    )
    yield "};"
    for name, steps in replay.tasks:
        yield ""
        yield f"static const struct action task_{name}[] = {{"
        yield from (f"\t{_row(step, numbers)}," for step in steps)
        yield "};"
    yield ""
    yield "static const struct task tasks[TASKS] = {"
    yield from (f'\t{{ "{name}", task_{name}, {len(steps)} }},' for name, steps in replay.tasks)
    yield "};"


def _row(step: Step, numbers: Mapping[bytes, int]) -> str:
    action: Action = step.action
    fields = [
        action.kind.upper(),
        f'"{escaped(step.line)}"',
        f'"{escaped(step.model)}"',
        str(action.first),
        str(action.count),
        str(action.offset),
        f'"{escaped(action.file)}"',
        f'"{escaped(action.text)}"',
        str(len(action.text)),
        "{ " + ", ".join(str(numbers[page]) for page in action.pages or ()) + " }",
        str(int(step.fails)),
    ]
    return "{ " + ", ".join(fields).replace("{  }", "{ 0 }") + " }"


def _literal(data: bytes) -> Iterator[str]:
    """Write bytes as a literal of several lines, none of which ends within an escape."""
    line = ""
    for byte in data:
        piece = escaped(bytes([byte]))
        if len(line) + len(piece) > LITERAL_MAX:
            yield f'\t"{line}"'
            line = ""
        line += piece
    yield f'\t"{line}";'


EXPORTER: Final = Exporter("c", "a program in C for a zram of the kernel that runs it", c_program)
