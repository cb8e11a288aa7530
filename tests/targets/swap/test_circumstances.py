"""When operations of processes and of swap may, or must, be refused."""

from typing import Any

import pytest

from targets.linux.machine.errno import (
    EINTR,
    EINVAL,
    EIO,
    ENOENT,
    EPERM,
    SIGSEGV,
    Refusal,
)
from targets.shared import zswap_operations
from targets.swap import operations
from tests.targets.running import answers, signatures

CASE = """\
target swap
kernel 6.8
config zswap=on
task A
  store page=0 with=text:1
  {operation}
"""
LIMITED = """\
target swap
kernel 4.15
config disk_pages=2 without=all
task A
  mem_limit pages=1
  swapoff
"""


def refusing(errno: str) -> Any:
    def refuse(*_: object, **__: object) -> None:
        raise Refusal(errno)

    return refuse


@pytest.mark.parametrize(
    ("name", "errno", "operation"),
    [
        ("swapoff", EINVAL, "swapoff"),
        ("swapoff", EINTR, "swapoff"),
        ("madvise_dontneed", EINVAL, "dontneed page=0"),
        ("madvise_dontneed", SIGSEGV, "dontneed page=0"),
        ("swapon", EPERM, "swapon"),
        ("swapon", EIO, "swapon"),
        ("mkswap", EIO, "mkswap"),
    ],
)
def test_a_refusal_without_its_circumstance_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, errno: str, operation: str
) -> None:
    monkeypatch.setattr(operations, name, refusing(errno))
    word = operation.partition(" ")[0]
    found = f"refused-without-cause-{word}+{errno}"
    assert signatures(CASE.format(operation=operation)) == [found]


@pytest.mark.parametrize("errno", [EINVAL, ENOENT])
def test_zswap_that_has_something_is_not_empty(monkeypatch: pytest.MonkeyPatch, errno: str) -> None:
    monkeypatch.setattr(zswap_operations, "zswap_shrink", lambda _: errno)
    case = CASE.format(operation="swap_out page=0\n  zswap_writeback")
    assert signatures(case)[0] == "zswap-stalls-zswap_writeback_entry"


@pytest.mark.parametrize(
    ("name", "before", "operation"),
    [
        ("madvise_dontneed", "mlock page=0", "dontneed page=0"),
        ("swapoff", "load page=0", "swapoff"),
        ("swapon", "swapoff", "swapon"),
        ("mkswap", "load page=0", "mkswap"),
        ("munlock", "exit", "munlock page=0"),
    ],
)
def test_what_must_be_refused_and_is_not_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, before: str, operation: str
) -> None:
    case = CASE.format(operation=f"{before}\n  {operation}")
    assert signatures(case) == []
    monkeypatch.setattr(operations, name, lambda *_: None)
    word = operation.partition(" ")[0]
    assert f"process-refusal-missing-{word}" in signatures(case)


@pytest.mark.parametrize("word", ["mkswap", "mkswap_bad last=1 bad=1"])
def test_a_limit_of_the_zram_may_fail_the_write_of_a_header(word: str) -> None:
    case = f"{LIMITED}  {word}\n"
    assert answers(case)[-1] == EIO
    assert signatures(case) == []
