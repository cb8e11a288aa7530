from fuzz.values.picture import Cell, Link, Picture, Shelf


def test_a_picture_is_damaged_where_a_cell_or_a_link_is() -> None:
    shelf = Shelf("boxes", (Cell("box 0"), Cell("box 1", damage="open")))
    link = Link("box 0", "0xdead", "next", damage="leads nowhere")
    assert Picture((shelf,), (link,)).damages == ("box 1: open", "box 0, next: leads nowhere")
    assert not Picture((Shelf("boxes", (Cell("box 0"),)),), (Link("a", "b", "c"),)).damaged
