"""Claims about cases that are stored together."""

from pathlib import Path

from fuzz.keep.crashes import list_crashes
from fuzz.keep.together import store_together


def test_a_folder_holds_all_cases_and_what_they_show_together(tmp_path: Path) -> None:
    folder = store_together(tmp_path, "lock-order-a+b", "A takes b; B takes a", ("one\n", "two\n"))
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "1.case": "one\n",
        "2.case": "two\n",
        "together.md": (
            "# lock-order-a+b\n\n"
            "No run showed all of it; these 2 cases did, each a part:\n\n"
            "* A takes b\n* B takes a\n"
        ),
    }


def test_what_is_stored_together_is_no_crash_that_a_case_of_its_own_shows(tmp_path: Path) -> None:
    store_together(tmp_path, "lock-order-a+b", "A takes b", ("one\n",))
    assert list_crashes(tmp_path) == []
