"""The mutation score of a model: how many small mistakes a fixed budget of cases brings to light.

`scripts/mutation-score` makes mistakes in functions of a package, one at a time (a lock left out, a
statement forgotten, two swapped, a condition negated, a bound off by one, a wrong errno), and runs
the same cases with each until a judge objects: kept cases, their children, and fresh ones.
Functions are exchanged in a process of its own, so that no file is touched.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.people.catalogue import find_target
from fuzz.people.errors import UserError
from fuzz.people.measures.mutation.budget import baseline, drawn, kept_cases
from fuzz.people.measures.mutation.journal import journal, trials_in
from fuzz.people.measures.mutation.mutants import modules_of, mutants_of, sample
from fuzz.people.measures.mutation.sentences import read_sentences, sentence_about
from fuzz.people.measures.mutation.trial import MILDER, Fate, trials
from fuzz.people.measures.standalone import CHECKOUT, ended, setting_in
from fuzz.people.text import table
from fuzz.program.target import IsNotSearched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.people.measures.mutation.budget import Baseline
    from fuzz.people.measures.mutation.mutants import Mutant
    from fuzz.people.measures.mutation.sentences import Sentence
    from fuzz.people.measures.mutation.trial import Trial

KILLED: Final = (Fate.FOUND, Fate.ASSERTED, Fate.ENDLESS)
DECIDING: Final = (
    *("package", "leave_out", "only", "mutants", "seed", "among"),
    *("target", "kept", "set", "cases", "each"),
)
"""Options that decide which mutants are tried, and with which cases."""


def score_table(tried: Sequence[Trial]) -> list[str]:
    """Count the fates, a row for each kind of mistake.

    The share is that of the mutants which some case shows to be different at all.
    """
    rows: list[list[str]] = []
    for operator in (*sorted({trial.mutant.operator for trial in tried}), "all"):
        own = [trial for trial in tried if operator in (trial.mutant.operator, "all")]
        fates = Counter(trial.fate for trial in own)
        killed = sum(fates[fate] for fate in KILLED)
        different = killed + fates[Fate.UNNOTICED]
        share = f"{100 * killed / different:.0f} %" if different else "-"
        rows.append([operator, share, *(str(fates[fate]) for fate in Fate)])
    return table(["mistake", "killed", *(fate.value for fate in Fate)], rows)


def not_equivalent(tried: Sequence[Trial], sentences: Sequence[Sentence]) -> list[Trial]:
    """Leave out the mutants of which a sentence says that they are equivalent, if they survive."""
    said = [sentence_about(trial.mutant, sentences) for trial in tried]
    return [
        trial
        for trial, sentence in zip(tried, said, strict=True)
        if trial.fate in KILLED or sentence is None or not sentence.says_equivalent
    ]


def survivors(tried: Sequence[Trial], sentences: Sequence[Sentence] = ()) -> list[str]:
    """List the mutants that nothing brought to light, one a line, then what is said of each."""
    alive = [trial for trial in tried if trial.fate in (*MILDER, Fate.UNREACHED)]
    alive.sort(key=lambda trial: list(Fate).index(trial.fate))
    lines: list[str] = []
    for trial in alive:
        sentence = sentence_about(trial.mutant, sentences)
        lines.append(f"{trial.fate.value}: {trial.mutant}{_effort(trial)}")
        lines += [f"  {sentence.text}"] if sentence else []
    return lines


def _effort(trial: Trial) -> str:
    effort = f"{trial.runs} cases" if trial.runs else ""
    said = "; ".join(filter(None, (effort, trial.by)))
    return f" ({said})" if said else ""


def _budget(asked: argparse.Namespace) -> list[Baseline]:
    clean = tuple(setting_in("--set", pair) for pair in asked.set)
    kept = kept_cases(sorted(CHECKOUT.glob(asked.kept)), clean)
    if not kept:
        raise UserError(f"--kept: expected a pattern of cases, not {asked.kept!a}")
    targets = {name: find_target(name) for name in asked.target}
    cases = [*kept]
    for target in (one for one in targets.values() if not isinstance(one, IsNotSearched)):
        cases += drawn(target, kept, clean, asked.cases)
    budget = [baseline(targets[case.target], case) for case in cases if case.target in targets]
    _say(f"{len(budget)} cases, of which {sum(bool(one.signatures) for one in budget)} show anyway")
    return budget


def _chosen(asked: argparse.Namespace) -> list[Mutant]:
    names = modules_of(asked.package, asked.leave_out)
    mutants = [mutant for name in names for mutant in mutants_of(name)]
    if asked.only:
        mutants = [mutant for mutant in mutants if asked.only in str(mutant)]
    chosen = sample(mutants, asked.mutants, asked.seed)
    _say(f"{len(chosen)} of {len(mutants)} possible mutants of {len(names)} modules")
    if asked.among:
        chosen = [one for one in chosen if any(text in str(one) for text in asked.among)]
        _say(f"{len(chosen)} of them are tried")
    return chosen


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "mutation-score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--package", required=True, help="what mistakes are made in")
    parser.add_argument("--target", nargs="+", required=True, help="what runs the cases")
    parser.add_argument(
        "--leave-out",
        nargs="*",
        default=[],
        metavar="WORD",
        help="parts of module names: tables, and what only judges look through",
    )
    parser.add_argument("--kept", default="corpus/*/*.case", help="a pattern: kept cases to run")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--mutants", type=int, default=420, help="how many to try (420)")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants whose line has this")
    parser.add_argument(
        "--among",
        nargs="*",
        default=[],
        metavar="TEXT",
        help="of those chosen, try the ones whose line has any of these",
    )
    parser.add_argument("--cases", type=int, default=2000, help="cases drawn a target (2000)")
    parser.add_argument("--each", type=int, default=1000, help="most cases a mutant (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which mutants (1)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sentences", type=Path, help="a file that says more of survivors")
    parser.add_argument(
        "--json", type=Path, help="write every trial there, too, a line of JSON each, as it ends"
    )
    parser.add_argument(
        "--resume", action="store_true", help="take from that file what was tried already"
    )
    asked = parser.parse_args()
    if asked.resume and not asked.json:
        parser.error("--resume: expected --json FILE, too")
    return asked


def main() -> None:
    """Print the score by kind of mistake, and the survivors."""
    asked = _arguments()
    tried = _tried(asked)
    tried.sort(key=lambda trial: str(trial.mutant))
    sentences = read_sentences(asked.sentences) if asked.sentences else []
    lines = [*score_table(tried), ""]
    if sentences:
        known = score_table(not_equivalent(tried, sentences))
        lines += ["Without those that are known to be equivalent:", "", *known, ""]
    lines += ["Survivors:", "", *survivors(tried, sentences)]
    sys.stdout.write("\n".join(lines) + "\n")


def _tried(asked: argparse.Namespace) -> list[Trial]:
    """Try what was chosen, but for what an earlier run has tried."""
    chosen, deciding = _chosen(asked), {key: getattr(asked, key) for key in DECIDING}
    tried = trials_in(asked.json, deciding, chosen) if asked.resume else []
    known = {str(trial.mutant) for trial in tried}
    left = [mutant for mutant in chosen if str(mutant) not in known]
    with journal(asked.json, deciding, tried) as note:
        for trial in trials(left, _budget(asked), asked.each, asked.workers):
            note(trial)
            tried.append(trial)
            _say(f"{len(tried)}: {trial.fate.value} {trial.by[:80]}: {trial.mutant}")
    return tried


if __name__ == "__main__":
    sys.exit(ended(main))
