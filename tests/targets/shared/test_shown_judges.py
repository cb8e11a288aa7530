"""What files show is what is so, or there is a finding."""

from typing import Final

import pytest

from targets.linux.zram import sysfs
from targets.linux.zram.device import Zram
from tests.targets.running import answers, signatures

CASE: Final = (
    "target zram\nkernel {}\nconfig backing=disk algorithm=lz4\n"
    "task A\n  write block=1 with=random:7\n  show file={}\n"
)
CASES: Final = [
    ("6.1", "mm_stat"),
    ("4.6", "io_stat"),
    ("6.1", "bd_stat"),
    ("6.1", "debug_stat"),
    ("6.1", "comp_algorithm"),
    ("4.6", "max_comp_streams"),
    ("6.1", "backing_dev"),
    ("6.1", "initstate"),
    ("6.1", "disksize"),
    ("6.1", "writeback_limit"),
    ("6.19", "writeback_batch_size"),
]


@pytest.mark.parametrize(("kernel", "name"), CASES)
def test_a_file_that_shows_something_else_is_a_finding(
    kernel: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASE.format(kernel, name)
    assert signatures(case) == []
    usual = sysfs.show_file

    def otherwise(zram: Zram, name: str) -> str:
        digits = str.maketrans("0123456789[", "5678901234(")
        return usual(zram, name).translate(digits).replace("loop", "sd")

    monkeypatch.setattr("targets.shared.shown_judges.show_file", otherwise)
    assert f"file-shows-wrong-{name}" in signatures(case)


def test_a_further_algorithm_is_shown_with_its_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = "reset\n  recomp_algorithm name=zstd priority=2\n  show file=recomp_algorithm"
    case = f"target zram\nkernel 6.8\ntask A\n  {steps}\n"
    assert answers(case)[-1].startswith("#2:,")
    assert signatures(case) == []
    usual = sysfs.show_file
    monkeypatch.setattr(
        "targets.shared.shown_judges.show_file",
        lambda zram, name: usual(zram, name).replace("#2", "#1"),
    )
    assert signatures(case) == ["file-shows-wrong-recomp_algorithm"]


def test_a_column_less_than_documented_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = sysfs.show_file
    monkeypatch.setattr(
        "targets.shared.shown_judges.show_file",
        lambda zram, name: " ".join(usual(zram, name).split()[:6]),
    )
    assert signatures(CASE.format("6.1", "mm_stat")) == ["file-shows-wrong-mm_stat"]
