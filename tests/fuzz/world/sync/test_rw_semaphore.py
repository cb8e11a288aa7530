from contextlib import AbstractContextManager

from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.world import World
from tests.fuzz.world.toys import NAP, RIGHT


class Library:
    """Tasks that come at a tick, stay ten ticks, and write down when they came in and left."""

    def __init__(self) -> None:
        self.world = World()
        self.semaphore = RwSemaphore(self.world, RIGHT)
        self.log: list[str] = []

    def visitor(self, name: str, ticks: int, access: AbstractContextManager[None]) -> None:
        def visit() -> None:
            self.world.sleep(NAP, ticks)
            with access:
                self.log.append(f"{name} in")
                self.world.sleep(NAP, 10)
                self.log.append(f"{name} out")

        self.world.spawn(name, visit)

    def day(self) -> list[str]:
        self.world.run()
        assert self.world.findings == []
        return self.log


def test_readers_share() -> None:
    library = Library()
    library.visitor("R1", 0, library.semaphore.reading())
    library.visitor("R2", 1, library.semaphore.reading())
    assert library.day() == ["R1 in", "R2 in", "R1 out", "R2 out"]


def test_writers_exclude_everybody() -> None:
    library = Library()
    library.visitor("W1", 0, library.semaphore.writing())
    library.visitor("W2", 1, library.semaphore.writing())
    library.visitor("R", 2, library.semaphore.reading())
    assert library.day() == ["W1 in", "W1 out", "W2 in", "W2 out", "R in", "R out"]


def test_a_waiting_writer_keeps_new_readers_out() -> None:
    library = Library()
    library.visitor("R1", 0, library.semaphore.reading())
    library.visitor("R2", 2, library.semaphore.reading())
    library.visitor("W", 1, library.semaphore.writing())
    assert library.day() == ["R1 in", "R1 out", "W in", "W out", "R2 in", "R2 out"]


def test_a_semaphore_is_free_again_after_use() -> None:
    library = Library()
    library.visitor("W", 0, library.semaphore.writing())
    library.visitor("R", 1, library.semaphore.reading())
    library.day()
    semaphore = library.semaphore
    assert (semaphore.readers, semaphore.writer, semaphore.writers_waiting) == (0, False, 0)


def test_who_only_tries_to_read_never_waits() -> None:
    library = Library()
    answers: list[bool] = []

    def visit(ticks: int) -> None:
        library.world.sleep(NAP, ticks)
        entered = library.semaphore.try_acquire_reading()
        answers.append(entered)
        if entered:
            library.semaphore.release_reading()

    library.visitor("R", 0, library.semaphore.reading())
    library.visitor("W", 2, library.semaphore.writing())
    for ticks in (1, 3, 12, 30):
        library.world.spawn("T", lambda ticks=ticks: visit(ticks))
    library.day()
    assert answers == [True, False, False, True]
