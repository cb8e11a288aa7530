"""Page frames and structs of the model: used after they were freed, before they were filled."""

from collections.abc import Callable

import pytest

from fuzz.values.point import fault_point
from fuzz.world.world import World
from targets.linux.block.bio import Bio, Op, bio_endio, bio_put
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE, Page, copy_page, fill_page, page_ref_dec
from targets.linux.machine.sanitizers import use_page_bytes
from targets.linux.mm.references import get_page

PAGE = fault_point("test.page", "a page", "ENOMEM")


def found(body: Callable[[Memory, Page], None]) -> list[str]:
    """Return what is found while a body has a page."""
    world = World()
    memory = Memory(world)

    def live() -> None:
        page = memory.alloc_page(GFP_KERNEL, PAGE)
        assert page is not None
        body(memory, page)

    world.spawn("A", live)
    world.run()
    return [finding.signature for finding in world.findings]


def use_in_order(memory: Memory, page: Page) -> None:
    fill_page(page, bytes(PAGE_SIZE))
    use_page_bytes(page)
    memory.free_page(page)


def read_freed_page(memory: Memory, page: Page) -> None:
    memory.free_page(page)
    assert page.bytes[0] == 0


def write_private_of_freed_page(memory: Memory, page: Page) -> None:
    memory.free_page(page)
    page.private = 1


def free_page_twice(memory: Memory, page: Page) -> None:
    memory.frames.free(page)
    memory.frames.free(page)


def look_at_count_of_freed_page(memory: Memory, page: Page) -> None:
    memory.free_page(page)
    assert page.refcount == 1


def hold_page_that_has_no_reference(memory: Memory, page: Page) -> None:
    assert page_ref_dec(page)
    get_page(page)
    del memory


def use_half_of_page(memory: Memory, page: Page) -> None:
    fill_page(page, bytes(PAGE_SIZE // 2))
    use_page_bytes(page)
    del memory


def use_copy_of_unfilled_page(memory: Memory, page: Page) -> None:
    copy = memory.alloc_page(GFP_KERNEL, PAGE)
    assert copy is not None
    copy_page(copy, page)
    use_page_bytes(copy)


def complete_freed_bio(memory: Memory, page: Page) -> None:
    bio = Bio(Op.READ, 0, PAGE_SIZE, page, bio_put)
    memory.slab.born(bio, "a bio")
    bio_endio(bio)
    assert bio.sector == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (use_in_order, []),
        (read_freed_page, ["page-use-after-free-read_freed_page"]),
        (write_private_of_freed_page, ["page-use-after-free-write_private_of_freed_page"]),
        (free_page_twice, ["page-double-free-free_page_twice"]),
        (look_at_count_of_freed_page, []),
        (
            hold_page_that_has_no_reference,
            ["page-refcount-use-at-zero-hold_page_that_has_no_reference"],
        ),
        (use_half_of_page, ["page-uninit-value-use_half_of_page"]),
        (use_copy_of_unfilled_page, ["page-uninit-value-use_copy_of_unfilled_page"]),
        (complete_freed_bio, ["slab-use-after-free-complete_freed_bio"]),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(
    body: Callable[[Memory, Page], None], expected: list[str]
) -> None:
    assert found(body) == expected
