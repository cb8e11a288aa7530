from collections.abc import Callable

from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.rw_lock import RwLock
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, SPIN, lines, steps_of, switch


class Room:
    """Readers and writers on CPUs of their own, who pass a point while they hold the lock."""

    def __init__(self, *switches: str) -> None:
        self.world = World(strategy=Replay([switch(line) for line in switches]), cpus=4)
        self.lock = RwLock(self.world, SPIN)

    def reader(self, name: str) -> None:
        self._visitor(name, self.lock.acquire_reading, self.lock.release_reading)

    def writer(self, name: str) -> None:
        self._visitor(name, self.lock.acquire_writing, self.lock.release_writing)

    def _visitor(self, name: str, take: Callable[[], None], drop: Callable[[], None]) -> None:
        self.world.spawn(name, steps_of(take, lambda: self.world.reach(PASS), drop))

    def order(self) -> list[str]:
        """Who passed the point, in order, with who was waiting in front of it."""
        self.world.run()
        assert self.world.findings == []
        assert (self.lock.readers, self.lock.writer, self.lock.contended) == (0, None, False)
        wanted = (" spin.wait", " pass")
        return [line[:-4] for line in lines(self.world) if any(word in line for word in wanted)]


def test_readers_share() -> None:
    room = Room("R1 pass#1 R2")
    room.reader("R1")
    room.reader("R2")
    assert room.order() == ["R2 pass", "R1 pass"]


def test_a_writer_waits_for_readers_and_readers_for_a_writer() -> None:
    room = Room("R1 pass#1 W")
    room.reader("R1")
    room.writer("W")
    assert room.order() == ["W spin.wait", "R1 pass", "W pass"]
    room = Room("W pass#1 R1")
    room.writer("W")
    room.reader("R1")
    assert room.order() == ["R1 spin.wait", "W pass", "R1 pass"]


def test_a_reader_does_not_get_in_before_a_writer_that_waits() -> None:
    room = Room("R1 pass#1 W", "W spin.wait#1 R2", "R2 spin.wait#1 R1")
    room.reader("R1")
    room.reader("R2")
    room.writer("W")
    assert room.order() == [
        "W spin.wait",
        "R2 spin.wait",
        "R1 pass",
        "R2 spin.wait",
        "W pass",
        "R2 pass",
    ]


def test_writers_get_in_by_turn_even_if_another_is_chosen_first() -> None:
    room = Room("W1 pass#1 W3", "W3 spin.wait#1 W2", "W2 spin.wait#1 W1")
    for name in ("W1", "W2", "W3"):
        room.writer(name)
    passed = [line for line in room.order() if "pass" in line]
    assert passed == ["W1 pass", "W3 pass", "W2 pass"]


def test_preemption_is_off_while_the_lock_is_held() -> None:
    world, counts = World(), list[int]()
    lock = RwLock(world, SPIN)

    def note() -> None:
        counts.append(world.running.preempt_count)

    world.spawn(
        "A",
        steps_of(
            lock.acquire_reading, note, lock.release_reading, note,
            lock.acquire_writing, note, lock.release_writing, note,
        ),
    )  # fmt: skip
    world.run()
    assert counts == [1, 0, 1, 0]


def test_a_lock_dropped_by_a_task_that_does_not_write_stops_the_machine() -> None:
    world = World()
    lock = RwLock(world, SPIN)
    world.spawn("A", steps_of(lock.acquire_writing, lambda: world.reach(PASS)))
    world.spawn("B", lock.release_writing)
    world.run()
    assert world.findings[-1].detail == "task B drops spin, which task A holds"
