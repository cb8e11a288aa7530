"""Kernels by name: history, designs, defects."""

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.features import Features
from targets.linux.kernel.history.block import Revalidation, ZramCapability
from targets.linux.kernel.history.compression import Streams
from targets.linux.kernel.history.swap import StableAnon
from targets.linux.kernel.history.zsmalloc import FreeLink
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.release import release_of
from targets.linux.kernel.timeline import TIMELINE
from targets.linux.kernel.versions import (
    DESIGNS,
    VERSIONS,
    kernel_named,
)
from targets.linux.kernel.words import describe, differences

OUTSIDE = "zram-revalidate-outside-init-lock"
OF_TWO_PASSES = (
    "anon-stable-overrun",
    "zram-second-pass-handle-leak",
    "zram-odirect-double-fetch",
)


def sentence_of(slug: str) -> str:
    return next(defect.sentence for defect in DEFECTS if defect.slug == slug)


def test_the_oldest_kernel_has_the_defaults() -> None:
    assert kernel_named("4.6") == Kernel("4.6", Features())


@pytest.mark.parametrize(
    ("version", "streams", "link", "stable_anon"),
    [
        ("4.6", Streams.LOCKED, FreeLink.LOCATION, StableAnon.NONE),
        ("4.7", Streams.PER_CPU, FreeLink.LOCATION, StableAnon.NONE),
        ("4.9", Streams.PER_CPU, FreeLink.INDEX, StableAnon.NONE),
        ("4.10", Streams.PER_CPU, FreeLink.INDEX, StableAnon.SWAP_FLAG),
        ("6.1", Streams.PER_CPU, FreeLink.INDEX, StableAnon.SWAP_FLAG),
    ],
)
def test_a_kernel_has_every_change_up_to_its_release(
    version: str, streams: Streams, link: FreeLink, stable_anon: StableAnon
) -> None:
    features = kernel_named(version).features
    assert (features.streams, features.free_link) == (streams, link)
    assert features.stable_anon is stable_anon


@pytest.mark.parametrize("version", VERSIONS)
def test_a_row_of_a_later_release_changes_nothing(version: str) -> None:
    release = tuple(map(int, version.split(".")))
    features = Features()
    for row in TIMELINE:
        if row.release <= release:
            features = row.applied_to(features)
    assert kernel_named(version).features == features


def test_releases_come_in_order_and_4_10_after_4_9() -> None:
    releases = [row.release for row in TIMELINE]
    assert releases == sorted(releases)
    assert kernel_named("4.9").features.stable_anon is StableAnon.NONE


@pytest.mark.parametrize("design", ["v1", "as-flag", "v2", "wait"])
@pytest.mark.parametrize("version", ["4.7", "4.9", "4.10"])
def test_a_design_comes_with_the_patches_that_it_needs(version: str, design: str) -> None:
    assert kernel_named(version, design=design).features == replace(
        kernel_named(version).features,
        stable_anon=DESIGNS[design],
        zram_capability=ZramCapability.AFTER_REVALIDATE,
        revalidation=Revalidation.UNDER_INIT_LOCK,
    )


def test_v2_is_what_4_10_has() -> None:
    assert kernel_named("4.10", design="v2") == kernel_named("4.10")


def test_no_design_takes_only_the_part_of_mm_out() -> None:
    expected = replace(kernel_named("4.10").features, stable_anon=StableAnon.NONE)
    assert kernel_named("4.10", design="none").features == expected


