"""What tasks do with a pool, and what they are answered."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from tests.targets.running import answers, run, signatures

LIFE = """
target zsmalloc
kernel {kernel}
config objects=0
task A
  malloc object=0 size=2500
  malloc object=0 size=100
  malloc object=1 size=2500
  write object=1 fill=7
  read object=1
  map object=1 mode=rw for=3 fill=9
  map object=1
  migrate object=1 page=1
  read object=1
  free object=0
  cpu to=1
  compact
  shrink
  free object=1
  free object=1
"""


@pytest.mark.parametrize("kernel", VERSIONS)
def test_the_life_of_objects_on_every_kernel(kernel: str) -> None:
    text = LIFE.format(kernel=kernel)
    moved = "moved" if kernel not in {"4.6", "4.7"} else "EBUSY"
    expected = ["ok", "EEXIST", *["ok"] * 5, moved, *["ok"] * 3, "0", "0,0", "ok", "ENOENT"]
    assert answers(text) == expected
    assert signatures(text) == []


@pytest.mark.parametrize(
    ("kernel", "nothing", "too_much"),
    [("5.19", "EINVAL", "EINVAL"), ("6.1", "EINVAL", "EINVAL"), ("6.8", "EINVAL", "ENOSPC")],
)
def test_an_impossible_size_is_refused(kernel: str, nothing: str, too_much: str) -> None:
    text = f"target zsmalloc\nkernel {kernel}\nconfig objects=0\ntask A\n"
    text += "  malloc object=0 size=0\n  malloc object=0 size=4097\n  cpu to=3\n"
    assert answers(text) == [nothing, too_much, "EINVAL"]


def test_what_is_missing_is_refused() -> None:
    lines = [
        "free object=3",
        "read object=3",
        "write object=3 fill=1",
        "map object=3",
        "migrate object=3",
    ]
    text = "target zsmalloc\nkernel 6.12\nconfig objects=0\ntask A\n" + "".join(
        f"  {line}\n" for line in lines
    )
    assert answers(text) == 5 * ["ENOENT"]


@pytest.mark.parametrize("kernel", ["4.9", "6.1", "6.12", "6.18"])
@pytest.mark.parametrize(
    "point", ["zsmalloc.pages", "zsmalloc.handle", "zsmalloc.zspage", "migrate.page"]
)
def test_every_fault_is_an_answer_and_loses_nothing(kernel: str, point: str) -> None:
    text = (
        f"target zsmalloc\nkernel {kernel}\nconfig objects=0\ntask A\n  malloc object=0 size=2500\n"
    )
    text += "  write object=0 fill=1\n  migrate object=0\n  malloc object=1 size=100\n"
    text += f"  free object=1\nfault A {point}#1 ENOMEM\n"
    assert "ENOMEM" in answers(text)
    assert signatures(text) == []


def test_an_object_belongs_to_whoever_holds_it() -> None:
    text = "target zsmalloc\nkernel 6.18\nconfig objects=0\ntask A\n"
    text += "  malloc object=0 size=100\n  map object=0 for=4\n"
    text += "task B\n  free object=0\nswitch A object.hold#2 B\n"
    assert answers(text) == ["ok", "ok", "ok"]
    assert signatures(text) == []


def test_a_task_moves_to_a_cpu_once_nobody_has_preemption_off_there() -> None:
    text = "target zsmalloc\nkernel 4.6\nconfig objects=1\ntask A\n  map object=0 for=4\n"
    text += "task B\n  cpu to=0\n  compact\nswitch A object.hold#2 B\n"
    outcome = run(text)
    assert [(answer.task, answer.text) for answer in outcome.answers] == [
        ("A", "ok"),
        ("B", "ok"),
        ("B", "0"),
    ]


FREED_MEANWHILE = """\
target zsmalloc
kernel 6.5
config without=all
task A
  read object=3
  migrate object=3 page=3
  free object=3
task B
  malloc object=3 size=2500 sleep=no
  malloc object=3 size=2500 sleep=no
  malloc object=3 size=2500 sleep=no
  free object=3
  migrate object=3 page=3
  free object=3
  malloc object=3 size=2500
  read object=3
  write object=3 fill=0
  read object=3
  migrate object=3 page=3
  map object=3 mode=rw for=3
task C
task D
  malloc object=3 size=2500 sleep=no
  migrate object=3 page=3
  shrink
  migrate object=3 page=3
schedule pos seed=388720 steps=240
"""
"""The worker frees a zspage, and who waits for the lock of a page of it gets that before."""


def test_a_page_of_a_zspage_that_is_freed_meanwhile_does_not_move() -> None:
    assert signatures(FREED_MEANWHILE) == []
