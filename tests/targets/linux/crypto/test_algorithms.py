"""Algorithms: every page comes back, damage is noticed or harmless, parameters change something."""

import zlib

import pytest

from targets.linux.content.recipe import Recipe
from targets.linux.crypto.algorithms import ALGORITHMS, LIBRARIES, library_algorithms
from targets.linux.crypto.codec import Params
from targets.linux.kernel.build import BUILD
from targets.linux.machine.page import PAGE_SIZE

PAGES = tuple(Recipe.parse(text).page() for text in ("zeros", "text:1", "random:1", "size:2000:1"))


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("page", PAGES, ids=["zeros", "text", "random", "sized"])
def test_what_is_decompressed_is_what_was_compressed(name: str, page: bytes) -> None:
    assert LIBRARIES.decompress(name, LIBRARIES.compress(name, page)) == page


@pytest.mark.parametrize("name", ALGORITHMS)
def test_text_shrinks_and_noise_takes_at_most_two_pages(name: str) -> None:
    _, text, noise, _ = PAGES
    assert len(LIBRARIES.compress(name, text)) < 3072
    assert PAGE_SIZE <= len(LIBRARIES.compress(name, noise)) <= 2 * PAGE_SIZE


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("damage", [0x00, 0x01, 0x7F, 0xFF])
def test_a_damaged_block_is_no_block_or_at_most_a_page(name: str, damage: int) -> None:
    block = LIBRARIES.compress(name, PAGES[1])
    for place in range(0, len(block), 7):
        damaged = block[:place] + bytes([damage]) + block[place + 1 :]
        data = LIBRARIES.decompress(name, damaged)
        assert data is None or len(data) <= PAGE_SIZE


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("block", [b"", b"\xff", bytes(PAGE_SIZE), b"\xff" * PAGE_SIZE])
def test_noise_is_never_taken_for_more_than_a_page(name: str, block: bytes) -> None:
    data = LIBRARIES.decompress(name, block)
    assert data is None or len(data) <= PAGE_SIZE


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [
        ("lz4", Params(level=50), Params(level=1)),
        ("zstd", Params(level=1), Params(level=19)),
        ("deflate", Params(level=1), Params(level=9)),
        ("deflate", Params(winbits=-9), Params(winbits=-15)),
    ],
)
def test_a_level_or_a_window_decides_how_much_a_page_shrinks(
    name: str, less: Params, more: Params
) -> None:
    sizes = [len(LIBRARIES.compress(name, PAGES[1], params)) for params in (less, more)]
    assert sizes[0] > sizes[1]


def test_a_window_above_zero_adds_the_header_and_the_checksum_of_zlib() -> None:
    bare, zlibs = (LIBRARIES.compress("deflate", PAGES[1], Params(winbits=w)) for w in (-12, 12))
    assert zlibs[2:-4] == bare
    assert LIBRARIES.decompress("deflate", zlibs, Params(winbits=12)) == PAGES[1]
    assert LIBRARIES.decompress("deflate", bare, Params(winbits=12)) is None


def test_half_a_stream_of_deflate_is_no_block() -> None:
    block = LIBRARIES.compress("deflate", PAGES[1])
    assert LIBRARIES.decompress("deflate", block[: len(block) // 2]) is None


def test_zstd_takes_a_level_beyond_its_highest_for_that() -> None:
    page = PAGES[1]
    best, beyond = (LIBRARIES.compress("zstd", page, Params(level=level)) for level in (22, 99))
    assert best == beyond


def test_a_dictionary_helps_only_who_has_it() -> None:
    page = PAGES[1]
    params = Params(dictionary=page[:2048])
    block = LIBRARIES.compress("zstd", page, params)
    assert len(block) < len(LIBRARIES.compress("zstd", page))
    assert LIBRARIES.decompress("zstd", block, params) == page
    assert LIBRARIES.decompress("zstd", block) != page


def test_a_machine_has_the_algorithms_that_a_build_has_unless_its_zlib_is_another() -> None:
    own_zlib = "ng" not in zlib.ZLIB_RUNTIME_VERSION
    expected = BUILD.algorithms if own_zlib else BUILD.algorithms[:-1]
    assert library_algorithms() == expected
