from pathlib import Path

import pytest

from fuzz.people.triage.forms.table import rows, triaged_markdown
from tests.fuzz.people.triage.cases import FIXED, HOSTILE, LARGE, OVERFLOW, SMALL, triaged


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_row_says_how_bad_a_bug_is_where_it_is_and_what_closes_it() -> None:
    result = triaged({"x/minimal.case": SMALL, "x/first.case": LARGE, "y.case": FIXED})
    assert list(rows(result)) == [
        ["data-loss", "open", "lost-update", "add", "1", "2", "3"],
    ]


def test_markdown_is_what_a_mail_can_hold() -> None:
    text = triaged_markdown(triaged({"x.case": SMALL, HOSTILE: OVERFLOW, "bad.case": "-"}))
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith("# Triage\n\n2 cases, 2 bugs: 2 open.\n\n| bug ")
    for part in (
        "## lost-update-add",
        "* First bad kernel: 1 (no earlier one is known).",
        "* First good kernel: 2 (after 1).",
        "* `crashes/x.case` shows lost-update-add",
        "```text\ntarget counter\nkernel 1\ntask A\n",
        "## Not looked at\n\n* skipped crashes/bad.case: line 1",
    ):
        assert part in text
