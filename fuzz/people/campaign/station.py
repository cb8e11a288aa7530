"""A station: what a process of a campaign has to work with, and how its work begins and ends."""

from __future__ import annotations

import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import KeepError
from fuzz.keep.hub.chronicle import Chronicle
from fuzz.keep.hub.local import LocalHub
from fuzz.people.campaign.outbox import Outbox, Stopped
from fuzz.people.campaign.plan import MIB, PLAN, Plan
from fuzz.people.campaign.pulse import Pulse
from fuzz.people.child import die_with_parent, open_channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.keep.hub.interface import Hub

FAILED: Final = 70
"""Exit status of a bug of ours: EX_SOFTWARE of `sysexits.h`."""


class Ending:
    """Whether somebody wants this process to end."""

    def __init__(self) -> None:
        """Take SIGTERM for the wish; Ctrl-C is the supervisor's."""
        self.wanted = False
        signal.signal(signal.SIGTERM, self._want)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _want(self, *_: object) -> None:
        self.wanted = True


@dataclass(frozen=True, slots=True)
class Station:
    """What a worker has."""

    hub: Hub
    name: str
    plan: Plan
    pulse: Pulse
    ending: Ending
    outbox: Outbox


def at_station(work: Callable[[Station], None]) -> int:
    """Work in the folder that the command line names, under the name that it gives.

    Returns the exit status; what went wrong is on standard error.
    """
    die_with_parent()
    ending = Ending()
    try:
        pulse = Pulse(open_channel())
        pulse.beat()
        _work(work, pulse, ending)
    except BrokenPipeError:  # The supervisor is dead.
        return 1
    except (Stopped, KeepError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception:
        traceback.print_exc()
        return FAILED
    return 0


def _work(work: Callable[[Station], None], pulse: Pulse, ending: Ending) -> None:
    folder, name = Path(sys.argv[1]), sys.argv[2]
    hub = LocalHub(folder, monotonic)
    try:
        plan = Plan.of(Chronicle(hub.database).fact(PLAN))
        hub.bytes_max = plan.disk_mib * MIB
        outbox = Outbox(hub, name, pulse, lambda: ending.wanted)
        work(Station(hub, name, plan, pulse, ending, outbox))
    finally:
        hub.close()
