"""Claims about the loop of our own."""

from pathlib import Path

from fuzz.program.case import Case
from fuzz.program.outcome import Outcome
from fuzz.program.text import case_text, parse_case
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.by_name import IN_PROCESS, search
from tests.toys import depot
from tests.toys.starts import failing_case


class Heard(Listener):
    """The texts of what ran, and what was new."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.novel: list[Case] = []

    def ran(self, case: Case, outcome: Outcome) -> None:
        self.texts.append(case_text(case))

    def kept(self, case: Case) -> None:
        self.novel.append(case)


def searched(folder: Path, runs: int) -> Heard:
    heard = Heard()
    search(IN_PROCESS, Assignment(depot.TARGET, "1", folder, seed=1, runs=runs), heard)
    return heard


def test_a_case_is_run_once(tmp_path: Path) -> None:
    texts = searched(tmp_path, 500).texts
    assert len(set(texts)) > 490


def test_what_reached_something_new_is_there_for_the_next_search(tmp_path: Path) -> None:
    first = searched(tmp_path, 200)
    kept = sorted(path.read_text() for path in tmp_path.iterdir())
    assert len(kept) == len(first.novel)
    again = searched(tmp_path, len(kept) + 3)
    assert set(kept) <= set(again.texts)
    assert len(again.novel) <= 3


def test_a_search_begins_with_the_cases_that_are_there(tmp_path: Path) -> None:
    failing = case_text(failing_case(depot.TARGET, ("hung-task", "move"), seed=1))
    (tmp_path / "seed").write_text(failing)
    (tmp_path / "rubbish").write_bytes(b"\x00\xff")
    heard = searched(tmp_path, 3)
    assert heard.texts[0] == failing
    assert all(parse_case(text, {"depot": depot.TARGET}) for text in heard.texts)
