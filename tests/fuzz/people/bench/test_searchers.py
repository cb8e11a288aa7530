import pytest

from fuzz.people.bench.searchers import Searcher, ablation, searcher_named
from fuzz.people.errors import UserError
from fuzz.search.feedback import SIGNALS_DEFAULT
from fuzz.search.job import EDGES
from fuzz.search.mutate import MUTATIONS
from fuzz.search.portfolio import PORTFOLIO


def test_an_engine_by_itself_has_everything() -> None:
    assert searcher_named("inprocess") == Searcher(
        "inprocess", "inprocess", SIGNALS_DEFAULT, MUTATIONS
    )


def test_things_are_switched_off_and_on_by_name() -> None:
    searcher = searcher_named("atheris~paths~collide+edges")
    assert searcher.signals == (*(s for s in SIGNALS_DEFAULT if s != "paths"), EDGES)
    assert searcher.mutations == tuple(m for m in MUTATIONS if m != "collide")


def test_strategies_are_chosen_by_name() -> None:
    assert searcher_named("inprocess@surw@pos").strategies == ("surw", "pos")
    assert searcher_named("inprocess").strategies == PORTFOLIO


def test_an_engine_may_be_blind() -> None:
    assert searcher_named("atheris~blind").signals == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nobody", "expected one of"),
        ("inprocess~luck", "inprocess has nothing called '~luck'; expected some of ~blind"),
        ("inprocess+edges", "inprocess has nothing called '\\+edges'"),
        ("inprocess+luck", "inprocess has nothing called '\\+luck'"),
    ],
)
def test_what_there_is_not_is_refused_in_a_sentence(name: str, why: str) -> None:
    with pytest.raises(UserError, match=f"--searchers: {why}"):
        searcher_named(name)


def test_an_ablation_switches_each_thing_off_once() -> None:
    names = list(ablation("inprocess"))
    assert names[0] == "inprocess~blind"
    assert len(names) == len(set(names)) == 1 + len({*SIGNALS_DEFAULT, *MUTATIONS})
    assert all(searcher_named(name).engine == "inprocess" for name in names)
