"""Every document is valid JUnit XML, and says what a CI server has to know."""

from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, fromstring

import pytest
from xmlschema import XMLSchema

from fuzz.people.triage.forms.junit import triaged_junit
from fuzz.people.triage.triaged import Triaged
from tests.fuzz.people.triage.cases import (
    FIXED,
    HOSTILE,
    OVERFLOW,
    SMALL,
    baseline_of,
    triaged,
    write,
)

SCHEMA: Final = XMLSchema(str(Path(__file__).parents[4] / "schemas" / "junit-10.xsd"))


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def suites_of(one: Triaged) -> Element:
    """Return the root of a document, which is valid, and whose counts are right."""
    text = triaged_junit(one)
    assert [str(error.reason) for error in SCHEMA.iter_errors(text)] == []
    root = fromstring(text)
    for suite in root:
        for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.attrib[count]) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert int(root.attrib["failures"]) == len(root.findall(".//failure"))
    return root


def outcomes(root: Element) -> dict[str, str]:
    return {
        case.attrib["name"]: next((one.tag for one in case if one.tag != "system-out"), "passed")
        for case in root.iter("testcase")
    }


def test_a_bug_that_is_known_is_skipped_with_the_reason() -> None:
    root = suites_of(triaged({"a.case": SMALL, "b.case": OVERFLOW}))
    assert [suite.attrib["name"] for suite in root] == ["counter", "depot"]
    assert outcomes(root) == {"lost-update-add": "skipped", "overflow-put": "skipped"}
    (lost,) = root.findall("testsuite[@name='counter']/testcase/skipped")
    assert lost.attrib["message"] == (
        "open: an update of the counter is lost (lost-update in add; data-loss; kernels 1)"
    )
    assert "First bad kernel: 1 (no earlier one is known)." in str(lost.text)
    assert "switch A counter.write#1 B" in str(lost.text)


def test_what_is_new_fails_and_what_is_fixed_passes(tmp_path: Path) -> None:
    before = baseline_of({"a.case": SMALL}, tmp_path)
    root = suites_of(triaged({"a.case": FIXED, "b.case": OVERFLOW}, before))
    assert outcomes(root) == {"lost-update-add": "passed", "overflow-put": "failure"}


def test_what_is_missing_is_skipped_and_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    before = baseline_of({"a.case": SMALL}, tmp_path)
    root = suites_of(triaged({"bad.case": "no case"}, before))
    assert outcomes(root) == {"lost-update-add": "skipped", "file 1": "error"}


def test_nothing_is_a_valid_document_too() -> None:
    write({})
    Path("crashes").mkdir()
    assert len(suites_of(triaged({}))) == 0


def test_no_name_breaks_the_document() -> None:
    root = suites_of(triaged({HOSTILE: SMALL}))
    (path,) = root.iter("system-out")
    assert path.text == "crashes/]]> <b> [31m\\u202e & \"'.case"
