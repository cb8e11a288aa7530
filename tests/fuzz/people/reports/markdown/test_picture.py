from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.reports.markdown.picture import picture_text
from fuzz.values.picture import Cell, Link, Look, Picture, Shelf


def test_a_picture_is_boxes_and_chains_of_links() -> None:
    picture = Picture(
        (
            Shelf(
                "two boxes",
                (
                    Cell("list"),
                    Cell("box 0", ("red",), Look.FREE),
                    Cell("box 1", look=Look.USED, damage="open"),
                ),
            ),
        ),
        (
            Link("list", "box 0", "next"),
            Link("box 0", "box 1", "next"),
            Link("box 1", "0xdead", "next", damage="leads nowhere"),
        ),
    )
    assert (
        "\n".join(line.rstrip() for line in picture_text(picture, {"box 1"}))
        == """\
two boxes
+------+ +-------------+ +-----------------+
| list | | box 0: free | | ~ box 1: in use |
+------+ | red         | | !! open         |
         +-------------+ +-----------------+
list --next--> box 0 --> box 1 --> 0xdead (!! leads nowhere)"""
    )


TEXTS = st.text(max_size=100) | st.sampled_from(["```", "x" * 300, "漢" * 90, "a\nb\tc"])


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=6))
def test_whatever_a_system_shows_fits_a_mail(said: list[tuple[str, str, str]]) -> None:
    cells = tuple(
        Cell(f"{n} {name}", (line,), damage=wrong) for n, (name, line, wrong) in enumerate(said)
    )
    links = tuple(
        Link(cell.name, end, text) for cell, (end, text, _) in zip(cells, said, strict=True)
    )
    lines = picture_text(Picture((Shelf("shelf " * 40, cells),), links))
    assert max(map(len, lines)) <= 80
    assert all(line.isascii() and "```" not in line for line in lines)
