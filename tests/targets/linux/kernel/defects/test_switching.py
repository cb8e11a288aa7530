"""Defects are taken out of kernels and put into them, as features."""

import re

import pytest

from targets.linux.kernel.history.block import IntegrityCapability, Revalidation, ZramCapability
from targets.linux.kernel.history.swap import StableAnon
from targets.linux.kernel.history.zram import SlotFreed
from targets.linux.kernel.versions import VERSIONS, kernel_named

OUTSIDE = "zram-revalidate-outside-init-lock"
LOST = "zram-stable-flag-lost-on-revalidate"
OVERRUN = "anon-stable-overrun"
RACE = "zram-slot-write-race"


def test_a_kernel_has_the_defects_that_its_release_had() -> None:
    assert RACE in kernel_named("6.14").defects
    assert RACE not in kernel_named("6.12").defects
    assert RACE not in kernel_named("6.17").defects


def test_a_defect_that_is_taken_out_leaves_the_value_that_mends_it() -> None:
    kernel = kernel_named("6.14", without_defects=[RACE])
    assert kernel.features.slot_freed is SlotFreed.LAST
    assert kernel.defects == kernel_named("6.14").defects - {RACE}


def test_a_defect_is_put_in_where_it_makes_sense() -> None:
    kernel = kernel_named("6.12", with_defects=[RACE])
    assert kernel.features.slot_freed is SlotFreed.FIRST
    assert kernel.defects == kernel_named("6.12").defects | {RACE}


def test_what_a_fix_needs_comes_along() -> None:
    features = kernel_named("4.9", without_defects=[OVERRUN]).features
    assert features.stable_anon is StableAnon.SWAP_FLAG
    assert features.zram_capability is ZramCapability.AFTER_REVALIDATE
    assert features.revalidation is Revalidation.UNDER_INIT_LOCK


def test_a_fix_may_uncover_a_defect_and_all_takes_that_out_too() -> None:
    assert LOST in kernel_named("4.9", without_defects=[OVERRUN]).defects
    features = kernel_named("4.9", without_defects=["all"]).features
    assert features.integrity_capability is IntegrityCapability.REGISTERED
    assert features.zram_capability is ZramCapability.AT_CREATION_AND_AGAIN


@pytest.mark.parametrize("version", VERSIONS)
def test_all_takes_every_defect_out(version: str) -> None:
    assert kernel_named(version, without_defects=["all"]).defects == frozenset()


def test_all_but_one_leaves_that_one() -> None:
    kernel = kernel_named("6.14", with_defects=[RACE], without_defects=["all"])
    assert kernel.defects == frozenset({RACE})


def test_to_take_out_what_is_not_there_changes_nothing() -> None:
    assert kernel_named("4.10", without_defects=[OUTSIDE]) == kernel_named("4.10")


def test_to_put_in_what_is_there_changes_nothing() -> None:
    assert kernel_named("6.14", with_defects=[RACE]) == kernel_named("6.14")


@pytest.mark.parametrize(
    ("version", "wanted", "unwanted", "sentence"),
    [
        ("4.9", ["rust"], [], "there is no defect rust; `swapstorm kernels V` lists those of V"),
        ("4.9", [], ["rust"], "there is no defect rust; `swapstorm kernels V` lists those of V"),
        ("4.9", ["all"], [], "there is no defect all; `swapstorm kernels V` lists those of V"),
        ("4.10", [OUTSIDE], [OUTSIDE], f"the defect {OUTSIDE} is both asked for and taken away"),
        (
            "4.9",
            [OUTSIDE],
            [],
            f"the defect {OUTSIDE} means nothing here: "
            "it needs zram capability = set again after each revalidation, which clears it "
            "or set when the device is made, and again after each revalidation",
        ),
        (
            "4.14",
            [OUTSIDE],
            [],
            f"the defect {OUTSIDE} means nothing here: "
            "it needs integrity capability = each revalidation sets or clears the capability, "
            "by whether there is a profile",
        ),
        (
            "6.19",
            ["zs-pages-compacted-race", "swapoff-vs-swap-ops"],
            [],
            "the defect swapoff-vs-swap-ops means nothing here: "
            "it needs area users = each look holds it for itself, "
            "and finds nothing when it is going",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_it_needs(
    version: str, wanted: list[str], unwanted: list[str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        kernel_named(version, with_defects=wanted, without_defects=unwanted)