@pytest.mark.parametrize("version", ["4.6", "4.7", "4.9"])
def test_older_kernels_have_no_design_by_themselves(version: str) -> None:
    assert kernel_named(version, design="none") == kernel_named(version)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"version": "4.8"}, f"no kernel 4.8 is modelled; there are {', '.join(VERSIONS)}"),
        ({"version": "latest"}, f"no kernel latest is modelled; there are {', '.join(VERSIONS)}"),
        (
            {"version": "4.9", "design": "v3"},
            "there is no design v3; there are none, v1, as-flag, v2, wait",
        ),
        (
            {"version": "4.6", "design": "v2"},
            f"4.6 has no design v2; designs are for {', '.join(VERSIONS[1:])}",
        ),
    ],
)
def test_an_impossible_kernel_is_refused_with_what_is_known(
    arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        kernel_named(**arguments)


def test_the_difference_between_two_kernels_is_said_in_words() -> None:
    assert differences(kernel_named("4.6"), kernel_named("4.7")) == [
        "+ 4.7 (da9556a2367c): zram asks for an object without sleeping first; "
        "when it has slept, it compresses again.",
        "+ 4.7: zram counts its second compressions in debug_stat.",
        "+ 4.7 (da9556a2367c): Compression streams became per-CPU: who holds one cannot sleep.",
        *(f"+ defect {slug}: {sentence_of(slug)}" for slug in OF_TWO_PASSES),
    ]


def test_what_a_kernel_is_without_is_said_too() -> None:
    there = differences(kernel_named("4.6"), kernel_named("4.7"))
    back = differences(kernel_named("4.7"), kernel_named("4.6"))
    assert back == [line.replace("+", "-", 1) for line in there]


@pytest.mark.parametrize("older", VERSIONS)
def test_only_what_releases_in_between_made_different_is_told(older: str) -> None:
    newer = kernel_named(VERSIONS[-1])
    there = differences(kernel_named(older), newer)
    back = differences(newer, kernel_named(older))
    assert [line[2:] for line in there] == [line[2:] for line in back]
    there = [line for line in there if " defect " not in line]
    assert all(line.startswith("+ ") for line in there)
    told = [tuple(map(int, line[2:].split()[0].rstrip(":").split("."))) for line in there]
    assert told == sorted(told)
    assert all(release > release_of(older) for release in told)


def test_a_design_that_no_release_had_is_said_as_a_value() -> None:
    plain, v1 = kernel_named("4.10", design="none"), kernel_named("4.10", design="v1")
    assert differences(plain, v1) == [
        "stable anon: it does not ask -> "
        "v1: it asks the backing device of the swapper space's host inode",
        f"- defect anon-stable-overrun: {sentence_of('anon-stable-overrun')}",
        f"- defect crc-swapdev-mutation: {sentence_of('crc-swapdev-mutation')}",
    ]


def test_the_difference_names_defects() -> None:
    fixed, broken = kernel_named("4.10"), kernel_named("4.10", with_defects=[OUTSIDE])
    line = f"defect {OUTSIDE}: {sentence_of(OUTSIDE)}"
    assert differences(fixed, broken) == [f"+ {line}"]
    assert differences(broken, fixed) == [f"- {line}"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kernel_does_not_differ_from_itself(version: str) -> None:
    assert differences(kernel_named(version), kernel_named(version)) == []


def test_a_kernel_is_described_by_all_its_features_and_defects() -> None:
    lines = describe(kernel_named("4.10", with_defects=[OUTSIDE]))
    own = len(kernel_named("4.10").defects)
    assert len(lines) == len(fields(Features)) + own + 1
    assert "streams: one stream a CPU, held with preemption disabled" in lines
    assert f"defect {OUTSIDE}: {sentence_of(OUTSIDE)}" in lines


@pytest.mark.parametrize("design", ["v1", "as-flag", "wait"])
def test_designs_that_changed_reuse_swap_page_end_with_it(design: str) -> None:
    assert kernel_named("5.17", design=design).version == "5.17"
    with pytest.raises(ValueError, match="has no reuse_swap_page"):
        kernel_named("5.19", design=design)


@pytest.mark.parametrize("design", ["none", "v2"])
def test_a_flag_or_nothing_is_a_design_for_every_kernel(design: str) -> None:
    assert kernel_named("6.19", design=design).features.stable_anon is DESIGNS[design]
