"""Compaction and migration that do nothing, or say something else, are found out."""

from contextlib import suppress
from typing import Any

import pytest

from targets.linux.machine.errno import EBUSY, Refusal
from targets.linux.zsmalloc.compaction import zs_compact
from targets.zsmalloc import operations
from targets.zsmalloc.operations import Compact, Free, Malloc, Migrate
from targets.zsmalloc.system import ZsmallocSystem
from tests.targets.running import answers, signatures
from tests.targets.zsmalloc.test_judges import damaged

SIZE = 1300
OBJECTS = range(2, 9)


def scatter(system: ZsmallocSystem) -> None:
    """Leave objects in more zspages than they need."""
    for number in OBJECTS:
        Malloc(number, SIZE).run(system)
    for number in OBJECTS[1::2]:
        Free(number).run(system)


def compact(system: ZsmallocSystem) -> None:
    scatter(system)
    Compact().run(system)


def migrate(system: ZsmallocSystem) -> None:
    with suppress(Refusal):
        Migrate(0, 0).run(system)


def refuse(*_: Any) -> None:
    raise Refusal(EBUSY)


def test_compaction_that_leaves_work_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert damaged(compact) == []
    monkeypatch.setattr(operations, "zs_compact", lambda _: 0)
    assert damaged(compact) == ["compaction-stalls-zs_compact"]


def test_compaction_that_says_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "zs_compact", lambda pool: zs_compact(pool) + 5)
    assert damaged(compact) == ["compaction-miscounted-zs_compact"]


@pytest.mark.parametrize("wrong", [refuse, lambda *_: None])
def test_a_page_that_could_move_and_does_not_is_found(
    monkeypatch: pytest.MonkeyPatch, wrong: Any
) -> None:
    assert damaged(migrate) == []
    monkeypatch.setattr(operations, "migrate_page", wrong)
    assert damaged(migrate) == ["migration-stalls-zs_page_migrate"]


MOVED_MEANWHILE = """\
target zsmalloc
kernel 6.8
config without=all
task A
  migrate object=0
  migrate object=1
task B
  migrate object=0
switch A migrate.page#1 B
switch B object.unlock#1 A
"""
"""B has found a page, which A moves; then another page of the pool gets its frame."""


def test_a_page_that_has_moved_already_need_not_move() -> None:
    assert answers(MOVED_MEANWHILE) == ["moved", "moved", "EBUSY"]
    assert signatures(MOVED_MEANWHILE) == []


FREED_LATER = """\
target zsmalloc
kernel 4.10
config without=all
task A
  free object=1
  free object=0
  free object=3
  malloc object=0 size=25
  compact
task C
  malloc object=3 size=25
  compact
  migrate object=0
switch A zsmalloc.class.lock#5 C
switch A operation#5 C
switch C page.unlock#2 A
"""
"""C has locked a page of the zspage that A empties: the worker gives it back later."""


def test_compaction_may_count_what_only_waits_for_a_page_lock() -> None:
    assert answers(FREED_LATER)[-2:] == ["3", "moved"]
    assert signatures(FREED_LATER) == []
