"""A run that is killed loses nothing that it has tried."""

from pathlib import Path

import pytest

from fuzz.keep.files import KeepError
from fuzz.people.errors import UserError
from fuzz.people.measures.mutation.journal import journal, trials_in
from fuzz.people.measures.mutation.mutants import mutants_of
from fuzz.people.measures.mutation.trial import Fate, Trial

MUTANTS = list(mutants_of("tests.toys.counter"))[:3]
TRIALS = [
    Trial(MUTANTS[0], Fate.FOUND, 3, "lost-update-add"),
    Trial(MUTANTS[1], Fate.SAME, 10),
]


def test_what_was_noted_is_read_again_though_the_last_line_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "score.jsonl"
    assert trials_in(path, {"seed": 1}, MUTANTS) == []
    with journal(path, {"seed": 1}, TRIALS[:1]) as note:
        note(TRIALS[1])
        assert trials_in(path, {"seed": 1}, MUTANTS) == TRIALS, "it is there at once"
    path.write_text(path.read_text() + '{"mutant": "tes')
    assert trials_in(path, {"seed": 1}, MUTANTS) == TRIALS
    assert trials_in(path, {"seed": 1}, MUTANTS[1:]) == TRIALS[1:]


def test_nobody_goes_on_with_what_was_asked_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "score.jsonl"
    with journal(path, {"seed": 1}, []):
        pass
    for text in (path.read_text(), "", "once upon a time\n"):
        path.write_text(text)
        with pytest.raises(UserError, match="is not what a run with these options has"):
            trials_in(path, {"seed": 2}, MUTANTS)


def test_a_journal_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(KeepError, match="cannot write the trials"), journal(tmp_path, {}, []):
        pytest.fail("nothing is tried")
