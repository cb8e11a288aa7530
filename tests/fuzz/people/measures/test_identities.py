"""Does a bug keep its identity, and would it be noticed if it did not?"""

from collections import Counter
from dataclasses import replace

from fuzz.people.measures.identities import (
    SHRUNK,
    WAYS,
    Measured,
    confusion_lines,
    measure,
    table_lines,
    wanted_of,
)
from tests.fuzz.people.toys import LOST, TARGETS, case_of
from tests.rules.source import ROOT
from tests.toys import counter

WANTED = ("lost-update", "add")


def measured(name: str, wanted: tuple[str, str], *seen: tuple[str, str]) -> Measured:
    return Measured(name, wanted, frozenset(), {"ways": 1}, {"ways": Counter(seen)})


def test_a_case_is_varied_in_every_way_and_keeps_its_identity() -> None:
    result = measure(counter.TARGET, "lost", case_of(LOST), WANTED, redraws=20)
    assert list(result.runs) == [*(way for way, _ in WAYS), SHRUNK]
    assert all(result.seen[way][WANTED] for way in result.runs)
    assert (result.shattered, result.others) == ([], [])


def test_the_same_measurement_gives_the_same_numbers() -> None:
    case = case_of(LOST)
    assert measure(counter.TARGET, "lost", case, WANTED, redraws=5) == measure(
        counter.TARGET, "lost", case, WANTED, redraws=5
    )


def test_a_bug_that_shatters_is_told_and_so_are_two_that_merge() -> None:
    one = measured("A01-one", WANTED, WANTED, ("lost-update", "sub"), ("hung", "add"))
    assert (one.shattered, one.others) == ([("lost-update", "sub")], [("hung", "add")])
    lines = [*confusion_lines([one, measured("A02-two", WANTED), measured("A01-again", WANTED)])]
    assert lines[-1].split() == ["|", "lost-update-add", "|", "A01", "A02", "|"]


def test_a_table_has_a_row_for_each_case() -> None:
    result = measure(counter.TARGET, "lost", case_of(LOST), WANTED, redraws=2)
    assert "| lost |" in "\n".join(table_lines([result]))


def test_what_a_case_is_there_for_is_what_it_expects_or_its_folder_is_called_after() -> None:
    path = ROOT / "crashes/lost-update-add/minimal.case"
    assert wanted_of(counter.TARGET, path, case_of(LOST)) == (case_of(LOST), WANTED)
    clean = case_of(LOST + "expect 2 clean\n")
    assert wanted_of(counter.TARGET, path, clean) is None
    assert TARGETS["counter"] is counter.TARGET


def test_a_case_that_needs_a_setting_for_its_finding_is_varied_with_it() -> None:
    path = ROOT / "corpus/known/lost.case"
    put_in = "expect 1 cpus=3 lost-update add\n"
    here = case_of(LOST.replace("kernel 1", "kernel 1\nconfig cpus=3") + put_in)
    clean = LOST.replace("kernel 1", "kernel 2").split("expect")[0] + "expect 2 clean\n"
    assert wanted_of(counter.TARGET, path, case_of(clean + put_in)) == (
        replace(case_of(clean + put_in), kernel="1", settings=here.settings),
        WANTED,
    )
    found = wanted_of(counter.TARGET, path, case_of(clean + put_in + "expect 1 lost-update add\n"))
    assert found is not None
    assert (found[0].kernel, found[0].settings) == ("1", ())
