"""A case as a program for a real kernel, before it has any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.execute import OPERATION, execute
from fuzz.program.target import CannotRun, IsNotSearched, settings_of
from targets.device.exports.actions import LEFT_OUT, Action, action_of
from targets.linux.machine.errno import ENOMEM
from targets.shared.backing_disk import BACKING_PAGES, has_backing
from targets.shared.boot import boot_files
from targets.shared.settings import DISK_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.anchor import Fault

DEVICES: Final = ("zram", "device")
"""Targets whose device is there by itself."""
PROCESSES: Final = "swap"
"""The target whose device is swapped to."""

PROCESS_PAGES: Final = 64
"""Pages of a process: more than operations can name."""

ROUNDS_TOGETHER: Final = 200
"""How often tasks are started together when nobody says otherwise: some seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a task."""

    line: str
    """As the case writes it."""
    action: Action
    fails: bool
    """Whether an allocation fails meanwhile."""
    model: str
    """What the model answers; empty where nobody asked it."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a program does."""

    case: Case
    boot: tuple[Action, ...]
    """What sets a fresh device up."""
    tasks: tuple[tuple[str, tuple[Step, ...]], ...]
    swaps: bool
    """Whether the device is swapped to, by a process whose threads the tasks are."""
    backing_pages: int
    """0 for no backing device."""
    disk_pages: int
    cannot: tuple[str, ...]
    """What cannot be forced, in sentences."""

    @property
    def steps(self) -> list[Step]:
        """All steps, task by task."""
        return [step for _, steps in self.tasks for step in steps]

    @property
    def rounds(self) -> int:
        """How often it is done by default: tasks that race do so again and again."""
        return ROUNDS_TOGETHER if len(self.tasks) > 1 else 1


def replay_of(target: Target, case: Case) -> Replay:
    """Work out what to do; CannotRun for a case that no zram can be made for."""
    values = settings_of(target, dict(case.settings))
    swaps = case.target == PROCESSES
    if case.target not in (*DEVICES, PROCESSES):
        raise CannotRun(f"expected a case of zram or swap: {case.target} is no device")
    if swaps and not values["disk"].startswith("zram"):
        raise CannotRun(f"expected a case that swaps to a zram, not to disk={values['disk']}")
    outcome = None if isinstance(target, IsNotSearched) else execute(target, case)
    tasks = _tasks(case, outcome)
    if not tasks:
        raise CannotRun("expected a case with an operation")
    boot = tuple(Action("store", file=name, text=text) for name, text in boot_files(values))
    return Replay(
        case=case,
        boot=boot,
        tasks=tasks,
        swaps=swaps,
        backing_pages=values[BACKING_PAGES.name] if has_backing(values) else 0,
        disk_pages=values[DISK_PAGES.name],
        cannot=tuple(_cannot(case, outcome, tasks)),
    )


def _tasks(case: Case, outcome: Outcome | None) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    answers = {(a.task, a.operation): a.text for a in outcome.answers} if outcome else {}
    met: Mapping[tuple[str, int], list[str]] = _met(outcome) if outcome else {}
    fails = [where for where, injected in met.items() if ENOMEM in injected]
    return tuple(
        (
            program.name,
            tuple(
                Step(
                    str(operation),
                    action_of(operation),
                    (program.name, number) in fails,
                    answers.get((program.name, number), ""),
                )
                for number, operation in enumerate(program.operations)
            ),
        )
        for program in case.programs
        if program.operations
    )


def _met(outcome: Outcome) -> Mapping[tuple[str, int], list[str]]:
    """Say for each operation, by task and number, what was injected while it ran."""
    faults = {(f.at.task, f.at.point, f.at.visit): f.outcome for f in outcome.faults}
    met: dict[tuple[str, int], list[str]] = {}
    at: dict[str, int] = {}
    for task, point, visit, instance in outcome.trace if faults else ():
        if point is OPERATION:
            at[task.name] = instance
        elif (task.name, point.name, visit) in faults and task.name in at:
            injected = faults[task.name, point.name, visit]
            met.setdefault((task.name, at[task.name]), []).append(injected)
    return met


def _cannot(
    case: Case, outcome: Outcome | None, tasks: Iterable[tuple[str, tuple[Step, ...]]]
) -> Iterable[str]:
    yield (
        f"The kernel is the one that runs this, not the model's {case.kernel}"
        + (f" with {' '.join(f'{n}={t}' for n, t in case.settings)}." if case.settings else ".")
    )
    if outcome is not None and outcome.switches:
        yield (
            f"The interleaving ({len(outcome.switches)} forced by the case): tasks are started "
            "together, in a loop, a little differently each time."
        )
    faults = outcome.faults if outcome is not None else ()
    if any(fault.outcome == ENOMEM for fault in faults):
        yield (
            "Which allocation fails. mem_limit makes zsmalloc too large: that refuses what goes "
            "beyond its first page, also for whoever runs beside it. The program in C rather "
            "uses failslab and fail_page_alloc, where the kernel was built with them: then every "
            "allocation of that operation fails."
        )
    others: tuple[Fault, ...] = tuple(fault for fault in faults if fault.outcome != ENOMEM)
    for fault in others:
        yield f"'{fault}': this failure cannot be had at will."
    left_out = dict.fromkeys(
        step.line.split()[0] for _, steps in tasks for step in steps if step.action.kind == LEFT_OUT
    )
    if left_out:
        yield f"Left out, because it is no call of one process: {', '.join(left_out)}."


def preamble(replay: Replay, how: Iterable[str]) -> list[str]:
    """Say what a program does, what of it is exact, and what cannot be forced."""
    return [
        "Replays a case of Swapstorm on a zram that it makes, and takes away again.",
        *how,
        "",
        "Operations, their sizes and contents are exactly those of the case.",
        "What cannot be forced on a real kernel:",
        *(f"- {sentence}" for sentence in replay.cannot),
    ]


def period(page: bytes) -> bytes:
    """Return the shortest part of a page that makes the page when it is repeated."""
    size = len(page)
    length = 1
    while length < size:
        if page == page[:length] * (size // length):
            return page[:length]
        length *= 2
    return page


def escaped(data: bytes | str) -> str:
    """Write bytes for a literal of C or a format of printf: what is not plain is octal."""
    raw = data.encode("latin-1") if isinstance(data, str) else data
    return "".join(
        chr(byte)
        if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in " _=./-,:+$#<>")
        else f"\\{byte:03o}"
        for byte in raw
    )


def numbered(pages: Iterable[bytes]) -> dict[bytes, int]:
    """Give each page a number, equal ones the same."""
    return {page: number for number, page in enumerate(dict.fromkeys(pages))}


def all_pages(replay: Replay) -> list[bytes]:
    """List the contents of all pages that are written."""
    return [page for step in replay.steps for page in step.action.pages]
