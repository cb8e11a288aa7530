"""What the agent says about its machine when it starts."""

from __future__ import annotations

import gzip
import mmap
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from targets.device.agent.devices import Zram, hot_add, remove_at_last

if TYPE_CHECKING:
    from targets.device.agent.arguments import Json
    from targets.device.agent.undo import Journal

CONFIG_PREFIXES: Final = (
    "CONFIG_ZRAM", "CONFIG_ZSMALLOC", "CONFIG_ZSWAP", "CONFIG_SWAP=", "CONFIG_PREEMPT",
    "CONFIG_HZ=", "CONFIG_BLK_DEV_LOOP=", "CONFIG_CRYPTO_LZ", "CONFIG_CRYPTO_ZSTD",
    "CONFIG_CRYPTO_DEFLATE", "CONFIG_CRYPTO_842", "CONFIG_HOTPLUG_CPU",
)  # fmt: skip
"""The build options that decide how zram and swap behave."""


def hello(journal: Journal, *, own_machine: bool) -> dict[str, Json]:
    """Describe the kernel; a zram of our own shows which files and algorithms there are."""
    zram = hot_add(journal)
    try:
        files = _files(zram)
        algorithms = zram.show("comp_algorithm").split()
    finally:
        remove_at_last(journal, zram)
    return {
        "release": os.uname().release,
        "cpus": os.cpu_count() or 1,
        "page_size": mmap.PAGESIZE,
        "own_machine": own_machine,
        "files": files,
        "algorithms": [each.strip("[]") for each in algorithms],
        "default_algorithm": next(each[1:-1] for each in algorithms if each.startswith("[")),
        "loop": Path("/dev/loop-control").exists(),
        "swap_areas": len(Path("/proc/swaps").read_text().splitlines()) - 1,
        "config": dict(_config()),
    }


def _files(zram: Zram) -> list[Json]:
    """The names of the files of zram itself: those beside it belong to every disk."""
    folder = Path(zram.file("disksize")).parent
    every_disk = {"alignment_offset", "capability", "dev", "diskseq", "discard_alignment",
                  "events", "events_async", "events_poll_msecs", "ext_range", "hidden", "inflight",
                  "partscan", "range", "removable", "ro", "size", "stat", "uevent"}  # fmt: skip
    names = sorted(each.name for each in folder.iterdir() if each.is_file())
    more = ["block_state"] if Path(zram.file("block_state")).exists() else []
    return [*(name for name in names if name not in every_disk), *more]


def _config() -> dict[str, Json]:
    """The options of interest that are set, where the kernel or its package says so."""
    text = ""
    if Path("/proc/config.gz").exists():
        text = gzip.decompress(Path("/proc/config.gz").read_bytes()).decode()
    elif (saved := Path(f"/boot/config-{os.uname().release}")).exists():
        text = saved.read_text()
    pairs = (line.partition("=") for line in text.splitlines() if line.startswith(CONFIG_PREFIXES))
    return {name: value.strip('"') for name, _, value in pairs}
