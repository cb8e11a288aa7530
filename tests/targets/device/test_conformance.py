"""The model against each real kernel that is here: a short comparison, which has to agree."""

from typing import Final

import pytest

from targets.conform.campaign import Campaign, Difference
from targets.conform.model import nearest_version, settings_for
from targets.conform.plan import Plan
from targets.conform.programs import supported
from targets.conform.report import difference_lines
from targets.conform.swap_exercise import run_exercises
from targets.conform.target import Compared
from targets.device.guests.guest import Guest

PROGRAMS: Final = {"running": 50, "uml": 15}
"""Programs for each kernel; an emulated one takes a second for some."""

PROGRAMS_EMULATED: Final = 6
EXERCISES: Final = 3
SEED: Final = 7


@pytest.mark.slow
def test_the_model_answers_as_the_kernel_does(kernel: Guest) -> None:
    target = Compared(kernel)
    plan = Plan(
        kernel=nearest_version(str(kernel.hello["release"])),
        settings=settings_for(kernel.hello),
        algorithms=target.algorithms,
        kinds=supported(target, kernel.hello),
        programs=PROGRAMS.get(kernel.kind.name, PROGRAMS_EMULATED),
        seconds=0,
        seed=SEED,
    )
    found: list[Difference] = []
    campaign = Campaign(plan, target)
    campaign.run(lambda: None, found.append)
    assert [line for each in found if each.steady for line in difference_lines(each)] == []
    assert campaign.tally.programs == plan.programs
    assert campaign.tally.answers >= 20 * plan.programs


def test_processes_that_swap_find_their_data(kernel: Guest) -> None:
    tally = run_exercises(kernel, EXERCISES, SEED)
    assert tally.problems == []
    assert tally.swapped > 0
