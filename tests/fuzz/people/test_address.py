import pytest

from fuzz.people.address import target_at
from fuzz.people.catalogue import find_target
from fuzz.people.errors import UserError
from fuzz.people.packages import package_at
from tests.toys import depot


def test_a_target_is_found_by_its_name_or_its_place() -> None:
    assert target_at("zram") is find_target("zram")
    assert target_at("tests.toys.depot:TARGET") is depot.TARGET


def test_the_package_of_a_target_holds_all_of_it() -> None:
    assert package_at("zram") == "targets"
    assert package_at("tests.toys.depot:TARGET") == "tests"


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("moon", "target: expected one of "),
        ("no.such:THING", "target no.such:THING does not load: ModuleNotFoundError: "),
        ("os:missing", "target os:missing does not load: AttributeError: "),
        ("os:name", "target os:name is no target: it has no name"),
        (":", "target : does not load: "),
    ],
)
def test_what_is_no_target_is_said_in_one_line(where: str, why: str) -> None:
    with pytest.raises(UserError) as caught:
        target_at(where)
    assert str(caught.value).startswith(why)
    assert "\n" not in str(caught.value)
