"""A soak: a campaign to which everything happens, and what must be there afterwards.

A worker is killed again and again, the supervisor twice, the disk is full for a while, and a worker
eats memory. Then everything that was acknowledged must be there, SQLite must find its file intact,
no process may be left, and the search must be as fast as before. `scripts/soak` runs it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from fuzz.keep.hub.cases import FOLDER
from fuzz.people.measures.soaking.campaign import Campaign, checked
from fuzz.people.measures.soaking.disk import SmallDisk, namespace_command
from fuzz.people.measures.soaking.disturbances import Disturbances
from fuzz.people.measures.soaking.verdict import Speeds, Verdict, judged
from fuzz.people.measures.standalone import ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.measures.schedstat import Speed

INSIDE: Final = "SWAPSTORM_SOAK_INSIDE"
"""Set for the soak that has a mount namespace of its own, in which it can fill a disk."""
CALM_SHARE: Final = 0.1
"""How much of the time is measured before, and again after the disturbances."""
MINUTE: Final = 60.0


def main(words: Sequence[str] | None = None) -> int:
    """Soak, print what was found out, and say whether all is well."""
    arguments = _parsed(words)
    checked(arguments.target, arguments.kernel)
    command = namespace_command()
    if command and INSIDE not in os.environ:
        inside = [
            *command,
            sys.executable,
            "-m",
            "fuzz.people.measures.soak",
            *(words or sys.argv[1:]),
        ]
        return subprocess.run(inside, env={**os.environ, INSIDE: "1"}, check=False).returncode
    folder = Path(mkdtemp(prefix="swapstorm-soak-"))
    disk = SmallDisk(folder, arguments.disk, mounts=INSIDE in os.environ)
    try:
        verdict = soak(arguments, folder, disk)
    finally:
        disk.remove()
    for line in verdict.lines:
        say(line)
    return 0 if verdict.good else 1


def soak(arguments: argparse.Namespace, folder: Path, disk: SmallDisk) -> Verdict:
    """Run the campaign through everything."""
    seconds = arguments.minutes * MINUTE
    calm = CALM_SHARE * seconds
    plan = checked(arguments.target, arguments.kernel, arguments.workers)
    campaign = Campaign(folder / "campaign", plan)
    try:
        campaign.start()
        campaign.wait_for_workers()
        campaign.watch(calm / 2)  # What is learned first is learned fast.
        before = campaign.speed(calm)
        disturbances = Disturbances(campaign, disk, every=arguments.every, seed=arguments.seed)
        disturbances.run(seconds - 4.5 * calm)
        for line in disturbances.told:
            say(line)
        campaign.wait_for_workers()
        campaign.watch(calm / 2)
        after = campaign.speed(calm)
        campaign.note()
        campaign.stop()
        fresh = undisturbed(campaign, calm)
        return judged(campaign, Speeds(before, after, fresh))
    finally:
        campaign.kill()


def undisturbed(campaign: Campaign, calm: float) -> Speed:
    """Measure a campaign that begins with the corpus of another one, and to which nothing happens.

    A search that knows more runs other cases: what it was before is no measure of what it could be.
    """
    corpus = next(path for path in (campaign.folder / FOLDER).iterdir() if path.name != "witness")
    fresh = Campaign(campaign.folder.parent / "fresh", campaign.plan, corpus)
    try:
        fresh.start()
        fresh.wait_for_workers()
        fresh.watch(calm / 2)
        return fresh.speed(calm)
    finally:
        fresh.kill()


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=float, default=20.0, help="seconds between kills (20)")
    parser.add_argument("--target", required=True, help="name, or MODULE:ATTRIBUTE")
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--disk", type=int, default=96, help="MiB of the disk that is filled (96)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(ended(main))
