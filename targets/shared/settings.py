"""Settings that every target on the reference model has, and the kernel that they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number, Word, Words
from fuzz.program.target import Setting
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.versions import DESIGNS, kernel_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from targets.linux.kernel.kernel import Kernel

ITS_OWN: Final = "default"
"""The design that the kernel's own release had."""

SLUGS: Final = tuple(defect.slug for defect in DEFECTS)

CPUS: Final = Setting("cpus", Number(1, 4), "2", "CPUs of the machine")
DISK_PAGES: Final = Setting("disk_pages", Number(2, 64), "16", "size of the disk at boot, in pages")
ALGORITHM: Final = Setting("algorithm", Word(("lz4", "lzo")), "lz4", "compressor", drawn=False)
STREAMS: Final = Setting("streams", Number(1, 4), "1", "max_comp_streams at boot, where it counts")
DESIGN: Final = Setting(
    "design",
    Word((ITS_OWN, *DESIGNS)),
    ITS_OWN,
    "how a page under writeback is kept stable, of the designs that were debated",
    drawn=False,
)
WITH: Final = Setting("with", Words(SLUGS), "-", "defects that the kernel gets", drawn=False)
WITHOUT: Final = Setting("without", Words(SLUGS), "-", "defects that it is spared", drawn=False)


def kernel_of(version: str, settings: Mapping[str, Any]) -> Kernel:
    """Return the kernel that a case asks for; ValueError when there is none."""
    design = settings[DESIGN.name]
    return kernel_named(
        version,
        design=None if design == ITS_OWN else design,
        with_defects=settings[WITH.name],
        without_defects=settings[WITHOUT.name],
    )
