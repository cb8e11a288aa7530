"""Same case, same outcome: for every strategy, with faults, replayed, and in another process."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.values.choices import Choices
from fuzz.world.faults import Attributes, DrawnFaults, ExplicitFaults, Plans
from fuzz.world.schedule.by_name import STRATEGY_NAMES, strategy_named
from fuzz.world.schedule.replay import Replay
from fuzz.world.world import World
from tests.fuzz.world.toys import digest, jumble, record

ROOT: Final = Path(__file__).parents[3]

SEEDS = st.integers(0, 1 << 32)


def drawn_world(strategy: str, seed: int, *, cpus: int = 2) -> World:
    """Make a world that draws its switches and its faults."""
    plans = Plans(
        ExplicitFaults([]),
        DrawnFaults(Attributes("slabs", probability=30, times=-1), Choices(seed)),
        DrawnFaults(Attributes("disks", probability=30, times=-1, interval=2), Choices(seed)),
    )
    return World(cpus=cpus, strategy=strategy_named(strategy, Choices(seed), 40), faults=plans)


@pytest.mark.parametrize("strategy", STRATEGY_NAMES)
@given(SEEDS, SEEDS, st.integers(1, 3))
def test_a_materialised_run_replays_to_the_byte(
    strategy: str, program: int, seed: int, cpus: int
) -> None:
    drawn = jumble(drawn_world(strategy, seed, cpus=cpus), program)
    replay, faults = Replay(drawn.switches), ExplicitFaults(drawn.injected)
    replayed = jumble(World(cpus=cpus, strategy=replay, faults=faults), program)
    assert record(replayed) == record(drawn)
    assert (replay.unreached, faults.unreached) == ((), ())


@pytest.mark.parametrize("strategy", STRATEGY_NAMES)
@given(SEEDS, SEEDS)
def test_a_drawn_run_is_a_function_of_its_seeds(strategy: str, program: int, seed: int) -> None:
    one, other = (jumble(drawn_world(strategy, seed), program) for _ in range(2))
    assert record(one) == record(other)


@given(SEEDS, SEEDS)
def test_a_world_keeps_nothing_of_its_tasks(program: int, seed: int) -> None:
    world = jumble(drawn_world("walk", seed), program)
    assert [task.greenlet for task in world.tasks] == [None] * len(world.tasks)
    assert all(task.done or world.findings for task in world.tasks)


def digest_of_many_runs() -> str:
    """Put the records of a hundred drawn runs into one number."""
    digests = [
        digest(jumble(drawn_world(strategy, seed), seed))
        for strategy in STRATEGY_NAMES
        for seed in range(20)
    ]
    return "".join(digest[:2] for digest in digests)


def test_the_outcome_of_a_run_is_the_same_on_every_machine_and_python() -> None:
    world = jumble(drawn_world("walk", 5), 5)
    assert digest(world) == "3925b64090455a4f56bdca4ffc77a49257768879e74214df3055f0c15f9837d8"


@pytest.mark.parametrize("hash_seed", ["0", "81"])
def test_the_outcome_does_not_depend_on_the_hash_seed_of_the_process(hash_seed: str) -> None:
    here = digest_of_many_runs()
    code = "from tests.fuzz.world.test_determinism import digest_of_many_runs as d; print(d())"
    there = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    )
    assert there.stdout.strip() == here
