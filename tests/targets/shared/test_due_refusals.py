"""What must be refused and is accepted is a finding."""

import pytest

from targets.linux.zram import sysfs
from tests.targets.running import signatures

SIZED = "target zram\nkernel 6.1\nconfig backing={}\ntask A\n  {}\n"


@pytest.mark.parametrize(
    ("name", "backing", "steps"),
    [
        ("disksize", "none", "reset\n  disksize pages=0"),
        ("comp_algorithm", "none", "comp_algorithm name=lzo"),
        ("backing_dev", "disk", "backing_dev"),
        ("compact", "none", "reset\n  compact"),
        ("idle", "none", "reset\n  idle"),
        ("recompress", "none", "reset\n  recompress"),
        ("writeback", "none", "writeback mode=idle"),
        ("reset", "none", "open\n  reset\n  close"),
        ("reset", "none", "echo text=x to=reset"),
        ("reset", "none", "echo text=0 to=reset"),
        ("mem_used_max", "none", "echo text=1 to=mem_used_max"),
        ("writeback_limit", "none", "echo text=all to=writeback_limit"),
    ],
)
def test_a_refusal_that_does_not_come_is_a_finding(
    name: str, backing: str, steps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = SIZED.format(backing, steps)
    assert signatures(case) == []

    def accepting(zram: object, text: str) -> None:
        del zram, text

    usual = sysfs.ZRAM_DISK_ATTRS
    accepts = sysfs.DeviceAttribute(store=accepting)
    monkeypatch.setattr(sysfs, "ZRAM_DISK_ATTRS", {**usual, name: accepts})
    assert f"refusal-missing-{name}" in signatures(case)
