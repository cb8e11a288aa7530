"""O_DIRECT: whose fault it is when something is wrong."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from tests.targets.running import answers, signatures

RACE = """
target {target}
kernel {kernel}
{config}
task A
  scribble buffer=0 with=text:3
  direct_write block=1 buffer=0
  read block=1
task B
  scribble buffer=0 with=random:1
{lines}
"""

ALONE = """
target zram
kernel {kernel}
task A
  write block=1 with=text:3
  read block=1
"""

SLEEPS = "fault A zsmalloc.pages#1 ENOMEM\nswitch A alloc_page.sleep#2 B"
"""Who compresses a page twice sleeps between: then the buffer gets other contents."""


def zram_race(kernel: str, lines: str = "") -> str:
    return RACE.format(target="zram", kernel=kernel, config="", lines=lines)


@pytest.mark.parametrize(
    ("kernel", "overrun"),
    [
        ("4.6", False),
        ("4.7", True),
        ("4.10", True),
        ("5.17", True),
        ("5.19", False),
        ("6.1", True),
    ],
)
def test_stable_pages_do_not_protect_a_users_own_buffer(kernel: str, *, overrun: bool) -> None:
    """No flag of any device is looked at: what is compressed twice may overrun its object."""
    found = signatures(zram_race(kernel, SLEEPS))
    assert any(name.startswith("zsmalloc-out-of-bounds") for name in found) == overrun


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("point", ["bd_mutex.lock#1", "submit_bio#1", "zcomp.compress#1"])
def test_a_writer_who_races_himself_may_read_anything(kernel: str, point: str) -> None:
    assert signatures(zram_race(kernel, f"switch A {point} B")) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_direct_write_that_nobody_races_is_read_back(kernel: str) -> None:
    first, second, read, after = answers(zram_race(kernel))
    alone = answers(
        f"target zram\nkernel {kernel}\ntask A\n  write block=1 with=text:3\n  read block=1"
    )
    assert (first, second, read, after) == ("ok", "ok", alone[1], "ok")


@pytest.mark.parametrize("kernel", ["4.9", "4.10", "6.12"])
def test_a_disk_refuses_what_a_racing_writer_left_and_blames_nobody(kernel: str) -> None:
    case = RACE.format(
        target="swap",
        kernel=kernel,
        config="config disk=crc swap=off",
        lines="switch A user.io.lock#1 B",
    )
    assert signatures(case) == []
    assert answers(case)[:2] == ["ok", "ok"]
    assert "EIO" in answers(case)


OVERRULED = """
target swap
kernel {kernel}
config swap=off
task A
  stable_writes value=0
  mkswap
  swapon
  stable_writes value=1
"""


@pytest.mark.parametrize("kernel", VERSIONS)
def test_root_may_overrule_a_device_from_5_10_on_and_nobody_is_blamed(kernel: str) -> None:
    case = OVERRULED.format(kernel=kernel)
    known = VERSIONS.index(kernel) >= VERSIONS.index("5.10")
    said = "ok" if known else "ENOENT"
    assert (answers(case), signatures(case)) == ([said, "ok", "ok", said], [])


ACROSS = """
target zram
kernel {kernel}
task A
  write_across block=1 at={at} with=random:3
  read block=1
"""


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("at", ["512", "2048", "3584"])
def test_a_buffer_within_pages_is_refused_or_its_parts_taken_for_pages(
    kernel: str, at: str
) -> None:
    text = ACROSS.format(kernel=kernel, at=at)
    if VERSIONS.index(kernel) < VERSIONS.index("6.1"):
        assert answers(text)[0] == "EINVAL"
        assert signatures(text) == []
    else:
        assert answers(text)[0] == "ok"
        assert "zram-impossible-read-zram_bvec_read" in signatures(text)
