"""What the world itself judges: waiting for ever, and sleeping where one must not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.event import current_place, model_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.world.observer import Lock
    from fuzz.world.task import Task
    from fuzz.world.world import World

TIRED_PART: Final = 8
"""The last eighth of a run's budget of points is looked at closely, for what goes round in it."""

SLEEPING_WHILE_ATOMIC: Final = Promise(
    "sleeping-while-atomic",
    "Nothing that may sleep is called in an interrupt or with preemption disabled.",
    Harm.HANG,
    "might_sleep, oracle 7",
)
ENDED_WHILE_ATOMIC: Final = Promise(
    "ended-while-atomic",
    "A task enables preemption as often as it disables it.",
    Harm.HANG,
    "preempt_count leak, oracle 7",
)
HUNG_TASK: Final = Promise(
    "hung-task",
    "A task that waits is woken sooner or later.",
    Harm.HANG,
    "khungtaskd, oracle 7",
    "progress",
)
LIVELOCK: Final = Promise(
    "livelock",
    "All tasks come to their end within a bounded number of points.",
    Harm.HANG,
    "soft lockup, oracle 7",
    "progress",
)
WRONG_UNLOCK: Final = Promise(
    "wrong-unlock",
    "A lock is dropped by the task that took it, as it was taken.",
    Harm.CRASH,
    "lockdep: bad unlock balance, oracle 7",
    "locks",
)
WORLD_PROMISES: Final = (
    SLEEPING_WHILE_ATOMIC,
    ENDED_WHILE_ATOMIC,
    HUNG_TASK,
    LIVELOCK,
    WRONG_UNLOCK,
)
"""What the world itself holds every target to."""


HUNG_SECONDS: Final = 120
"""After how long khungtaskd speaks by default (CONFIG_DEFAULT_HUNG_TASK_TIMEOUT).

Where nothing can run any more the clock goes on alone: whoever waits, waits longer than that.
"""


def pid(task: Task) -> int:
    """Return the number that messages say beside a task's name; 0 is a CPU that idles."""
    return task.number + 1


def hung_title(tasks: Sequence[Task], places: Sequence[str]) -> str:
    """Write what khungtaskd prints of tasks that nobody will wake, and where they wait."""
    names = " and ".join(f"{task.name}:{pid(task)}" for task in tasks)
    where = " / ".join(places)
    return f"INFO: task {names} blocked for more than {HUNG_SECONDS} seconds in {where}"


def lockup_title(world: World) -> str:
    """Write what the watchdog prints of a task that has no end; time is counted in points."""
    task = world.running
    return (
        f"watchdog: BUG: soft lockup - CPU#{task.cpu.number} stuck for {world.steps_max} points! "
        f"[{task.name}:{pid(task)}]"
    )


def report_atomic_sleep(world: World, task: Task) -> None:
    """Report that `task`, which is running, may sleep where it must not."""
    place = current_place()
    context = "an interrupt" if task.interrupt else "a section with preemption disabled"
    world.report(
        SLEEPING_WHILE_ATOMIC,
        f"BUG: sleeping function called from invalid context in {place}",
        f"task {task.name} may sleep in {context}",
        place=place,
    )


def report_atomic_end(world: World, task: Task) -> None:
    """Report that `task`, which is running, ends with preemption disabled; its CPU goes on."""
    name = task.name.partition(".")[0]
    world.report(
        ENDED_WHILE_ATOMIC,
        f"note: {name}[{pid(task)}] exited with preempt_count {task.preempt_count}",
        f"{task.preempt_count} preempt_enable are missing",
        place=name,
    )


def report_hung(world: World) -> None:
    """Tell that nothing can run any more although tasks wait, unless all is over.

    Without an observer who knows more, each of them is reported for itself.
    """
    waiting = [task for task in world.tasks if task.waits and not world.over]
    if not waiting or not world.sanitizers.progress:
        return
    if world.hooks.stuck:
        for hook in world.hooks.stuck:
            hook()
        return
    for task in waiting:
        stack = model_frame(task.greenlet.gr_frame if task.greenlet else None)
        place = stack.f_code.co_name if stack else task.pending.name
        world.report(
            HUNG_TASK,
            hung_title([task], [place]),
            f"it waits at {task.pending.name}: {task.pending.sentence}",
            place=place,
        )


def go_on_or_spent(world: World) -> bool:
    """Look at a run that takes long; True when its budget is spent, which is reported."""
    for hook in world.hooks.tired:
        hook()
    if len(world.trace) <= world.steps_max:
        return False
    for hook in world.hooks.spent:
        hook()
    if not world.hooks.spent and world.sanitizers.progress:
        world.report(LIVELOCK, lockup_title(world))
    return True


def report_wrong_unlock(world: World, lock: Lock, holder: Task | None) -> None:
    """Report that the running task drops a lock that is not its own, and stop the machine.

    What would follow has no meaning: two tasks in a section that is for one.
    """
    place = current_place()
    held = f"task {holder.name} holds" if holder is not None else "nobody holds so"
    world.report(
        WRONG_UNLOCK,
        f"WARNING: bad unlock balance detected in {place}",
        f"task {world.running.name} drops {lock.lock_class.name}, which {held}",
        place=place,
        fatal=True,
    )
