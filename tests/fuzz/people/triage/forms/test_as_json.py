import json
from pathlib import Path
from typing import Any

import pytest

from fuzz.people.triage.forms.as_json import triaged_json
from tests.fuzz.people.triage.cases import LARGE, SMALL, triaged


def test_programs_learn_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words: dict[str, Any] = json.loads(
        triaged_json(triaged({"a.case": SMALL, "b.case": LARGE, "bad.case": "-"}))
    )
    (group,) = words.pop("groups")
    skipped = "skipped crashes/bad.case: line 1, column 1: expected a line 'target NAME', not '-'"
    assert words == {"format": 1, "baseline": "", "fails": False, "skipped": [skipped]}
    small, large = group.pop("cases")
    assert group["signature"] == "lost-update-add"
    assert (group["state"], group["harm"]) == ("open", "data-loss")
    assert group["affected"]["kernels"] == {"1": "shows", "2": "clean"}
    assert group["closing"]["closed_by"]["clean"] == "2"
    assert len(small.pop("digest")) == 64
    assert small == {
        "path": "crashes/a.case",
        "target": "counter",
        "kernel": "1",
        "expected": "lost-update-add",
        "shows": ["lost-update-add"],
        "reproduced": True,
        "flaky": False,
        "size": {"tasks": 2, "operations": 2, "faults": 0, "switches": 1},
    }
    assert large["path"] == "crashes/b.case"
