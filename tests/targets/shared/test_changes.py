from typing import Final

from targets.linux.kernel.versions import kernel_named
from targets.shared.changes import changes_between, repairs_of, with_changes

SLUG: Final = "as-flag-never-cleared"


def test_all_changes_between_two_kernels_make_the_newer_of_the_older_one() -> None:
    older, newer = kernel_named("4.9"), kernel_named("4.10")
    changed = with_changes(older, changes_between(older, newer))
    assert (changed.features, changed.defects) == (newer.features, newer.defects)


def test_a_defect_is_a_repair_of_the_kernel_that_has_it() -> None:
    sick = kernel_named("4.9", design="as-flag", with_defects=(SLUG,))
    (repair,) = [one for one in repairs_of(sick) if SLUG in one.sentence]
    assert SLUG not in with_changes(sick, [repair]).defects
