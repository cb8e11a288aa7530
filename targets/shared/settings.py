"""Settings that every target on the reference model has, and the kernel that they come to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number, Word, Words
from fuzz.program.target import Setting
from targets.linux.crypto.algorithms import library_algorithms
from targets.linux.kernel.build import Build
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.defects.switching import ALL
from targets.linux.kernel.versions import DESIGNS, kernel_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from targets.linux.kernel.kernel import Kernel

ITS_OWN: Final = "default"
"""The design that the kernel's own release had."""

YES_OR_NO: Final = Word(("no", "yes"))

SLUGS: Final = tuple(defect.slug for defect in DEFECTS)

ALGORITHM_NAMES: Final = ("lz4", "lzo", "lzo-rle", "lz4hc", "zstd", "deflate", "842")
"""The algorithms that some kernel knows, whether it was built with them or not."""

CPUS: Final = Setting("cpus", Number(1, 4), "2", "CPUs of the machine")
DISK_PAGES: Final = Setting("disk_pages", Number(2, 64), "16", "size of the disk at boot, in pages")
ALGORITHM: Final = Setting(
    "algorithm", Word(ALGORITHM_NAMES), "lz4", "compressor that is chosen at boot", drawn=False
)
STREAMS: Final = Setting("streams", Number(1, 4), "1", "max_comp_streams at boot, where it counts")
DESIGN: Final = Setting(
    "design",
    Word((ITS_OWN, *DESIGNS)),
    ITS_OWN,
    "how a page under writeback is kept stable, of the designs that were debated",
    drawn=False,
)
TRACKING: Final = Setting(
    "tracking", YES_OR_NO, "no", "whether the kernel was built to keep access times", drawn=False
)
WRITEBACK: Final = Setting(
    "writeback", YES_OR_NO, "yes", "whether it was built with backing devices", drawn=False
)
MULTI_COMP: Final = Setting(
    "multi_comp", YES_OR_NO, "yes", "whether it was built with recompression", drawn=False
)
CHAIN_SIZE: Final = Setting(
    "chain_size", Number(4, 16), "8", "CONFIG_ZSMALLOC_CHAIN_SIZE, from 6.3 on", drawn=False
)
MEMORY_TAGS: Final = Setting(
    "memory_tags",
    YES_OR_NO,
    "no",
    "whether pages have tags, which swap keeps beside them (CONFIG_ARM64_MTE, from 5.10 on)",
    drawn=False,
)
MEMCG: Final = Setting(
    "memcg",
    YES_OR_NO,
    "yes",
    "whether memory is charged to cgroups; no for one booted with cgroup_disable=memory",
    drawn=False,
)
KSM: Final = Setting(
    "ksm", YES_OR_NO, "yes", "whether it was built to merge equal pages (CONFIG_KSM)", drawn=False
)
ALGORITHMS: Final = Setting(
    "algorithms",
    Words(ALGORITHM_NAMES),
    "-",
    "compressors that it was built with; - for those that a library stands for",
    drawn=False,
)
DEFAULT_ALGORITHM: Final = Setting(
    "default_algorithm",
    Word(ALGORITHM_NAMES),
    "lz4",
    "CONFIG_ZRAM_DEF_COMP, where the kernel has it",
    drawn=False,
)
BUILD: Final = (
    TRACKING,
    WRITEBACK,
    MULTI_COMP,
    CHAIN_SIZE,
    MEMORY_TAGS,
    MEMCG,
    KSM,
    ALGORITHMS,
    DEFAULT_ALGORITHM,
)
"""How the kernel was built."""


PAGE_BLOCKS: Final = Setting(
    "page_blocks",
    Word(("1", "2", "4", "8"), drawn=("1", "1", "1", "4", "4")),
    "1",
    "blocks of a zram that a page of the machine has, as one of 64 KiB has 16",
)
"""Part of how a kernel was built, for targets with users who know blocks."""

WITH: Final = Setting("with", Words(SLUGS), "-", "defects that the kernel gets", drawn=False)
WITHOUT: Final = Setting(
    "without", Words((ALL, *SLUGS)), "-", "defects that it is spared, or all", drawn=False
)


def _build_of(settings: Mapping[str, Any]) -> Build:
    return Build(
        writeback=settings[WRITEBACK.name] == "yes",
        memory_tracking=settings[TRACKING.name] == "yes",
        multi_comp=settings[MULTI_COMP.name] == "yes",
        chain_size=settings[CHAIN_SIZE.name],
        memcg=settings[MEMCG.name] == "yes",
        ksm=settings[KSM.name] == "yes",
        page_blocks=int(settings[PAGE_BLOCKS.name]),
        memory_tags=settings[MEMORY_TAGS.name] == "yes",
        algorithms=settings[ALGORITHMS.name] or library_algorithms(),
        default_algorithm=settings[DEFAULT_ALGORITHM.name],
    )


def check_libraries(settings: Mapping[str, Any]) -> None:
    """Refuse, with a sentence, algorithms that the model cannot compress with by itself."""
    for name in settings[ALGORITHMS.name]:
        if name not in library_algorithms():
            raise ValueError(
                f"no library compresses as {name} does: "
                "only a comparison with a real kernel knows its sizes"
            )


KERNEL: Final = (DESIGN, WITH, WITHOUT, *BUILD, PAGE_BLOCKS)
"""All that a kernel depends on beside its version."""


def kernel_of(version: str, settings: Mapping[str, Any]) -> Kernel:
    """Return the kernel that a case asks for; ValueError when there is none."""
    settings = {PAGE_BLOCKS.name: PAGE_BLOCKS.default, **settings}
    return _kernel_of(version, tuple(settings[setting.name] for setting in KERNEL))


@cache
def _kernel_of(version: str, chosen: tuple[Any, ...]) -> Kernel:
    """Make a kernel once for all cases that choose these values of `KERNEL`."""
    settings = {setting.name: value for setting, value in zip(KERNEL, chosen, strict=True)}
    design = settings[DESIGN.name]
    return kernel_named(
        version,
        design=None if design == ITS_OWN else design,
        with_defects=settings[WITH.name],
        without_defects=settings[WITHOUT.name],
        build=_build_of(settings),
    )
