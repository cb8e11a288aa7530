"""Taking defects out of a kernel, until none is left that is unwelcome, and putting them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.words import label, words

if TYPE_CHECKING:
    from collections.abc import Collection

    from targets.linux.kernel.defects.defect import Defect
    from targets.linux.kernel.features import Features

ALL: Final = "all"
"""Stands for every defect that a kernel has, where defects are taken out."""


def switched(features: Features, wanted: Collection[str], unwanted: Collection[str]) -> Features:
    """Return features with the defects that are wanted, and without those that are not.

    `all` takes out what there is, and what taking that out uncovers; what is wanted goes in last.
    To take out what is not there changes nothing.
    ValueError, with one sentence for a person, for what there is not or what makes no sense.
    """
    known = {defect.slug: defect for defect in DEFECTS}
    _check(known, wanted, unwanted)
    while unwelcome := _first_in(features, unwanted):
        features = unwelcome.taken_from(features)
    for slug in wanted:
        features = _put_in(known[slug], features)
    return features


def _first_in(features: Features, unwanted: Collection[str]) -> Defect | None:
    return next(
        (
            defect
            for defect in DEFECTS
            if (ALL in unwanted or defect.slug in unwanted) and defect.is_in(features)
        ),
        None,
    )


def _check(known: Collection[str], wanted: Collection[str], unwanted: Collection[str]) -> None:
    for slug in (*wanted, *unwanted):
        if slug not in known and (slug != ALL or slug in wanted):
            raise ValueError(f"there is no defect {slug}; `swapstorm kernels V` lists those of V")
        if slug in wanted and slug in unwanted:
            raise ValueError(f"the defect {slug} is both asked for and taken away")


def _put_in(defect: Defect, features: Features) -> Features:
    if not defect.makes_sense_on(features):
        needed = [
            f"{label(name)} = {' or '.join(words(value) for value in values)}"
            for name, values in defect.needs
            if getattr(features, name) not in values
        ]
        needed += [
            f"{label(each.field)} = {' or '.join(dict.fromkeys(words(b) for _, b in each.mended))}"
            for each in defect.switches
            if not each.wrong_for(features)
        ]
        raise ValueError(
            f"the defect {defect.slug} means nothing here: it needs {', '.join(needed)}"
        )
    return defect.put_into(features)
