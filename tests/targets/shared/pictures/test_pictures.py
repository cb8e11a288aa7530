"""Pictures of real runs: what was damaged is marked, and only from the damage on."""

from pathlib import Path
from typing import Final

from fuzz.people.catalogue import Catalogue
from fuzz.people.reports.photographs import Photographs, take_photographs
from fuzz.people.source import read_case
from fuzz.program.case import bare
from fuzz.program.execute import execute

CRASHES: Final = Path(__file__).parents[4] / "crashes"
TARGETS: Final = Catalogue()


def photographs_of(signature: str) -> Photographs:
    case = bare(read_case(CRASHES / signature / "minimal.case", TARGETS))
    target = TARGETS[case.target]
    finding = next(f for f in execute(target, case).findings if f.signature == signature)
    taken = take_photographs(target, case, finding)
    assert taken is not None
    return taken


def test_an_overrun_destroys_the_link_of_the_next_free_object() -> None:
    taken = photographs_of("zsmalloc-out-of-bounds-zram_bvec_write")
    assert not taken.before.damaged
    assert taken.after.damages[0].startswith("object 1 of 0x100002: its link is 0x")
    assert [link.end for link in taken.before.links][:2] == [
        "object 1 of 0x100002",
        "object 2 of 0x100002",
    ]
    assert taken.after.links[-1].end.endswith(", outside")
    assert "object 0 of 0x100002" in taken.changed


def test_a_page_that_was_never_read_is_shown_with_its_slot_and_its_block() -> None:
    taken = photographs_of("wrong-memory-unread_page")
    assert taken.after.damages == ("page 0 of process 0: mapped, but never read",)
    assert [shelf.title for shelf in taken.after.shelves] == [
        "memory of process 0",
        "swap slots",
        "sda: blocks",
    ]
    assert [(link.start, link.end) for link in taken.after.links] == [
        ("page 0 of process 0", "swap slot 0:1"),
        ("swap slot 0:1", "sda block 1"),
    ]


def test_a_leak_is_shown_where_the_object_begins_to_belong_to_nobody() -> None:
    taken = photographs_of("zsmalloc-leak-zram_bvec_write")
    lost = [
        cell.name
        for shelf in taken.after.shelves
        for cell in shelf.cells
        if cell.look.value == "in use, with no owner"
    ]
    assert (lost, taken.task) == (["object 0 of 0x100002"], "A")
