"""The table of defects: each has a range that the features bear out, and a case that shows it."""

from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest

from fuzz.program.case import Case, Expectation
from fuzz.program.text import parse_case
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.defects.defect import Defect
from targets.linux.kernel.features import Features
from targets.linux.kernel.release import release_of
from targets.linux.kernel.versions import VERSIONS, kernel_named
from tests.targets.running import TARGETS

KNOWN: Final = Path(__file__).parents[5] / "corpus/known"

UNSHOWN: Final = {
    "zram-wb-limit-store-shared-lock": "a spinlock guards the budget besides",
    "zram-sync-flag-async-read": "a fault of the model waits for the page, however it comes",
    "unuse-ignores-failed-write": "a process is missed only in the middle of a fork",
}
"""Defects without a case, and why: what they break is nothing that a promise speaks of, or rare."""

each_defect = pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.slug)


def known_cases() -> list[Case]:
    paths = sorted(KNOWN.glob("*.case"))
    return [parse_case(path.read_text(encoding="utf-8"), TARGETS) for path in paths]


def shows(case: Case, slug: str) -> bool:
    """Whether a case expects a finding with a defect, and on the same kernel none without."""
    return any(
        one.kernel == other.kernel and one.kind and not other.kind and switches(one, other, slug)
        for one in case.expectations
        for other in case.expectations
    )


def switches(one: Expectation, other: Expectation, slug: str) -> bool:
    """Whether two expectations differ in nothing but a defect, which the first has."""
    put_in = {**dict(other.settings), "with": slug} == dict(one.settings)
    return put_in or {**dict(one.settings), "without": slug} == dict(other.settings)


def test_slugs_are_words_of_their_own() -> None:
    slugs = [defect.slug for defect in DEFECTS]
    assert len(slugs) == len(set(slugs))
    assert all(slug == slug.lower() and "," not in slug and slug != "all" for slug in slugs)


@each_defect
def test_a_defect_is_about_fields_that_there_are(defect: Defect) -> None:
    known = {field.name for field in fields(Features)}
    named = [each.field for each in defect.switches] + [name for name, _ in defect.needs]
    assert named
    assert set(named) <= known
    assert defect.sentence.endswith(".")


@each_defect
def test_the_releases_with_a_defect_are_those_whose_features_have_it(defect: Defect) -> None:
    has = [version for version in VERSIONS if defect.is_in(kernel_named(version).features)]
    assert has == [version for version in VERSIONS if defect.in_release(release_of(version))]


@each_defect
def test_a_case_shows_each_defect_and_is_clean_without(defect: Defect) -> None:
    shown = any(shows(case, defect.slug) for case in known_cases())
    assert shown is (defect.slug not in UNSHOWN)
