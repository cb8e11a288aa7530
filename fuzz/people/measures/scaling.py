"""Scaling: how many more executions two workers of a campaign make than one, in the same run.

Campaigns with one and with two workers take turns, so that what else the machine does hits both.
`scripts/bench-scaling` runs it. What is compared is executions a second without the time in which
a worker could have run and had no CPU, so that a busy machine says the same as a quiet one; the
plain numbers stand beside them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import KeepError
from fuzz.people.campaign.view import look
from fuzz.people.measures.schedstat import Mark, Speed, marks, speed_between
from fuzz.people.measures.soaking.campaign import checked
from fuzz.people.measures.standalone import ended
from fuzz.people.text import table

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL: Final = 1.8
START_SECONDS: Final = 60.0
NAP_SECONDS: Final = 0.2


def measure(workers: int, arguments: argparse.Namespace) -> Speed:
    """Run a campaign, and say how fast it was once it ran."""
    with TemporaryDirectory(prefix="swapstorm-scaling-") as name:
        folder = Path(name) / "campaign"
        command = [sys.executable, "-m", "fuzz.people.cli", "campaign", "start", str(folder)]
        command += ["--target", arguments.target, "--kernel", arguments.kernel]
        command += [word for setting in arguments.set for word in ("--set", setting)]
        command += ["--workers", str(workers), "--seed", str(arguments.seed), "--no-web"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(folder, workers, process)
            sleep(arguments.warm_up)
            before = _marks(folder)
            sleep(arguments.seconds)
            return speed_between(before, _marks(folder))
        finally:
            process.terminate()
            process.wait()


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print a table, and say whether the goal is reached."""
    parser = argparse.ArgumentParser(prog="bench-scaling", description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each campaign (30)")
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds before that (5)")
    parser.add_argument("--rounds", type=int, default=3, help="of one and of two workers (3)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(words)
    checked(arguments.target, arguments.kernel)
    rows: list[list[str]] = []
    sums: dict[int, list[Speed]] = {1: [], 2: []}
    for number in range(arguments.rounds):
        for workers in (1, 2):
            speed = measure(workers, arguments)
            assert speed.workers == workers, "no worker ends while it is measured"
            sums[workers].append(speed)
            rows.append(
                [str(number + 1), str(workers), f"{speed.by_clock:,.0f}", f"{speed.honest:,.0f}"]
            )
    heads = ["round", "workers", "executions/s by the clock", "executions/s, a CPU each"]
    sys.stdout.write("\n".join(table(heads, rows)) + "\n")
    clock = _mean([s.by_clock for s in sums[2]]) / _mean([s.by_clock for s in sums[1]])
    honest = _mean([s.honest for s in sums[2]]) / _mean([s.honest for s in sums[1]])
    load = os.getloadavg()[0]
    sys.stdout.write(
        f"two workers make {honest:.2f} times the executions of one with a CPU each "
        f"({clock:.2f} by the clock, {os.cpu_count()} CPUs, load {load:.1f}); at least {GOAL}: "
        f"{'yes' if honest >= GOAL else 'no'}\n"
    )
    return 0 if honest >= GOAL else 1


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _wait_for(folder: Path, workers: int, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + START_SECONDS
    while len([mark for mark in _marks(folder) if mark.executions]) < workers:
        assert monotonic() < end, "workers begin within a minute"
        assert process.poll() is None, "the campaign runs"
        sleep(NAP_SECONDS)


def _marks(folder: Path) -> list[Mark]:
    try:
        return marks(look(folder).workers)
    except KeepError:  # It has not begun.
        return []


if __name__ == "__main__":
    sys.exit(ended(main))
