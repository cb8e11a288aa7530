"""How small does shrinking make cases, how alike, how quickly?

For each case of `corpus/known` that shows a bug with it and is clean without, found cases of that
bug are shrunk on the same kernel, with that bug alone where that is possible, and compared with
the known case: the smallest that a person came to.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import write_atomically
from fuzz.people.catalogue import Catalogue
from fuzz.people.measures.shrinking.journal import journal, trials_in
from fuzz.people.measures.shrinking.known import known_in
from fuzz.people.measures.shrinking.starts import Start, starts_of
from fuzz.people.measures.shrinking.trial import Trial, Verdict, shrink_start
from fuzz.people.measures.standalone import ended
from fuzz.people.source import read_case
from fuzz.people.text import table
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.people.measures.shrinking.known import Known
    from fuzz.program.target import Target

STARTS: Final = 10
HEADS: Final = ("case", "by hand", "smallest", *(v.value for v in Verdict), "alike", "runs", "s")
EQUAL: Final = (Verdict.SMALLER, Verdict.EQUAL, Verdict.OTHER)


def table_lines(trials: Sequence[Trial]) -> Iterator[str]:
    """Write a row a case, then the figures over all."""
    by_case = grouped(trials)
    yield from table(HEADS, [_row(name, own) for name, own in by_case.items()])
    yield ""
    yield from figures(trials)


def grouped(trials: Sequence[Trial]) -> dict[str, list[Trial]]:
    """Put together the trials of each case."""
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        found.setdefault(trial.name, []).append(trial)
    return found


def _row(name: str, trials: Sequence[Trial]) -> list[str]:
    verdicts = Counter(trial.verdict for trial in trials)
    smallest = min((trial.after.elements, trial.after) for trial in trials)[1]
    return [
        name,
        "+".join(map(str, trials[0].by_hand)),
        "+".join(map(str, smallest)),
        *(str(verdicts[verdict] or "") for verdict in Verdict),
        f"{_alike(trials)}/{len(trials)}",
        f"{median(trial.executions for trial in trials):.0f}",
        f"{median(trial.seconds for trial in trials):.1f}",
    ]


def _alike(trials: Sequence[Trial]) -> int:
    """Count the starts that came to the commonest text."""
    return Counter(trial.text for trial in trials).most_common(1)[0][1]


def figures(trials: Sequence[Trial]) -> Iterator[str]:
    """Write what it all comes to."""
    cases = grouped(trials).values()
    found = sum(trial.found for trial in trials)
    yield f"{len(trials)} starts of {len(cases)} cases; a search found {found} of them"
    verdicts = Counter(trial.verdict for trial in trials)
    for verdict in Verdict:
        yield f"{verdict.value}: {_share(verdicts[verdict], len(trials))}"
    small = sum(verdicts[verdict] for verdict in EQUAL)
    yield f"no larger than by hand: {_share(small, len(trials))}"
    alike = sum(_alike(own) == len(own) for own in cases)
    yield f"cases with one text from all starts: {_share(alike, len(cases))}"
    executions = [trial.executions for trial in trials]
    seconds = [trial.seconds for trial in trials]
    yield f"executions: median {median(executions):.0f}, most {max(executions)}"
    yield f"seconds: median {median(seconds):.1f}, most {max(seconds):.1f}"
    yield f"out of budget: {sum(not trial.minimal for trial in trials)}"
    yield f"another bug of the same identity: {sum(trial.slipped for trial in trials)}"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)"


def _trials_of(
    target: Target, known: Known, asked: argparse.Namespace, done: set[tuple[str, int]]
) -> Iterator[Trial]:
    if all((known.name, number) in done for number in range(asked.starts)):
        return
    for number, start in enumerate(_starts(target, known, asked)):
        if (known.name, number) not in done:
            yield shrink_start(target, known, number, start)


def _starts(target: Target, known: Known, asked: argparse.Namespace) -> Iterator[Start]:
    """Take the starts from the folder that keeps them, or make them and keep them there."""
    folder: Path | None = asked.kept_in
    if folder is None:
        yield from starts_of(target, known, asked.starts)
        return
    own = folder / known.name
    if (
        not (own / f"{asked.starts - 1}-found.case").exists()
        and not (own / f"{asked.starts - 1}-blown-up.case").exists()
    ):
        own.mkdir(parents=True, exist_ok=True)
        for number, start in enumerate(starts_of(target, known, asked.starts)):
            how = "found" if start.found else "blown-up"
            write_atomically(own / f"{number}-{how}.case", case_text(start.case))
    for number in range(asked.starts):
        path = next(iter(sorted(own.glob(f"{number}-*.case"))))
        yield Start(read_case(path, {target.name: target}), path.stem.endswith("found"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("measure-shrinking", description=__doc__)
    parser.add_argument("paths", metavar="CASE", nargs="+", type=Path, help="cases, or folders")
    parser.add_argument("--starts", type=int, default=STARTS, help=f"of each case ({STARTS})")
    parser.add_argument(
        "--among", nargs="*", metavar="TEXT", help="cases whose name or bug has any of these"
    )
    parser.add_argument("--every", type=int, default=1, help="only each n-th case (1)")
    parser.add_argument("--kept-in", type=Path, metavar="DIR", help="keep the starts, or use them")
    parser.add_argument("--json", type=Path, help="write each trial there, too, a line of JSON")
    parser.add_argument("--resume", action="store_true", help="go on with that file")
    asked = parser.parse_args()
    if asked.resume and not asked.json:
        parser.error("--resume: expected --json FILE, too")
    return asked


def _known(asked: argparse.Namespace) -> Iterator[tuple[Target, Known]]:
    targets = Catalogue()
    files = [
        file
        for path in asked.paths
        for file in (sorted(path.rglob("*.case")) if path.is_dir() else [path])
    ]
    for file in files[:: asked.every]:
        case = read_case(file, targets)
        known = known_in(targets[case.target], file.stem, case)
        if known is None:
            sys.stderr.write(f"{file.stem}: shows no bug with it and not without\n")
        elif not asked.among or any(t in known.name or t in known.bug for t in asked.among):
            yield targets[case.target], known


def main() -> None:
    """Print the table, and the figures."""
    asked = _arguments()
    trials = trials_in(asked.json) if asked.resume else []
    done = {(trial.name, trial.start) for trial in trials}
    with journal(asked.json, trials) as note:
        for target, known in _known(asked):
            for trial in _trials_of(target, known, asked, done):
                note(trial)
                trials.append(trial)
                sys.stderr.write(
                    f"{trial.name} {trial.start}: {trial.before} to {trial.after}, "
                    f"{trial.verdict.value}, {trial.executions} runs, {trial.seconds:.1f} s\n"
                )
    sys.stdout.writelines(f"{line}\n" for line in table_lines(trials))


if __name__ == "__main__":
    sys.exit(ended(main))
