"""Parts of pages: written, read and discarded, where a page of the machine has four blocks."""

import pytest

from targets.linux.content.recipe import Recipe
from targets.linux.kernel.versions import VERSIONS
from targets.shared.device import digest
from tests.targets.running import answers, run

CASE = """
target zram
kernel {kernel}
config disk_pages=4 without=all page_blocks={blocks}
task A
"""
TEXT = Recipe.parse("text:1").page()
OTHER = Recipe.parse("random:2").page()


def answered(kernel: str, *operations: str, blocks: int = 4) -> list[str]:
    return answers(
        CASE.format(kernel=kernel, blocks=blocks) + "".join(f"  {op}\n" for op in operations)
    )


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_part_that_is_written_leaves_the_rest_of_its_page(kernel: str) -> None:
    page = TEXT[:1024] + OTHER[:2048] + TEXT[3072:]
    assert answered(
        kernel,
        "write block=0 with=text:1",
        "write_part block=0 part=1 with=random:2 parts=2",
        "read block=0",
        "read_part block=0 part=2 parts=2",
    ) == ["ok", "ok", digest(page), digest(page[2048:])]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_blocks_that_cross_into_the_next_page_are_two_parts(kernel: str) -> None:
    assert answered(
        kernel,
        "write_part block=0 part=3 with=random:2 parts=4",
        "read block=0",
        "read_part block=0 part=3 parts=4",
    ) == ["ok", digest(bytes(3072) + OTHER[:1024]), digest(OTHER)]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_discard_leaves_pages_that_it_covers_in_part(kernel: str) -> None:
    written = [f"write block={block} with=text:1" for block in range(3)]
    seen = [f"read block={block}" for block in range(3)]
    assert answered(kernel, *written, "discard_part block=0 part=1 parts=8", *seen)[4:] == [
        digest(TEXT),
        digest(bytes(4096)),
        digest(TEXT),
    ]


@pytest.mark.parametrize("kernel", ["4.14", "5.4", "6.12"])
def test_a_part_of_a_page_that_was_written_back_is_waited_for(kernel: str) -> None:
    case = CASE.format(kernel=kernel, blocks=4).replace("config", "config backing=disk")
    case += "  write block=0 with=random:2\n"
    case += "" if kernel == "4.14" else "  idle\n  writeback mode=idle\n"
    case += "  write_part block=0 part=1 with=text:1\n  read block=0\n  read_part block=0 part=0\n"
    outcome = run(case)
    page = OTHER[:1024] + TEXT[:1024] + OTHER[2048:]
    assert [answer.text for answer in outcome.answers][-2:] == [digest(page), digest(OTHER[:1024])]
    assert outcome.findings == ()


def test_a_page_has_no_more_blocks_than_it_has() -> None:
    assert answered("6.12", "read_part block=0 part=4", "read_part block=0 part=1", blocks=4)[
        0
    ] == ("EINVAL")
    assert answered("6.12", "write_part block=0 part=1 with=zeros", blocks=1) == ["EINVAL"]
    assert answered("6.12", "read_part block=3 part=2 parts=9") == [digest(bytes(2048))]
    assert answered("6.12", "write_part block=4 part=0 with=zeros") == ["ENOSPC"]
