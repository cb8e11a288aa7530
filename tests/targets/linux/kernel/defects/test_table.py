"""The table of defects: each has a range that the features bear out, and a case that shows it."""

from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest

from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.defects.defect import Defect
from targets.linux.kernel.features import Features
from targets.linux.kernel.release import release_of
from targets.linux.kernel.versions import VERSIONS, kernel_named

KNOWN: Final = Path(__file__).parents[5] / "corpus/known"

each_defect = pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.slug)


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
