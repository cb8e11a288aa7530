"""Devices with a backing disk, `/dev/loop0`."""

from typing import Final

from targets.linux.block.ram_disk import RamDisk
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS
from targets.linux.zram.backing import backing_dev_store
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from tests.targets.linux.zram.devices import bare_device

WITH_BACKING: Final = VERSIONS[VERSIONS.index("4.14") :]
"""The kernels that know backing devices."""

WITH_WRITEBACK: Final = VERSIONS[VERSIONS.index("5.0") :]
"""The kernels that write back when they are told to."""

LOOP: Final = "/dev/loop0"


def until(version: str) -> tuple[str, ...]:
    """The kernels with backing devices before one."""
    return WITH_BACKING[: WITH_BACKING.index(version)]


def since(version: str) -> tuple[str, ...]:
    return VERSIONS[VERSIONS.index(version) :]


def with_loop(zram: Zram, pages: int = 8) -> RamDisk:
    """Plug a disk in."""
    return RamDisk(zram.machine, "loop0", 9, pages)


def backed_device(kernel: Kernel | str, pages: int = 8) -> tuple[Zram, RamDisk]:
    """Make a device of 16 pages with a backing disk of `pages` blocks."""
    zram = bare_device(kernel)
    loop = with_loop(zram, pages)

    def boot() -> None:
        backing_dev_store(zram, LOOP)
        disksize_store(zram, "64K")

    zram.machine.world.boot(boot)
    return zram, loop
