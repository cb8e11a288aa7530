from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from fuzz.people import catalogue as catalogue_module
from fuzz.people.catalogue import GROUP, Catalogue, CatalogueError, find_target, target_package
from fuzz.people.errors import UserError
from tests.toys import counter


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


COUNTER = entry("counter", "tests.toys.counter:TARGET")


def test_targets_are_loaded_when_they_are_asked_for() -> None:
    catalogue = Catalogue((COUNTER, entry("broken", "no.such.module:TARGET")))
    assert list(catalogue) == ["broken", "counter"]
    assert catalogue["counter"] is counter.TARGET
    assert catalogue.package("broken") == "no"
    with pytest.raises(KeyError):
        catalogue["unknown"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("no.such.module:TARGET", "does not load: ModuleNotFoundError: No module named 'no'"),
        (
            "tests.toys.counter:NOTHING",
            "does not load: AttributeError: .* has no attribute 'NOTHING'",
        ),
        ("tests.toys.depot:TARGET", "calls itself 'depot'"),
        ("tests.toys.counter:CounterTarget.kernels", "calls itself None"),
    ],
)
def test_a_broken_target_is_an_error_that_says_why(value: str, why: str) -> None:
    with pytest.raises(CatalogueError, match=why):
        Catalogue((entry("wrong", value),))["wrong"]


def test_a_target_that_raises_while_it_loads_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd_target.py").write_text("raise RuntimeError('two\\nlines')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(CatalogueError) as error:
        Catalogue((entry("odd", "odd_target:TARGET"),))["odd"]
    assert str(error.value) == (
        "target odd (odd_target:TARGET) does not load: RuntimeError: two lines"
    )


def test_two_targets_of_one_name_are_an_error() -> None:
    with pytest.raises(CatalogueError, match=r"both a:TARGET and tests\.toys\.counter:TARGET"):
        Catalogue((COUNTER, entry("counter", "a:TARGET")))
    assert len(Catalogue((COUNTER, COUNTER))) == 1


def test_an_installed_target_is_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        catalogue_module, "entry_points", lambda group: (COUNTER,) * (group == GROUP)
    )
    assert target_package("counter") == "tests"
    assert find_target("counter") is counter.TARGET
    with pytest.raises(UserError, match="target: expected one of counter, not 'nothing'"):
        find_target("nothing")
