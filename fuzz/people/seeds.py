"""Seeds: the cases of a corpus, made to fit the kernel and the settings that a search is for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.keep.files import one_line
from fuzz.people.asking import refused
from fuzz.people.text import counted
from fuzz.program.case import bare, with_settings
from fuzz.program.text import case_text, parse_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.keep.corpus import Corpus
    from fuzz.program.target import Target


def seeds(
    corpus: Corpus, target: Target, kernel: str, settings: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Return the cases of a corpus as a search can use them, and notes about those it cannot."""
    texts: dict[str, None] = {}
    unfit: list[str] = []
    for text in corpus:
        try:
            texts[fitted(text, target, kernel, settings)] = None
        except ValueError as error:
            unfit.append(str(error))
    notes = list(corpus.notes)
    if unfit:
        where = one_line(corpus.folder)
        notes.append(f"skipped {counted(len(unfit), 'case')} of {where}; the first: {unfit[0]}")
    return list(texts), notes


def fitted(text: str, target: Target, kernel: str, settings: Mapping[str, str]) -> str:
    """Return a case on another kernel, with fixed settings; ValueError says why it cannot be."""
    case = bare(parse_case(text, {target.name: target}))
    case = with_settings(replace(case, kernel=kernel), tuple(settings.items()))
    if refusal := refused(target, case):
        raise ValueError(refusal)
    return case_text(case)
