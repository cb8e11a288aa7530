"""Swap on a real kernel: a process whose pages leave and come back, with nothing lost on the way.

Which pages a kernel keeps is its own affair, so nothing here is compared with the model. Data must
be what the process last stored, and the numbers of pages, slots and stored objects must fit.
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol
from zlib import crc32

from fuzz.values.choices import Choices
from targets.linux.content.recipe import Recipe
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PAGES: Final = (8, 16, 32)
DISK_PAGES: Final = (64, 128, 256)
"""All larger than any process, so that every page of it could leave."""

LENGTHS: Final = (20, 30, 40)
COUNTS: Final = (1, 1, 2, 4, 8)
KINDS: Final = ("store",) * 4 + ("push_out",) * 4 + ("load",) * 3 + ("verify", "forget")
HEADER_PAGES: Final = 1
"""The first page of a swap area is no slot."""

ZEROS: Final = f"{crc32(bytes(PAGE_SIZE)):08x}"

SwapStep = dict[str, Any]


class SwapKernel(Protocol):
    """A real kernel with a process over a swap area of its own."""

    @property
    def hello(self) -> Mapping[str, Any]:
        """What the agent said of it."""
        ...

    def swap(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run a process: answers to its steps, how it ended, and the area's statistics then."""
        ...


@dataclass(frozen=True, slots=True)
class Exercise:
    """One process: its size, its area, what it does."""

    pages: int
    disk_pages: int
    algorithm: str
    steps: tuple[SwapStep, ...]

    @property
    def request(self) -> dict[str, Any]:
        """Write it as the agent understands it."""
        return {
            "disk_pages": self.disk_pages,
            "pages": self.pages,
            "algorithm": self.algorithm,
            "steps": list(self.steps),
        }


@dataclass(slots=True)
class SwapTally:
    """How far it has come."""

    programs: int = 0
    operations: Counter[str] = field(default_factory=Counter[str])
    compared: int = 0
    """Pages whose data was compared with what was last stored."""
    swapped: int = 0
    """Pages that were seen in the swap area, summed over the steps."""
    problems: list[str] = field(default_factory=list[str])


def draw_exercise(algorithms: Sequence[str], choices: Choices) -> Exercise:
    """Draw a process that fills pages, pushes them out, and looks at them again."""
    pages = choices.one_of(PAGES)
    steps = [_draw_step(pages, choices) for _ in range(choices.one_of(LENGTHS))]
    return Exercise(
        pages,
        choices.one_of(DISK_PAGES),
        choices.one_of(algorithms),
        (*steps, {"op": "verify", "page": 0, "count": pages}),
    )


def _draw_step(pages: int, choices: Choices) -> SwapStep:
    kind = choices.one_of(KINDS)
    count = min(pages, choices.one_of(COUNTS))
    first = choices.below(pages - count + 1)
    step: SwapStep = {"op": kind, "page": first, "count": count}
    if kind == "store":
        contents = (Recipe.draw(choices.below).page() for _ in range(count))
        step["data"] = base64.b64encode(b"".join(contents)).decode()
    return step


def problems_of(exercise: Exercise, answer: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with what a kernel did; nothing when all is well."""
    if answer["status"] != 0 or len(answer["steps"]) != len(exercise.steps):
        yield f"the process ended with status {answer['status']} after {len(answer['steps'])} steps"
    contents = [ZEROS] * exercise.pages
    for number, (step, reply) in enumerate(zip(exercise.steps, answer["steps"], strict=False)):
        for wrong in _wrong(exercise, contents, step, reply):
            yield f"step {number}, {step['op']} page={step['page']} count={step['count']}: {wrong}"


def _wrong(
    exercise: Exercise, contents: list[str], step: SwapStep, reply: Mapping[str, Any]
) -> Iterator[str]:
    pages = range(step["page"], step["page"] + step["count"])
    if "errno" in reply:
        yield f"refused with {reply['errno']}"
    match step["op"]:
        case "store":
            data = base64.b64decode(step["data"])
            for index, page in enumerate(pages):
                contents[page] = f"{crc32(data[index * PAGE_SIZE :][:PAGE_SIZE]):08x}"
        case "forget":
            contents[pages.start : pages.stop] = [ZEROS] * len(pages)
        case "load" if reply.get("ok") != (stored := contents[pages.start : pages.stop]):
            yield f"the process reads {reply.get('ok')} and has stored {stored}"
        case "verify" if reply.get("ok"):
            yield f"pages {reply['ok']} are not what was stored"
        case _:
            pass
    yield from _implausible(exercise, reply)


def _implausible(exercise: Exercise, reply: Mapping[str, Any]) -> Iterator[str]:
    """Say which counts cannot be: each page in the area has a slot, each slot is in the area."""
    swapped, used = len(reply["swapped"]), reply["used"]
    stored = int(reply["mm_stat"].split()[0]) // PAGE_SIZE
    if not swapped <= used <= exercise.disk_pages - HEADER_PAGES:
        yield f"{swapped} pages are swapped to {used} slots of {exercise.disk_pages} pages"
    if stored > exercise.disk_pages:
        yield f"{stored} pages are stored on {exercise.disk_pages}"


def run_exercises(kernel: SwapKernel, count: int, seed: int) -> SwapTally:
    """Run so many processes, one after the other, and judge what they saw."""
    tally = SwapTally()
    for number in range(count):
        exercise = draw_exercise(kernel.hello["algorithms"], Choices(seed + number))
        answer = kernel.swap(exercise.request)
        tally.programs += 1
        tally.problems += [f"process {number}: {each}" for each in problems_of(exercise, answer)]
        for step, reply in zip(exercise.steps, answer["steps"], strict=False):
            tally.operations[step["op"]] += 1
            tally.compared += step["count"] * (step["op"] in ("load", "verify"))
            tally.swapped += len(reply["swapped"])
    return tally
