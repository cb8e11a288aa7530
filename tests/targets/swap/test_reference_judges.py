"""References that are left at rest are found, and told with who took them."""

from collections.abc import Callable

import pytest

from targets.linux.machine.page import page_ref_dec
from targets.linux.mm.mm_struct import mmget_not_zero
from targets.linux.mm.references import get_page
from targets.linux.swap.users import get_swap_device, put_swap_device
from targets.swap.system import SwapSystem
from tests.targets.swap.test_judges import damaged, mapped

ENTRY = 1


def hold_page(system: SwapSystem) -> None:
    get_page(mapped(system).page)


def lose_reference(system: SwapSystem) -> None:
    page_ref_dec(mapped(system).page)


def use_memory(system: SwapSystem) -> None:
    mmget_not_zero(system.first)


def look_into_area(system: SwapSystem) -> None:
    get_swap_device(system.core, ENTRY)


def leave_area_twice(system: SwapSystem) -> None:
    area = get_swap_device(system.core, ENTRY)
    assert area is not None
    for _ in range(2):
        put_swap_device(system.core, area)
    area.users = 0


def hold_and_let_go(system: SwapSystem) -> None:
    get_page(mapped(system).page)
    page_ref_dec(mapped(system).page)
    area = get_swap_device(system.core, ENTRY)
    assert area is not None
    put_swap_device(system.core, area)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (hold_page, ["page-refcount-unbalanced-hold_page"]),
        (lose_reference, ["page-refcount-unbalanced-page"]),
        (use_memory, ["mm-refcount-unbalanced-use_memory"]),
        (look_into_area, ["swap-device-refcount-unbalanced-look_into_area"]),
        (leave_area_twice, ["swap-device-refcount-underflow-leave_area_twice"]),
        (hold_and_let_go, []),
    ],
)
def test_a_reference_too_many_or_too_few_is_found(
    damage: Callable[[SwapSystem], None], found: list[str]
) -> None:
    assert damaged(damage) == found
