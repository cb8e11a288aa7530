from fuzz.people.bench.backoff import Backoff


def test_the_first_occasions_are_all_due_and_later_ones_with_growing_gaps() -> None:
    backoff = Backoff()
    due = [number for number in range(1, 31) if backoff.due()]
    assert due == [1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 28]


def test_there_are_about_the_square_root_of_eight_looks_for_each_occasion() -> None:
    backoff = Backoff()
    assert sum(backoff.due() for _ in range(20_000)) == 398
