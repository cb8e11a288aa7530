from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.reports.explain import _split_config
from fuzz.people.text import counted, plain, table, wrapped


@given(st.text(), st.integers(5, 80), st.integers(0, 10))
def test_wrapped_lines_fit(text: str, width: int, hanging: int) -> None:
    lines = wrapped(text, width, hanging=hanging)
    assert lines
    assert max(map(len, lines)) <= width


@given(
    st.integers(1, 9).flatmap(
        lambda n: st.lists(st.lists(st.text(), min_size=n, max_size=n), min_size=1)
    )
)
def test_tables_fit(rows: list[list[str]]) -> None:
    lines = table(rows[0], rows[1:])
    assert max(map(len, lines)) <= 80
    assert all(line == "" or (line[0] == line[-1] == "|") for line in lines)


def test_columns_that_do_not_fit_follow_in_another_table() -> None:
    head = ["name", *("x" * 30 for _ in range(3))]
    assert [line[:12] for line in table(head, [["row", "1", "2", "3"]])] == [
        "| name | xxx",
        "| ---- | ---",
        "| row  | 1  ",
        "",
        "| name | xxx",
        "| ---- | ---",
        "| row  | 3  ",
    ]


def test_text_becomes_plain() -> None:
    assert plain("naïve ``` \n|") == "na\\xefve '''  |"


def test_numbers_agree_with_their_nouns() -> None:
    assert [counted(n, "fault") for n in (0, 1, 2)] == ["0 faults", "1 fault", "2 faults"]


def test_a_long_config_line_becomes_several() -> None:
    line = "config " + " ".join(f"setting{number}={number}" for number in range(20))
    lines = _split_config(line)
    assert len(lines) > 1
    assert max(map(len, lines)) <= 80
    assert " ".join(part.removeprefix("config ") for part in lines) == line.removeprefix("config ")
