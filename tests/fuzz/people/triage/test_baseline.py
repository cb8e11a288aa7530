import json
from pathlib import Path

import pytest

from fuzz.people.errors import UserError
from fuzz.people.triage.baseline import read_baseline
from fuzz.people.triage.triaged import State
from tests.fuzz.people.triage.cases import LARGE, SMALL, baseline_of


def test_what_a_triage_writes_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (known,) = baseline_of({"a.case": SMALL, "b.case": LARGE}, tmp_path).known
    assert (known.signatures, known.state) == (("lost-update-add",), State.OPEN)
    assert known.expected == ("lost-update-add", "lost-update-add")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected JSON that a triage has written"),
        ("[1, 2]", "expected JSON that a triage has written"),
        ("[" * 100_000, "expected JSON that a triage has written"),
        (json.dumps({"format": 1}), "KeyError 'groups'"),
        (json.dumps({"format": 2, "groups": []}), "format 2 is of a later Swapstorm"),
        (json.dumps({"format": 1, "groups": [{"kind": "k"}]}), "KeyError"),
        (json.dumps({"format": None, "groups": []}), "TypeError"),
    ],
)
def test_what_is_wrong_with_a_baseline_is_said_in_one_line(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "before.json"
    path.write_text(text)
    with pytest.raises(UserError, match=why) as caught:
        read_baseline(path)
    assert "\n" not in str(caught.value)


def test_a_baseline_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere: No such file or directory"):
        read_baseline(tmp_path / "nowhere")


def test_a_bug_is_known_by_each_identity_that_it_had(tmp_path: Path) -> None:
    bug = {"kind": "race", "place": "add", "title": "a race", "harm": "crash", "state": "open"}
    path = tmp_path / "before.json"
    path.write_text(json.dumps({"format": 1, "groups": [{**bug, "also": ["b"], "cases": []}]}))
    baseline = read_baseline(path)
    nobody = frozenset[str]()
    assert [baseline.find(frozenset({name}), nobody) for name in ("race-add", "b", "c")] == [
        *baseline.known,
        *baseline.known,
        None,
    ]
