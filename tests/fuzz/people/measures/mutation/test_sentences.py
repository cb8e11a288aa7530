"""Sentences about mutants: whom they are about, and what they take out of the score."""

from pathlib import Path
from typing import Final

from fuzz.people.measures.mutation.mutants import Mutant, mutants_of
from fuzz.people.measures.mutation.score import not_equivalent, survivors
from fuzz.people.measures.mutation.sentences import read_sentences, sentence_about
from fuzz.people.measures.mutation.trial import Fate, Trial

TEXT: Final = """# Survivors

About them all.

- tests.toys.counter Counter.add: deleted-lock: *
- tests.toys.counter Nobody: *
  equivalent: the lock guards a single read.
- tests.toys.counter *: off-by-one: *
  nobody counts that far.
"""


def mutants(text: str) -> list[Mutant]:
    return [mutant for mutant in mutants_of("tests.toys.counter") if text in str(mutant)]


def test_a_sentence_is_about_the_mutants_before_it_on_whatever_line(tmp_path: Path) -> None:
    (tmp_path / "said.md").write_text(TEXT, encoding="utf-8")
    sentences = read_sentences(tmp_path / "said.md")
    (unlocked,) = mutants("deleted-lock")
    about = sentence_about(unlocked, sentences)
    assert about is not None
    assert (about.text, about.says_equivalent) == (
        "equivalent: the lock guards a single read.",
        True,
    )
    assert [one.says_equivalent for one in sentences] == [True, True, False]
    assert sentence_about(unlocked, sentences[1:]) is None


def test_what_is_equivalent_leaves_the_score_unless_somebody_notices(tmp_path: Path) -> None:
    (tmp_path / "said.md").write_text(TEXT, encoding="utf-8")
    sentences = read_sentences(tmp_path / "said.md")
    (unlocked,) = mutants("deleted-lock")
    same, found = (Trial(unlocked, fate, 1) for fate in (Fate.SAME, Fate.FOUND))
    assert not_equivalent([same, found], sentences) == [found]
    assert survivors([same, found], sentences) == [
        f"same: {unlocked} (1 cases)",
        "  equivalent: the lock guards a single read.",
    ]
