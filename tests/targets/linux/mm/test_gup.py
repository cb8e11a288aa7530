"""Pages that a device or a pipe holds: the process and its holder go on seeing the same page."""

import pytest

from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.fork import fork
from targets.linux.mm.gup import device_writes, get_user_page, pipe_reads, put_user_page
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_load, user_store
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled


@pytest.mark.parametrize(
    ("version", "seen"),
    [("4.10", "c"), ("5.4", "c"), ("5.10", "b"), ("5.17", "b"), ("5.19", "c"), ("6.19", "c")],
)
def test_what_a_device_writes_reached_the_process_but_from_5_9_to_5_18(
    version: str, seen: str
) -> None:
    rig = Rig(version)

    def body() -> str:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        pin = get_user_page(rig.core, rig.mm, 0, write=True)
        assert not swap_out(rig.core, rig.mm, 0)
        assert rig.load(0) == "a"
        user_store(rig.core, rig.mm, 0, filled("b"))
        device_writes(rig.core, pin, filled("c"))
        put_user_page(rig.core, pin)
        return rig.load(0)

    assert rig.run(body) == [seen]
    assert rig.core.pins == []


@pytest.mark.parametrize(
    ("version", "seen"), [("4.10", "b"), ("5.4", "b"), ("5.10", "a"), ("6.19", "a")]
)
def test_a_pipe_shows_what_another_process_writes_until_5_8(version: str, seen: str) -> None:
    rig = Rig(version)

    def body() -> str:
        user_store(rig.core, rig.mm, 0, filled("a"))
        child = fork(rig.core, rig.mm)
        pin = get_user_page(rig.core, child, 0, write=False)
        madvise_dontneed(rig.core, child, 0)
        user_store(rig.core, rig.mm, 0, filled("b"))
        return chr(pipe_reads(rig.core, pin)[0])

    assert rig.run(body) == [seen]


def test_a_device_writes_no_more_to_a_page_that_is_shared_or_dropped() -> None:
    rig = Rig("4.10")

    def body() -> bytes:
        user_store(rig.core, rig.mm, 0, filled("a"))
        pin = get_user_page(rig.core, rig.mm, 0, write=True)
        madvise_dontneed(rig.core, rig.mm, 0)
        device_writes(rig.core, pin, filled("c"))
        return user_load(rig.core, rig.mm, 0)

    assert rig.run(body) == [bytes(PAGE_SIZE)]
