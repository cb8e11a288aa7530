from fuzz.program.text import parse_case
from fuzz.search.shrink.newest import on_newest_kernel
from tests.fuzz.people.toys import LOST, TARGETS, case_of
from tests.toys import counter

UPDATE = ("lost-update", "add")


def test_the_newest_kernel_is_the_last_that_shows_the_finding() -> None:
    case = case_of(LOST)
    assert on_newest_kernel(counter.TARGET, case, UPDATE) == case
    designed = TARGETS["designed"]
    older = case_of(LOST.replace("counter\n", "designed\n").replace("kernel 1", "kernel 0"))
    assert on_newest_kernel(designed, older, UPDATE).kernel == "1"


def test_a_kernel_that_the_settings_make_no_sense_on_is_passed_over() -> None:
    class Picky(counter.CounterTarget):
        kernels = ("1", "3", "4")

        def check(self, kernel: str, settings: object) -> None:  # type: ignore[override]
            del settings
            if kernel == "4":
                raise ValueError("kernel 4 cannot be configured so")

    picky = Picky()
    case = parse_case(LOST, {"counter": picky})
    assert on_newest_kernel(picky, case, UPDATE).kernel == "3"
