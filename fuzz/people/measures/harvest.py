"""Harvesting: of many cases, keep those that each reach something that none before them does.

`scripts/harvest-corpus` runs it over what campaigns have kept. Small cases come first, so that the
corpus is small, too, and reads from the simple to the odd.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.keep.corpus import Corpus
from fuzz.keep.files import make_folder, write_atomically
from fuzz.people.catalogue import find_target
from fuzz.people.measures.standalone import ended
from fuzz.program.case import bare, expecting
from fuzz.program.execute import execute, materialised
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.feedback import Feedback

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.program.case import Case
    from fuzz.program.target import Target


def reaching(target: Target, cases: Iterable[Case]) -> Iterator[Case]:
    """Yield, smallest first, the cases that reach a feature which none before them reaches.

    Each is materialised, and expects on its kernel just what it shows there: a finding or nothing.
    """
    feedback = Feedback()
    reached: set[int] = set()
    for case in sorted(cases, key=lambda case: (case.size, len(case_text(case)), case_text(case))):
        outcome = execute(target, case)
        features = feedback.counters(case, outcome)
        if features <= reached:
            continue
        reached |= features
        yield expecting(materialised(bare(case), outcome), outcome.findings)


def harvest(target: Target, folders: Iterable[Path], into: Path, most: int) -> int:
    """Write up to `most` such cases of some folders to another one; return how many."""
    cases: list[Case] = []
    for folder in folders:
        for text in Corpus(folder):
            try:
                cases.append(parse_case(text, {target.name: target}))
            except CaseError as error:
                sys.stderr.write(f"skipped a case of {folder}: {error}\n")
    make_folder(into, "the corpus")
    count = 0
    for count, case in enumerate(reaching(target, cases), 1):
        words = dict.fromkeys(o.word for program in case.programs for o in program.operations)
        name = f"{count:03}-{'-'.join(list(words)[:3]) or 'nothing'}.case"
        write_atomically(into / name, case_text(case))
        if count == most:
            break
    return count


def main() -> None:
    """Harvest what the arguments say."""
    parser = argparse.ArgumentParser("harvest-corpus", description=__doc__)
    parser.add_argument("--target", default="swap")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--most", type=int, default=120)
    parser.add_argument("folders", nargs="+", type=Path)
    asked = parser.parse_args()
    count = harvest(find_target(asked.target), asked.folders, asked.into, asked.most)
    sys.stdout.write(f"{count} cases in {asked.into}\n")


if __name__ == "__main__":
    sys.exit(ended(main))
