"""What the world itself judges: waiting for ever, and sleeping where one must not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.values.finding import Harm
from fuzz.world.event import current_place, model_frame

if TYPE_CHECKING:
    from fuzz.world.task import Task
    from fuzz.world.world import World


def report_atomic_sleep(world: World, task: Task) -> None:
    """Report that `task`, which is running, may sleep where it must not."""
    place = current_place()
    context = "an interrupt" if task.interrupt else "a section with preemption disabled"
    world.report(
        "sleeping-while-atomic",
        Harm.HANG,
        f"BUG: sleeping function called from invalid context in {place}",
        f"task {task.name} may sleep in {context}",
        place=place,
    )


def report_atomic_end(world: World, task: Task) -> None:
    """Report that `task`, which is running, ends with preemption disabled; its CPU goes on."""
    name = task.name.partition(".")[0]
    world.report(
        "ended-while-atomic",
        Harm.HANG,
        f"BUG: task {name} ended with preemption disabled",
        f"{task.preempt_count} preempt_enable are missing",
        place=name,
    )


def report_hung(world: World) -> None:
    """Report every task that waits although nothing can run any more, unless all is over."""
    for task in world.tasks if not world.over else ():
        if task.waits:
            stack = model_frame(task.greenlet.gr_frame if task.greenlet else None)
            place = stack.f_code.co_name if stack else task.pending.name
            world.report(
                "hung-task",
                Harm.HANG,
                f"INFO: task {task.name} blocked for ever in {place}",
                f"it waits at {task.pending.name}: {task.pending.sentence}",
                place=place,
            )
