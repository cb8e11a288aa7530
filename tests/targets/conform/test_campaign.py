"""A comparison finds what differs, and shrinks it; what agrees is left alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from fuzz.program.execute import execute
from fuzz.program.target import settings_of
from fuzz.program.text import case_text, parse_case
from targets.conform.campaign import Campaign, Difference, difference_in
from targets.conform.model import nearest_version, settings_for
from targets.conform.plan import Plan
from targets.conform.programs import LENGTHS, supported
from targets.conform.target import Compared
from targets.linux.kernel.build import Build
from targets.shared.settings import kernel_of
from targets.zram import TARGET as ZRAM
from tests.targets.conform.model_kernel import FILES, Lie, ModelKernel, Seen, honest


def campaign(lie: Lie = honest, programs: int = 20) -> tuple[Campaign, list[Difference], Compared]:
    real = ModelKernel("6.18", lie)
    target = Compared(real)
    plan = Plan(
        kernel=nearest_version(real.hello["release"]),
        settings=settings_for(real.hello),
        algorithms=("lz4",),
        kinds=supported(target, real.hello),
        programs=programs,
        seconds=0,
        seed=3,
    )
    found: list[Difference] = []
    done = Campaign(plan, target)
    done.run(lambda: None, found.append)
    return done, found, target


def test_a_kernel_that_is_the_model_does_not_differ_from_it() -> None:
    done, found, target = campaign()
    assert found == []
    assert done.tally.differing == done.tally.unsteady == 0
    assert done.tally.programs == 20
    assert done.tally.answers == done.tally.operations.total() >= 20 * LENGTHS[0]
    assert done.tally.statistics > 10 * done.tally.answers
    able = supported(target, ModelKernel("6.18").hello)
    assert sorted(done.tally.operations) == sorted(one.word for one in able)


def one_page_too_many(seen: Seen, step: Mapping[str, Any]) -> Seen:
    """Leave what a discard frees in `mem_used_total`, once there is much of it."""
    columns = (seen.get("mm_stat") or "").split()
    if step["op"] == "discard" and len(columns) > 2 and int(columns[2]) > 0:
        columns[2] = str(int(columns[2]) + 4096)
        return {**seen, "mm_stat": " ".join(columns)}
    return seen


def test_a_difference_is_found_and_shrunk_to_the_operations_that_show_it() -> None:
    done, found, _ = campaign(one_page_too_many)
    assert done.tally.differing > 1
    assert [each.finding.place for each in found] == ["discard.mm_stat"]
    assert [str(one) for one in found[0].case.programs[0].operations] == [
        "write block=0 with=text:0",
        "discard block=0",
    ] or len(found[0].case.programs[0].operations) == 2
    assert "the kernel: " in found[0].finding.detail
    assert "expect" not in case_text(found[0].case)


class Moody:
    """Shows a wrong statistic, but not when it is asked again."""

    def __init__(self) -> None:
        self.shown = 0

    def __call__(self, seen: Seen, step: Mapping[str, Any]) -> Seen:
        if step["op"] == "read" and "io_stat" in seen:
            self.shown += 1
            if self.shown == 1:
                return {**seen, "io_stat": "9 9 9 9"}
        return seen


def test_what_a_kernel_does_not_repeat_is_told_but_is_no_difference() -> None:
    done, found, _ = campaign(Moody(), programs=5)
    assert done.tally.differing == 0
    assert done.tally.unsteady == 1
    assert [(each.finding.place, each.steady) for each in found] == [("read.io_stat", False)]


@pytest.mark.parametrize(
    ("release", "version"),
    [
        ("6.18.44-fc-v857", "6.18"),
        ("6.1.176", "6.1"),
        ("6.12.9+deb13-cloud-amd64", "6.12"),
        ("6.10.0", "6.8"),
        ("7.2.1", "6.19"),
        ("3.18.0", "4.6"),
    ],
)
def test_the_model_is_the_newest_version_that_is_not_newer(release: str, version: str) -> None:
    assert nearest_version(release) == version


def test_the_model_is_built_as_the_kernel_says_that_it_was() -> None:
    hello = ModelKernel("6.12").hello
    hello |= {
        "cpus": 8,
        "files": [*FILES, "backing_dev", "block_state"],
        "algorithms": ["lzo", "zstd"],
        "default_algorithm": "zstd",
        "config": {"CONFIG_ZSMALLOC_CHAIN_SIZE": "4"},
    }
    settings = settings_of(ZRAM, settings_for(hello))
    build = kernel_of("6.12", settings).build
    assert settings["cpus"] == 4
    assert build == Build(
        writeback=True,
        memory_tracking=True,
        multi_comp=False,
        chain_size=4,
        algorithms=("lzo", "zstd"),
        default_algorithm="zstd",
    )


def test_an_algorithm_without_a_library_is_for_comparisons_only() -> None:
    settings = settings_of(ZRAM, {"algorithms": "lzo-rle", "algorithm": "lzo-rle"})
    with pytest.raises(ValueError, match="no library compresses as lzo-rle does"):
        ZRAM.check("6.18", settings)
    Compared(ModelKernel("6.18")).check("6.18", settings)


@pytest.mark.parametrize(
    ("config", "algorithms"),
    [
        ({"CONFIG_CRYPTO_DEFLATE": "y", "CONFIG_CRYPTO_LZO": "y"}, "lzo,deflate"),
        ({"CONFIG_CRYPTO_DEFLATE": "y", "CONFIG_ZRAM_BACKEND_LZO": "y"}, "lzo"),
    ],
)
def test_a_kernel_may_compress_with_what_its_zram_does_not_list(
    config: dict[str, str], algorithms: str
) -> None:
    hello = ModelKernel("6.1").hello | {"config": config, "algorithms": ["lzo"]}
    assert settings_for(hello)["algorithms"] == algorithms


SHIFTED = """target zram
kernel 6.1
config writeback=no multi_comp=no algorithms=lz4
task A
  mem_limit pages=1
  write_many block=0 count=2 with=text:0 then=same:0x01
  read block=0
"""


def test_a_promise_that_both_break_in_the_same_way_is_no_difference() -> None:
    target = Compared(ModelKernel("6.1"))
    case = parse_case(SHIFTED, {"zram": ZRAM})
    assert [one.kind for one in execute(ZRAM, case).findings] != []
    outcome = execute(target, case)
    assert outcome.counters["answers"] == 3
    assert difference_in(outcome, case) is None


def test_no_kind_of_operation_is_tried_that_the_kernel_shall_be_spared() -> None:
    words = {kind.word for kind in Compared(ModelKernel("6.18")).operations}
    assert "write" in words
    assert "cpu" not in words
