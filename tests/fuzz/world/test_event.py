"""Claims about places: which function of the system under test a finding belongs to."""

from fuzz.world.event import current_place


def test_a_finding_inside_a_comprehension_belongs_to_the_function_around_it() -> None:
    """Python 3.12 gives comprehensions no frame any more; the place must not depend on that."""
    places: list[str] = []

    def looks_at_all() -> None:
        places.extend([current_place() for _ in range(1)])

    looks_at_all()
    assert places == ["looks_at_all"]
