"""Holds: from when a lock is taken to when it is dropped, whoever drops it."""

from contextlib import AbstractContextManager

from fuzz.people.reports.telling.holds import Held
from fuzz.people.reports.telling.story import Story
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import BitLock
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.world import World

BOOK = LockClass("book", "a book")


def story_of(world: World) -> Story:
    story = Story()
    world.watch(story)
    world.attach(story.log)
    world.run()
    story.close()
    return story


def use(lock: AbstractContextManager[None]) -> None:
    with lock:
        pass


def test_a_lock_that_another_task_drops_was_held_by_its_taker() -> None:
    world = World()
    lock = BitLock(world, BOOK, 7)
    world.spawn("A", lock.acquire)
    world.spawn("B", lock.release)
    story = story_of(world)
    (held,) = story.holds
    points = [moment.point.name if moment.point else "" for moment in story.moments]
    assert (held.task, held.name, held.shared, held.contended) == ("A", "book 7", False, False)
    assert (points[held.begin - 1], points[held.end - 1]) == ("book.lock", "book.unlock")


def test_a_lock_that_is_never_dropped_is_held_to_the_end() -> None:
    world = World()
    lock = BitLock(world, BOOK)
    world.spawn("A", lock.acquire)
    story = story_of(world)
    assert story.holds == (Held("A", "book", 0, 2, len(story.moments)),)


def test_readers_share_and_who_waits_makes_a_lock_contended() -> None:
    world = World()
    lock = RwSemaphore(world, BOOK)
    world.spawn("A", lambda: use(lock.reading()))
    world.spawn("B", lambda: use(lock.writing()))
    holds = [(held.task, held.shared, held.contended) for held in story_of(world).holds]
    assert holds == [("A", True, True), ("B", False, True)]
