from dataclasses import replace
from typing import Final

from fuzz.people.triage.primary import primary_of
from fuzz.values.finding import Finding, Harm

FOUND: Final = Finding("overrun", ("write",), Harm.CRASH, "an overrun", "", "A", step=9)


def test_the_first_finding_of_a_run_is_what_it_is_about() -> None:
    later = replace(FOUND, kind="broken-chain", step=20)
    earlier = replace(FOUND, kind="unstable-page", step=5, harm=Harm.LATENT)
    assert primary_of([FOUND, later, earlier]) is earlier


def test_of_findings_of_one_moment_the_worst_is() -> None:
    milder = replace(FOUND, kind="wrong-count", harm=Harm.WRONG_REPORT)
    assert primary_of([milder, FOUND]) is FOUND


def test_a_clean_run_is_about_nothing() -> None:
    assert primary_of([]) is None
