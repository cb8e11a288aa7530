"""Making a recording: programs that a real kernel and the model answer alike, with the replies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import write_atomically
from fuzz.program.case import Expectation
from fuzz.program.execute import execute
from fuzz.program.target import settings_of
from fuzz.program.text import case_text
from fuzz.values.choices import Choices
from targets.conform.campaign import SEEDS_PER_CAMPAIGN, difference_in
from targets.conform.programs import draw_program
from targets.conform.recorded import TARGET as RECORDED
from targets.conform.recording import SUFFIX, Recorder, store_recording
from targets.conform.target import Compared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fuzz.program.case import Case
    from targets.conform.plan import Plan
    from targets.device.real_kernel import RealKernel, Reply

SAID: Final = ("release", "cpus", "own_machine", "files", "algorithms", "default_algorithm")
"""What is kept of a kernel's greeting; its build options are in the settings of the cases."""


def record(real: RealKernel, plan: Plan, folder: Path) -> int:
    """Record programs in a folder, as cases and one file of replies; return how many.

    A program that differs is not recorded: it is `swapstorm conform` that tells of differences.
    """
    runs: dict[str, Sequence[Reply]] = {}
    count = 0
    for number in range(plan.programs):
        asked = _recorded(real, plan, number)
        if asked is None:
            continue
        case, replies = asked
        runs |= replies
        count += 1
        write_atomically(folder / f"{plan.kernel}-{count:03}.case", case_text(case))
    hello = {name: real.hello[name] for name in SAID}
    hello["release"] = hello["release"].partition("-")[0]  # the rest names a machine's own build
    store_recording(folder / f"{plan.kernel}{SUFFIX}", hello, runs)
    return count


def _recorded(
    real: RealKernel, plan: Plan, number: int
) -> tuple[Case, Mapping[str, Sequence[Reply]]] | None:
    recorder = Recorder(real)
    target = Compared(recorder)
    case = draw_program(target, plan, Choices(plan.seed * SEEDS_PER_CAMPAIGN + number))
    tasks = {program.name: program.operations for program in case.programs}
    target.learn_sizes(settings_of(target, dict(case.settings)), tasks)
    if difference_in(execute(target, case), case) is not None:
        return None
    expected = (Expectation(case.kernel),)
    return replace(case, target=RECORDED.name, expectations=expected), recorder.runs
