"""Speed without the time in a queue."""

import os

from fuzz.people.measures.schedstat import Mark, Speed, marks, speed_between


def test_time_in_a_queue_does_not_count() -> None:
    before = [Mark(1, 10.0, 2.0, 100), Mark(2, 10.0, 0.0, 50)]
    after = [Mark(1, 20.0, 7.0, 200), Mark(2, 20.0, 5.0, 150), Mark(3, 20.0, 0.0, 9)]
    speed = speed_between(before, after)
    assert speed == Speed(workers=2, executions=200, wall=10.0, own=5.0)
    assert (speed.by_clock, speed.honest) == (20.0, 40.0)


def test_nobody_is_no_speed() -> None:
    assert speed_between([], []).honest == 0.0


def test_only_workers_that_live_are_marked() -> None:
    me = os.getpid()
    listed = [
        {"name": "worker-1", "pid": me, "executions": 7},
        {"name": "worker-2", "pid": 0, "executions": 7},
        {"name": "filer", "pid": me, "executions": 7},
    ]
    (mark,) = marks(listed)
    assert (mark.pid, mark.executions, mark.queued >= 0.0) == (me, 7, True)
