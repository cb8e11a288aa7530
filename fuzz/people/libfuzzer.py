"""Harnesses for OSS-Fuzz and ClusterFuzzLite: a libFuzzer program a target.

libFuzzer keeps the inputs, which are cases as text; they are changed as cases, and what they reach
is counted as in every search here. A finding is raised, which libFuzzer takes for a crash.
The kernel is the target's newest without its known bugs, so that whatever is found is new.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from fuzz.keep.corpus import Corpus
from fuzz.people.catalogue import find_target
from fuzz.people.seeds import seeds
from fuzz.program.operation import arguments_of
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.explorer import Explorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

RUNS_MAX: Final = 2**62
"""libFuzzer itself decides when it ends."""

MENDED: Final = ("without", "all")
"""The setting, where a target has it, that spares a kernel its known bugs."""
DATE: Final = (1980, 1, 1, 0, 0, 0)
"""When everything in an archive was written: the same corpus is the same archive."""


OPTIONS: Final = "[libfuzzer]\nmax_len = 16384\nlen_control = 0\n"
"""A case of 16 operations with a few hundred switches is that long."""


class FindingError(Exception):
    """A promise is broken; the case that shows it follows."""

    def __init__(self, finding: Finding, case: Case) -> None:
        """Say what was found, and write down the case with every switch and fault named."""
        super().__init__(f"{finding.signature}: {finding.title}\n\n{case_text(case)}")


class Raising(Listener):
    """Raises what is found."""

    def found(self, finding: Finding, case: Case) -> None:
        """Raise it."""
        raise FindingError(finding, case)


def assignment_for(target: Target, inputs: Path) -> Assignment:
    """Return what a harness searches, until libFuzzer ends it."""
    return Assignment(
        target=target,
        kernel=target.kernels[-1],
        inputs=inputs,
        settings=settings_for(target),
        runs=RUNS_MAX,
    )


def settings_for(target: Target) -> dict[str, str]:
    """Return the settings that every case of a harness has."""
    return dict([MENDED]) if any(one.name == MENDED[0] for one in target.settings) else {}


def fitted(data: bytes, assignment: Assignment) -> bytes:
    """Return an input as a case of the assignment's kernel and settings; rubbish as it is."""
    target = assignment.target
    try:
        case = parse_case(data, {target.name: target})
        case = replace(
            case,
            kernel=assignment.kernel,
            settings=tuple({**dict(case.settings), **assignment.settings}.items()),
        )
        return case_text(parse_case(case_text(case), {target.name: target})).encode()
    except CaseError:
        return data


def fuzz_forever(name: str, arguments: Sequence[str]) -> None:
    """Be a libFuzzer program for an installed target."""
    import atheris  # noqa: PLC0415 - where there is none, archives can be made all the same

    from fuzz.search.engines.atheris_engine import Changing  # noqa: PLC0415
    from fuzz.search.engines.text_inputs import TextInputs  # noqa: PLC0415

    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="swapstorm-")))
        assignment = assignment_for(find_target(name), folder)
        callbacks = Changing(TextInputs(Explorer(assignment, Raising())))
        atheris.Setup(
            list(arguments),
            lambda data: callbacks.run(fitted(data, assignment)),
            custom_mutator=callbacks.mutate,
            custom_crossover=callbacks.cross,
        )
        atheris.Fuzz()


def dictionary(target: Target) -> str:
    """Write libFuzzer's dictionary of a target: every word that its cases may have."""
    words = [operation.word for operation in target.operations]
    words += [f"{a.key}=" for kind in target.operations for a in arguments_of(kind)]
    words += [f"{setting.name}=" for setting in target.settings]
    words += [point.name for point in target.fault_points]
    words += [fault for point in target.fault_points for fault in point.faults]
    words += ["task ", "fault ", "switch ", "config ", "schedule ", "inject "]
    return "".join(f'"{word}"\n' for word in sorted(dict.fromkeys(words)))


def seed_corpus(target: Target, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of each case of a corpus that a harness can begin with."""
    settings: Mapping[str, str] = settings_for(target)
    texts, _ = seeds(Corpus(folder), target, target.kernels[-1], settings)
    yield from ((f"{number:04}.case", text) for number, text in enumerate(texts))


def main(words: Sequence[str]) -> None:
    """Write the seed corpus, the dictionary and the options of a harness into a folder."""
    parser = argparse.ArgumentParser("python -m fuzz.people.libfuzzer", description=main.__doc__)
    parser.add_argument("target")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(words)
    target = find_target(asked.target)
    harness: Path = asked.out / f"fuzz_{target.name}"
    harness.with_name(f"{harness.name}.dict").write_text(dictionary(target), encoding="ascii")
    harness.with_name(f"{harness.name}.options").write_text(OPTIONS, encoding="ascii")
    with zipfile.ZipFile(harness.with_name(f"{harness.name}_seed_corpus.zip"), "w") as archive:
        for name, text in seed_corpus(target, asked.corpus):
            archive.writestr(zipfile.ZipInfo(name, DATE), text)


if __name__ == "__main__":
    main(sys.argv[1:])
