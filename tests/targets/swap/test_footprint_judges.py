"""A page that a process was the last to need goes at once, unless somebody holds it."""

from typing import Any, Final

import pytest

from targets.linux.mm import copy_on_write, exit, madvise
from targets.linux.mm.references import put_page
from tests.targets.running import answers, signatures

FOUND: Final = "swap-footprint-grows-free_swap_cache"
READ_BACK: Final = """\
target swap
kernel {}
config backing=disk without=all
task A
  load page=0
  swap_out page=0
  load page=0
"""
WRITTEN: Final = READ_BACK + "  store page=0 with=zeros\n"


def test_a_copy_that_leaves_the_page_in_the_swap_cache_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = WRITTEN.format("5.15")
    assert signatures(case) == []
    monkeypatch.setattr(copy_on_write, "free_swap_cache", lambda *_: None)
    assert signatures(case) == [FOUND]


@pytest.mark.parametrize(("operation", "where"), [("dontneed page=0", madvise), ("exit", exit)])
def test_who_drops_a_page_and_leaves_it_in_the_swap_cache_is_found(
    monkeypatch: pytest.MonkeyPatch, operation: str, where: Any
) -> None:
    case = f"{READ_BACK.format('5.10')}  {operation}\n"
    assert signatures(case) == []

    def put(core: Any, page: Any) -> None:
        put_page(core, page)

    monkeypatch.setattr(where, "free_page_and_swap_cache", put)
    assert FOUND in signatures(case)


def test_the_page_that_a_device_still_looks_at_may_stay() -> None:
    case = WRITTEN.format("6.1").replace("backing=disk", "disk=crc")
    assert answers(case)[1] == "kept"
    assert signatures(case) == []


MERGED: Final = """\
target swap
kernel 4.14
config without=all
task A
  mergeable page=0
  mergeable page=1
  store page=0 with=zeros
  store page=1 with=zeros
  ksmd
  swap_out page=0
  store page=0 with=zeros
  store page=1 with=zeros
"""


def test_who_gets_a_copy_of_a_merged_page_may_leave_that() -> None:
    assert signatures(MERGED) == []
