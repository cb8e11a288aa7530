import pytest

from fuzz.values.choices import Choices
from fuzz.world.schedule.by_name import STRATEGY_NAMES, strategy_named
from fuzz.world.world import World
from tests.fuzz.world.toys import count_to_two


@pytest.mark.parametrize("name", STRATEGY_NAMES)
@pytest.mark.parametrize("steps", [0, 8])
def test_every_named_strategy_finds_the_lost_update(name: str, steps: int) -> None:
    worlds = (World(strategy=strategy_named(name, Choices(seed), steps)) for seed in range(600))
    assert {count_to_two(world) for world in worlds} == {1, 2}


def test_an_unknown_name_is_refused_with_the_list_of_names() -> None:
    with pytest.raises(ValueError, match=r"'luck'; there are walk, .*, surw, rff$"):
        strategy_named("luck", Choices(0), 1)
