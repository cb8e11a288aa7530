"""What a search is told to pass over."""

import json
from pathlib import Path

import pytest

from fuzz.people.errors import UserError
from fuzz.people.known import known_signatures
from tests.fuzz.people.toys import LOST
from tests.toys import counter, depot

FOUND = LOST + "expect 1 lost-update add\n"


@pytest.fixture
def crashes(tmp_path: Path) -> Path:
    folder = tmp_path / "crashes"
    (folder / "lost-update-add").mkdir(parents=True)
    (folder / "lost-update-add/minimal.case").write_text(FOUND)
    (folder / "notes").mkdir()
    return folder


def test_a_crash_folder_is_known_by_what_its_case_expects(crashes: Path) -> None:
    assert known_signatures([crashes], counter.TARGET) == ("lost-update-add",)
    assert known_signatures([crashes], depot.TARGET) == ()
    assert known_signatures([], counter.TARGET) == ()


def test_a_triage_is_known_by_its_bugs(tmp_path: Path) -> None:
    bug = {"kind": "leak", "place": "put", "title": "", "harm": "leak", "state": "open"}
    mended = {**bug, "place": "get", "state": "fixed"}
    words = {"format": 1, "groups": [{**each, "cases": []} for each in (bug, mended)]}
    (tmp_path / "before.json").write_text(json.dumps(words))
    assert known_signatures([tmp_path / "before.json"], depot.TARGET) == ("leak-put",)


def test_what_is_said_to_be_fixed_would_be_news(crashes: Path) -> None:
    (crashes / "lost-update-add/minimal.case").write_text(FOUND + "status fixed\n")
    assert known_signatures([crashes], counter.TARGET) == ()


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        known_signatures([tmp_path / "none"], counter.TARGET)
    assert str(caught.value).endswith(
        "none: expected a folder of crashes, or what a triage wrote as JSON"
    )
