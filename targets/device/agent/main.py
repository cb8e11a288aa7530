"""The agent as a program: on the running kernel, a worker and a janitor that outlives it.

agent.pyz FOLDER DESCRIPTOR    talks through a socket that it was given
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Final

from targets.device.agent import libc
from targets.device.agent.serve import Agent, serve
from targets.device.agent.undo import Janitor, Journal

PATIENCE_SECONDS: Final = 20
"""How long the janitor lets a worker tidy up by itself."""


def work(folder: str, channel: int, journal: Journal, janitor: int) -> None:
    """Serve on the running kernel, and tell the janitor of everything made."""
    libc.end_with_parent(signal.SIGTERM, janitor)
    libc.leave_the_mounts_of_others()
    libc.mount("none", folder, "tmpfs", libc.MS_NOSUID_NODEV)
    libc.mount_debugfs()
    with os.fdopen(channel, "rb") as requests, os.fdopen(os.dup(channel), "wb") as answers:
        serve(Agent(journal, folder, own_machine=False), requests, answers)


def main() -> int:
    """Fork the worker, wait until it has ended, however it did, and take away what it left."""
    folder, channel = sys.argv[1], int(sys.argv[2])
    notes, tell = os.pipe()
    hear, answers = os.pipe()
    janitor = os.getpid()
    worker = os.fork()
    if worker == 0:
        os.close(notes)
        os.close(answers)
        work(folder, channel, Journal(tell, hear), janitor)
        return 0
    os.close(tell)
    os.close(hear)
    os.close(channel)
    _bury_late(worker)
    left = Janitor(notes, answers).follow()
    _, status = os.waitpid(worker, 0)
    left.undo()
    return os.waitstatus_to_exitcode(status)


def _bury_late(worker: int) -> None:
    """Outlive signals that are meant for the worker; one that ignores them is killed in the end."""

    def wait_a_while(number: int, frame: object) -> None:
        del number, frame
        os.kill(worker, signal.SIGTERM)
        signal.alarm(PATIENCE_SECONDS)

    def kill(number: int, frame: object) -> None:
        del number, frame
        os.kill(worker, signal.SIGKILL)

    signal.signal(signal.SIGTERM, wait_a_while)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, kill)
