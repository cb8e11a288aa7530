"""The machine of the target: its swap areas."""

import pytest

from fuzz.program.target import settings_of
from fuzz.world.world import World
from targets.linux.content.recipe import Recipe
from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.reclaim import swap_out
from targets.linux.swap.area import swp_type
from targets.linux.swap.inspect import slots_in_use
from targets.swap import TARGET


def areas_used(version: str, second: str, pages: int) -> list[int]:
    """Swap three pages out, and return the area of each; all are read back and judged."""
    world = World()
    settings = settings_of(TARGET, {"second": second, "disk_pages": str(pages)})
    system = TARGET.build(world, version, settings, {}, lambda _: False)
    world.boot(system.boot)
    used: list[int] = []

    def body() -> None:
        seat = system.seat("A")
        for index in range(3):
            seat.store(index, Recipe.parse(f"text:{index}").page())
            swap_out(system.core, system.first, index)
        used.extend(swp_type(slot.entry) for slot in slots_in_use(system.core))
        for index in range(3):
            seat.load(index)

    world.spawn("A", body)
    world.run()
    system.judge()
    assert world.findings == []
    return used


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("second", "pages", "used"),
    [
        ("none", 16, [0, 0, 0]),
        ("lower", 16, [0, 0, 0]),
        ("lower", 3, [0, 0, 1]),
        ("equal", 16, [0, 0, 1]),
        ("higher", 16, [1, 1, 1]),
    ],
)
def test_slots_come_from_the_area_with_the_highest_priority_and_equals_take_turns(
    version: str, second: str, pages: int, used: list[int]
) -> None:
    assert areas_used(version, second, pages) == used
