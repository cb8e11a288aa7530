"""The history of a device: what no order of the writes explains is found, and nothing else."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from fuzz.values.anchor import Anchor, Fault
from fuzz.values.point import Point
from fuzz.world.world import World
from targets.linux.block.ram_disk import TORN
from targets.linux.machine.errno import EIO, Refusal
from targets.zram.history import EMPTY, History

PAUSE = Point("pause", "time passes")
ONE = b"1" * 4096
OTHER = b"2" * 4096


def judged(body: Callable[[History, World], None]) -> list[str]:
    """Make a history in a task, and return what is found in it."""
    world = World()
    history = History(world)
    world.spawn("A", lambda: body(history, world))
    world.run()
    history.judge()
    return [finding.signature for finding in world.findings]


def step(history: History, world: World) -> int:
    """Let time pass, and return when that was."""
    world.sleep(PAUSE, 1)
    return history.now


def test_a_block_that_nobody_wrote_is_zeros() -> None:
    assert judged(lambda history, world: history.read(3, EMPTY, history.now)) == []
    assert judged(lambda history, world: history.read(3, ONE, history.now)) == [
        "zram-impossible-read-zram_bvec_read"
    ]


def test_a_read_after_a_write_sees_it() -> None:
    def body(history: History, world: World, seen: bytes) -> None:
        history.wrote(0, ONE, history.now)
        history.read(0, seen, step(history, world))

    assert judged(lambda history, world: body(history, world, ONE)) == []
    assert judged(lambda history, world: body(history, world, EMPTY)) != []


def test_a_read_during_a_write_may_see_either() -> None:
    def body(history: History, world: World, seen: bytes) -> None:
        called = history.now
        history.read(0, seen, called)
        step(history, world)
        history.wrote(0, ONE, called)

    for seen, found in ((EMPTY, 0), (ONE, 0), (OTHER, 1)):
        assert len(judged(lambda history, world, seen=seen: body(history, world, seen))) == found


def test_a_reset_makes_every_written_block_zeros() -> None:
    def body(history: History, world: World) -> None:
        history.intends(0, ONE)
        history.wrote(0, ONE, history.now)
        step(history, world)
        with history.emptying():
            step(history, world)
        history.read(0, ONE, step(history, world))

    assert judged(body) == ["zram-impossible-read-zram_bvec_read"]


def test_data_that_was_taken_must_be_had_again() -> None:
    def body(history: History, world: World, *, expected: bool) -> None:
        history.read_failed(0, EIO, expected=expected)

    assert judged(lambda history, world: body(history, world, expected=True)) == []
    assert judged(lambda history, world: body(history, world, expected=False)) == [
        "zram-unreadable-block-zram_bvec_read"
    ]


@pytest.mark.parametrize("outcome", [EIO, TORN])
def test_a_fault_explains_a_read_that_fails(outcome: str) -> None:
    def body(history: History, world: World) -> None:
        world.injected.append(Fault(Anchor("A", "backing.read", 1), outcome))
        history.read_failed(0, EIO, expected=False)

    assert judged(body) == []


def test_a_read_that_meets_a_reset_may_find_no_device() -> None:
    met: list[bool] = []

    def body(history: History, world: World) -> None:
        before = history.now
        with history.emptying():
            met.append(history.emptied_since(step(history, world)))
        step(history, world)
        met.append(history.emptied_since(history.now))
        met.append(history.emptied_since(before))

    assert judged(body) == []
    assert met == [True, False, True]


def test_only_what_somebody_wrote_may_be_held() -> None:
    held: list[bool] = []

    def body(history: History, world: World) -> None:
        del world
        history.intends(0, ONE)
        held.extend(history.held(block, image) for block in (0, 1) for image in (EMPTY, ONE, OTHER))

    assert judged(body) == []
    assert held == [True, True, False, True, False, False]


def test_blocks_of_a_refused_request_may_be_written_even_later() -> None:
    def body(history: History, world: World, *seen: bytes) -> None:
        with suppress(Refusal), history.unless_refused(0, [ONE], history.now):
            raise Refusal(EIO)
        for data in seen:
            history.read(0, data, step(history, world))

    assert judged(lambda history, world: body(history, world, EMPTY, EMPTY, ONE, ONE)) == []
    assert judged(lambda history, world: body(history, world, ONE, EMPTY)) == [
        "zram-impossible-read-zram_bvec_read"
    ]


def test_an_impossible_read_is_told_with_the_calls_that_rule_it_out() -> None:
    world = World()
    history = History(world)

    def body() -> None:
        history.wrote(0, ONE, history.now)
        history.wrote(1, OTHER, history.now)
        history.read(0, EMPTY, step(history, world))

    world.spawn("A", body)
    world.run()
    history.judge()
    [finding] = world.findings
    assert finding.detail == (
        "task A got zeros in steps 2 to 2; "
        "A wrote a page that begins 3131313131313131 in steps 1 to 1"
    )


def test_where_a_page_has_several_blocks_each_of_them_is_judged() -> None:
    world = World()
    history = History(world, 1024)

    def body() -> None:
        called = history.now
        history.intends(0, ONE[:2048], 1)
        history.wrote(0, ONE[:2048], called, 1)
        step(history, world)
        history.read(0, ONE[:1024], history.now, 2)
        assert history.held(0, EMPTY[:1024] + ONE[:2048] + EMPTY[:1024])
        assert not history.held(0, ONE)
        history.read(0, ONE[:1024], history.now, 3)

    world.spawn("A", body)
    world.run()
    history.judge()
    (finding,) = world.findings
    assert (
        finding.title == "a read of block 0, part 3, returns what no order of the writes explains"
    )
