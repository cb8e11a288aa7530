"""The bits of swap_info_struct.flags."""

import pytest

from targets.linux.kernel.versions import kernel_named
from targets.linux.swap import flags
from targets.linux.swap.designs import flag_layout
from targets.linux.swap.flags import FlagLayout

OLD = FlagLayout(stable_writes=0, scanning=1 << 10)
NEW = FlagLayout(stable_writes=1 << 10, scanning=1 << 11)


def test_ten_flags_have_the_same_bit_in_every_kernel() -> None:
    named = ("USED", "WRITEOK", "DISCARDABLE", "DISCARDING", "SOLIDSTATE", "CONTINUED")
    named += ("BLKDEV", "FILE", "AREA_DISCARD", "PAGE_DISCARD")
    assert [getattr(flags, f"SWP_{name}") for name in named] == [1 << bit for bit in range(10)]


@pytest.mark.parametrize(
    ("version", "design", "layout"),
    [
        ("4.6", None, OLD),
        ("4.7", None, OLD),
        ("4.9", None, OLD),
        ("4.10", None, NEW),
        ("4.7", "v2", NEW),
        ("4.7", "v1", OLD),
        ("4.10", "as-flag", OLD),
        ("4.10", "none", OLD),
    ],
)
def test_the_stable_writes_flag_pushes_the_counter_of_scanners_up(
    version: str, design: str | None, layout: FlagLayout
) -> None:
    assert flag_layout(kernel_named(version, design=design)) == layout
