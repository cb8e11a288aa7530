"""What targets on the model know of their bugs."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.people.bench.suspects import Suspects
from fuzz.program.case import Case
from fuzz.program.execute import execute, materialised
from fuzz.program.ground_truth import KnowsItsBugs
from fuzz.program.text import parse_case
from fuzz.world.world import World
from targets.linux.kernel.defects import DEFECTS
from targets.shared.ground_truth import listener
from targets.swap import TARGET as SWAP
from targets.zram import TARGET as ZRAM
from tests.targets.running import TARGETS

KNOWN: Final = Path(__file__).parents[3] / "corpus/known"


def known_case(name: str) -> Case:
    return parse_case((KNOWN / f"{name}.case").read_text(encoding="utf-8"), TARGETS)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_target_on_the_model_knows_its_bugs(name: str) -> None:
    target = TARGETS[name]
    assert isinstance(target, KnowsItsBugs)
    assert [bug.name for bug in target.bugs] == [defect.slug for defect in DEFECTS]


def test_the_bugs_of_a_kernel_are_its_defects() -> None:
    assert "anon-stable-overrun" in SWAP.bugs_of("4.7", {})
    assert "anon-stable-overrun" not in SWAP.bugs_of("4.10", {})
    assert SWAP.bugs_of("4.7", {"without": "all"}) == frozenset()
    with pytest.raises(ValueError, match="means nothing here"):
        SWAP.bugs_of("4.7", {"with": "zram-wb-endio-uaf"})


def test_bugs_are_put_in_and_taken_out_beside_what_is_set_already() -> None:
    settings = {"with": "a,b", "without": "c", "design": "v2"}
    assert SWAP.with_bugs(settings, ["c", "d"]) == {"with": "a,b,c,d", "design": "v2"}
    assert SWAP.without_bugs(settings, ["a", "d"]) == {
        "with": "b",
        "without": "c,a,d",
        "design": "v2",
    }
    assert SWAP.without_bugs({}, []) == {}


def test_a_case_is_heard_coming_to_where_bugs_make_a_difference_and_is_not_changed() -> None:
    heard = set[str]()
    while_booting = set[str]()

    def hear(world: World, names: tuple[str, ...]) -> None:
        booting = any(task.name == "boot" for task in world.tasks)
        (while_booting if booting else heard).update(names)

    case = known_case("A01-overrun-synchronous")
    listening = SWAP.heard_by(hear)
    assert execute(listening, case).text() == execute(SWAP, case).text()
    assert "anon-stable-overrun" in heard
    assert "zram-wb-endio-uaf" not in heard
    assert while_booting


def test_each_defect_can_be_heard() -> None:
    kind = listener(lambda *_: None)
    fields = {switch.field for defect in DEFECTS for switch in defect.switches}
    assert all(isinstance(vars(kind)[field], property) for field in fields)


def test_a_bug_that_only_shifts_what_comes_after_it_is_not_blamed() -> None:
    """Without `zram-block-given-before-written` the case goes another way, and finds nothing."""
    case = known_case("A04-second-pass-backing-leak")
    outcome = execute(ZRAM, case)
    (signature,) = {finding.signature for finding in outcome.findings}
    suspects = Suspects(ZRAM)
    again = materialised(case, outcome)
    names = sorted(ZRAM.bugs_of(case.kernel, {}))
    assert suspects.closes(again, signature, ["zram-block-given-before-written"])
    assert suspects.blamed(again, signature, names) == {"zram-second-pass-wb-leak"}


def blamed_by(case: Case, **changes: Any) -> frozenset[str]:
    """All that the findings of a case are the doing of."""
    case = replace(case, **changes)
    target = TARGETS[case.target]
    outcome = execute(target, case)
    suspects = Suspects(target)
    names = sorted(target.bugs_of(case.kernel, dict(case.settings)))
    again = materialised(case, outcome)
    return frozenset(
        name for f in outcome.findings for name in suspects.blamed(again, f.signature, names)
    )


@pytest.mark.parametrize(
    ("name", "bug"),
    [
        ("A01-overrun-synchronous", "anon-stable-overrun"),
        ("B06-zero-page", "zram-slot-free-notify-zero-page"),
        ("C03-reset-vs-disksize", "zram-reset-vs-disksize"),
        ("F06-empty-zspage-stranded", "zs-empty-zspage-stranded"),
        ("G02-writeback-strands-page", "zswap-wb-folio-stranded"),
    ],
)
def test_known_cases_are_blamed_on_the_bugs_that_they_were_written_for(name: str, bug: str) -> None:
    case = known_case(name)
    assert bug in blamed_by(case, expectations=())
    spared = TARGETS[case.target].without_bugs(dict(case.settings), [bug])
    assert bug not in blamed_by(case, settings=tuple(spared.items()))
