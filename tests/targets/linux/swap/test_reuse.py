"""A process writes to its page while a device looks at it: the question of the thread."""

import pytest

from targets.linux.kernel.versions import kernel_named
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.inspect import image_is_needed, slots_in_use, writable_under_writeback
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, filled, refusal_of


def rig_of(design: str, *, stable: bool) -> Rig:
    """Make a machine with a slow disk; 4.9 is the kernel of the design that is none."""
    rig = Rig("4.9" if design == "none" else kernel_named("4.10", design=design))
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True
    if stable:
        rig.driver.wants_stable_pages()
    return rig


def swap_out_slowly(rig: Rig) -> bool:
    """Have the only page under writeback."""
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))
    return swap_out(rig.core, rig.mm, 0)


@pytest.mark.parametrize(
    ("design", "stable", "stored"),
    [
        ("none", True, "b"),
        ("none", False, "b"),
        ("v1", True, "a"),
        ("v1", False, "b"),
        ("as-flag", True, "a"),
        ("as-flag", False, "b"),
        ("v2", True, "a"),
        ("v2", False, "b"),
    ],
)
def test_the_device_sees_the_change_unless_the_design_prevents_it(
    design: str,
    *,
    stable: bool,
    stored: str,
) -> None:
    rig = rig_of(design, stable=stable)

    def body() -> list[object]:
        freed = swap_out_slowly(rig)
        user_store(rig.core, rig.mm, 0, filled("b"))
        exposed = len(writable_under_writeback(rig.core))
        pages = rig.core.memory.in_use
        needed = image_is_needed(rig.core, 1)
        rig.driver.finish()
        return [freed, exposed, pages, needed, rig.load(0)]

    copied = stored == "a"
    assert rig.run(body) == [[False, int(not copied), 1 + copied, False, "b"]]
    assert rig.driver.blocks[1] == filled(stored)
    counters = rig.core.counters
    assert (counters.stable_copies, counters.wp_copies) == (copied, copied)


def test_the_first_design_follows_a_device_that_changes_its_mind_and_the_last_does_not() -> None:
    copies: list[int] = []
    for design in ("v1", "as-flag", "v2"):
        rig = rig_of(design, stable=False)

        def body(rig: Rig = rig) -> None:
            swap_out_slowly(rig)
            rig.driver.wants_stable_pages()
            user_store(rig.core, rig.mm, 0, filled("b"))
            rig.driver.finish()

        rig.run(body)
        copies.append(rig.core.counters.stable_copies)
    assert copies == [1, 0, 0]


def test_after_writeback_the_page_is_reused_and_its_slot_freed() -> None:
    rig = rig_of("v2", stable=True)

    def body() -> list[object]:
        swap_out_slowly(rig)
        rig.driver.finish()
        user_store(rig.core, rig.mm, 0, filled("b"))
        return [rig.where(0), slots_in_use(rig.core), rig.core.memory.in_use]

    assert rig.run(body) == [["writable", [], 1]]


def test_a_page_read_back_and_written_again_later_is_reused() -> None:
    rig = rig_of("v2", stable=True)

    def body() -> list[object]:
        swap_out_slowly(rig)
        rig.driver.finish()
        rig.load(0)
        first = (rig.where(0), rig.mapped(0))
        user_store(rig.core, rig.mm, 0, filled("b"))
        return [first[0], rig.where(0), rig.mapped(0) is first[1], slots_in_use(rig.core)]

    assert rig.run(body) == [["read-only", "writable", True, []]]


def test_the_copy_may_fail_for_want_of_memory_and_nothing_is_lost() -> None:
    rig = Rig("4.10", faults=faults("A wp_page_copy.page#1 ENOMEM"))
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True
    rig.driver.wants_stable_pages()

    def body() -> list[object]:
        swap_out_slowly(rig)
        name = refusal_of(lambda: user_store(rig.core, rig.mm, 0, filled("b")))
        rig.driver.finish()
        return [name, rig.load(0), rig.mm.last_written[0]]

    assert rig.run(body) == [["VM_FAULT_OOM", "a", filled("a")]]


def test_the_page_that_was_copied_goes_when_its_area_goes() -> None:
    rig = rig_of("v2", stable=True)

    def body() -> list[int]:
        swap_out_slowly(rig)
        user_store(rig.core, rig.mm, 0, filled("b"))
        before = rig.core.memory.in_use
        rig.driver.finish()
        swapoff(rig.core, rig.disk)
        return [before, rig.core.memory.in_use]

    assert rig.run(body) == [[2, 1]]


@pytest.mark.parametrize("stable", [False, True])
def test_who_waits_sleeps_with_the_page_table_locked_whatever_the_device(*, stable: bool) -> None:
    rig = rig_of("wait", stable=stable)

    def body() -> None:
        swap_out_slowly(rig)
        rig.world.spawn("dma", rig.driver.finish, interrupt=True)
        user_store(rig.core, rig.mm, 0, filled("b"))

    rig.world.spawn("A", body)
    rig.world.run()
    assert rig.driver.blocks[1] == filled("a"), "the device saw the page as it was"
    assert (rig.where(0), slots_in_use(rig.core), rig.core.counters.wp_copies) == (
        "writable",
        [],
        0,
    )
    assert [finding.signature for finding in rig.world.findings] == [
        "sleeping-while-atomic-wait_on_page_writeback"
    ]


@pytest.mark.parametrize(
    ("design", "decisions", "lookups"),
    [("none", 1, 1), ("v1", 2, 2), ("as-flag", 2, 2), ("v2", 2, 4)],
)
def test_only_the_last_design_looks_the_area_up_twice(
    design: str, decisions: int, lookups: int
) -> None:
    """The write fault asks twice: for the page table entry of swap, and for the read-only one."""
    rig = rig_of(design, stable=True)

    def body() -> None:
        swap_out_slowly(rig)
        user_store(rig.core, rig.mm, 0, filled("b"))
        rig.driver.finish()

    rig.run(body)
    counters = rig.core.counters
    assert (counters.reuse_decisions, counters.reuse_lookups) == (decisions, lookups)
