"""Every log is valid SARIF, and says what a code scanner has to know."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft4Validator

from fuzz.people.triage.forms.flows import operation_lines
from fuzz.people.triage.forms.sarif import triaged_sarif
from fuzz.people.triage.gathering import gather
from fuzz.people.triage.triage import triage
from fuzz.people.triage.triaged import Triaged
from tests.fuzz.people.toys import TARGETS
from tests.fuzz.people.triage.cases import (
    FIXED,
    HOSTILE,
    LARGE,
    OVERFLOW,
    SMALL,
    baseline_of,
    triaged,
    write,
)

SCHEMA: Final = Path(__file__).parents[4] / "schemas" / "sarif-2.1.0-rtm.5.json"
VALIDATOR: Final = Draft4Validator(json.loads(SCHEMA.read_text()))


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run_of(one: Triaged) -> dict[str, Any]:
    """Return the run of a log, which is valid."""
    log: dict[str, Any] = json.loads(triaged_sarif(one))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    return log["runs"][0]


def test_a_result_is_a_bug_with_its_place_and_its_rule() -> None:
    run = run_of(triaged({"x/minimal.case": SMALL, "x/first.case": LARGE, "y.case": OVERFLOW}))
    results = {result["ruleId"]: result for result in run["results"]}
    assert sorted(results) == ["lost-update", "overflow"]
    lost = results["lost-update"]
    rule = run["tool"]["driver"]["rules"][lost["ruleIndex"]]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("lost-update", "No update is lost.")
    assert (lost["kind"], lost["level"], "baselineState" in lost) == ("fail", "error", False)
    (place,) = lost["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "crashes/x/minimal.case"},
        "region": {"startLine": 4},
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "add"
    assert lost["properties"]["affected"]["first_bad"] == "1"


def test_a_fingerprint_is_the_identity_and_nothing_else() -> None:
    (one,) = run_of(triaged({"a.case": SMALL}))["results"]
    Path("crashes/a.case").unlink()
    (other,) = run_of(triaged({"other/name.case": LARGE}))["results"]
    assert one["locations"] != other["locations"]
    assert one["partialFingerprints"] == other["partialFingerprints"]
    assert one["partialFingerprints"]["swapstormIdentity/v1"] == (
        "79cd58211530756631a3302497599ab5d77f097a3893bbcf7935fa94998c4402"
    )


def test_the_interleaving_is_one_thread_flow_a_task_in_one_order() -> None:
    (result,) = run_of(triaged({"a.case": SMALL}))["results"]
    (flow,) = result["codeFlows"]
    threads = flow["threadFlows"]
    assert [thread["id"] for thread in threads] == ["A", "B"]
    orders = [[step["executionOrder"] for step in thread["locations"]] for thread in threads]
    assert all(order == sorted(order) for order in orders)
    assert len({number for order in orders for number in order}) == sum(map(len, orders))
    switch = [step for step in threads[0]["locations"] if step.get("kinds") == ["switch"]]
    assert [step["location"]["message"]["text"] for step in switch] == [
        "switch to B before counter.write"
    ]
    lines = {
        step["location"]["physicalLocation"]["region"]["startLine"]
        for step in threads[1]["locations"]
    }
    assert lines <= {1, 6}


def test_against_a_baseline_every_result_says_what_became_of_it(tmp_path: Path) -> None:
    before = baseline_of({"a.case": SMALL, "b.case": LARGE}, tmp_path)
    results = run_of(triaged({"a.case": FIXED, "y.case": OVERFLOW}, before))["results"]
    told = {one["ruleId"]: (one["baselineState"], one["kind"], one["level"]) for one in results}
    assert told == {
        "lost-update": ("absent", "pass", "none"),
        "overflow": ("new", "fail", "error"),
    }


def test_names_of_any_bytes_are_uris_and_what_was_skipped_is_a_notification() -> None:
    write({HOSTILE: SMALL, "bad.case": "no case"})
    run = run_of(triaged({}))
    (result,) = run["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "crashes/%5D%5D%3E%20%3Cb%3E%1B%5B31m%E2%80%AE%20%26%20%22%27.case"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("skipped crashes/bad.case: line 1")


def test_a_case_elsewhere_has_the_uri_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"a.case": SMALL}).absolute()
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    (result,) = run_of(triage(gather([folder], TARGETS), None, lambda _: None))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (folder / "a.case").as_uri()


def test_operations_are_found_by_line_whatever_stands_between() -> None:
    text = (
        "# about\ntarget counter\nkernel 1\n\ntask A\n  # why\n  read\n\n  read\ntask B\n  read\n"
    )
    assert operation_lines(text) == {"A": [7, 9], "B": [11]}
