"""Circumstances: where, when and by which command something was measured."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

CPUINFO: Final = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader has to know of a measurement besides its numbers."""

    command: str
    date: str
    machine: str
    software: str


def circumstances(command: str) -> Circumstances:
    """Say how things are now."""
    return Circumstances(
        command=command,
        date=f"{datetime.now(UTC):%d %B %Y}".lstrip("0"),
        machine=f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        software=f"Python {platform.python_version()}, swapstorm {version('swapstorm')}",
    )


def _processor() -> str:
    try:
        lines = CPUINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
