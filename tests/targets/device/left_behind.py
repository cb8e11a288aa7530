"""What a guest could leave behind on this machine."""

import tempfile
from pathlib import Path

import psutil


def things() -> dict[str, list[str]]:
    """Every zram, attached loop, mount, swap area, folder and process that may be a guest's."""
    return {
        "zrams": sorted(path.name for path in Path("/sys/block").glob("zram*")),
        "loops": sorted(str(path) for path in Path("/sys/block").glob("loop*/loop/backing_file")),
        "mounts": Path("/proc/mounts").read_text().splitlines(),
        "swaps": Path("/proc/swaps").read_text().splitlines()[1:],
        "folders": sorted(
            str(path) for path in Path(tempfile.gettempdir()).glob("swapstorm-guest-*")
        ),
        "processes": sorted(
            " ".join(process.cmdline()) for process in psutil.Process().children(recursive=True)
        ),
    }
