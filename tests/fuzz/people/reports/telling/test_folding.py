from fuzz.people.reports.telling.choosing import choose
from fuzz.people.reports.telling.folding import folded
from fuzz.people.reports.telling.row import Row, Worth


def call(name: str, depth: int, parent: int, task: str = "A") -> Row:
    return Row(task, depth, f"{name}()", Worth.CALL, "", parent)


def told(text: str, depth: int, parent: int, task: str = "A") -> Row:
    return Row(task, depth, text, Worth.TOLD, "", parent)


def shown(rows: list[Row], *, shorten: bool = False) -> list[tuple[int, str]]:
    return [(row.depth, row.text) for row in folded(rows, range(len(rows)), shorten=shorten)]


def test_calls_that_only_lead_to_one_another_share_a_line() -> None:
    rows = [call("a", 1, -1), call("b", 2, 0), told("x", 3, 1), call("c", 3, 1), call("d", 4, 3)]
    assert shown(rows) == [(1, "a() > b()"), (2, "x"), (2, "c() > d()")]


def test_a_call_that_does_two_things_has_a_line_of_its_own() -> None:
    rows = [call("a", 1, -1), call("b", 2, 0), call("c", 2, 0)]
    assert shown(rows) == [(1, "a()"), (2, "b()"), (2, "c()")]


def test_calls_with_another_task_between_them_stay_apart() -> None:
    rows = [call("a", 1, -1), told("x", 1, -1, "B"), call("b", 2, 0)]
    assert shown(rows) == [(1, "a()"), (1, "x"), (2, "b()")]


def test_what_is_done_again_and_again_is_counted() -> None:
    rows = [told("x", 1, -1), told("x", 1, -1), told("x", 1, -1, "B"), told("x", 1, -1)]
    assert shown(rows) == [(1, "x (x2)"), (1, "x"), (1, "x")]


def test_the_middle_of_a_long_chain_can_be_left_out() -> None:
    rows = [call(name, depth + 1, depth - 1) for depth, name in enumerate("abcdef")]
    assert shown(rows) == [(1, "a() > b() > c() > d() > e() > f()")]
    assert shown(rows, shorten=True) == [(1, "a() > ... > e() > f()")]
    assert shown(rows[:4], shorten=True) == [(1, "a() > b() > c() > d()")]


def test_what_matters_is_chosen_with_the_calls_around_it() -> None:
    rows = [
        call("a", 1, -1),
        Row("A", 2, "FAULT", Worth.ALWAYS, "!", 0),
        call("b", 1, -1),
        Row("A", 2, "reads x", Worth.LOOK, "", 2),
        Row("A", 2, "writes x", Worth.CHANGE, "", 2),
        Row("A", 2, "begins", Worth.NEVER, "", 2),
    ]
    assert choose(rows, 1) == {0, 1}
    assert choose(rows, 4) == {0, 1, 2, 4}
    assert choose(rows, 99) == {0, 1, 2, 3, 4}


def test_what_is_told_near_a_mark_goes_first() -> None:
    mark = Row("A", 0, "FAULT", Worth.ALWAYS, "!", -1)
    far = [Row("A", 0, f"waits {n}", Worth.WAIT, "", -1) for n in range(3)]
    rows = [far[0], told("x", 0, -1), told("y", 0, -1), far[1], mark, far[2]]
    assert choose(rows, 5) == {1, 2, 3, 4, 5}
