"""Sizes: measured on a kernel, replayed by a codec whose blocks stand for pages."""

import pytest

from targets.conform.sizes import RecordedSizes
from targets.linux.content.recipe import Recipe
from targets.linux.crypto.codec import Params
from tests.targets.conform.model_kernel import ModelKernel


def page(recipe: str) -> bytes:
    return Recipe.parse(recipe).page()


@pytest.mark.parametrize(("recipe", "size"), [("size:300:1", 300), ("random:1", 4096)])
def test_a_page_becomes_a_block_of_the_size_that_the_kernel_gave(recipe: str, size: int) -> None:
    sizes = RecordedSizes(ModelKernel("6.18"))
    sizes.measure("lz4", [page("size:100:1"), page(recipe)])
    assert len(sizes.compress("lz4", page(recipe))) == size


def test_a_block_is_the_page_that_it_stands_for_and_any_other_is_none() -> None:
    sizes = RecordedSizes(ModelKernel("6.18"))
    pages = [page("size:100:1"), page("size:100:2")]
    sizes.measure("lz4", pages)
    blocks = [sizes.compress("lz4", each) for each in pages]
    assert [sizes.decompress("lz4", block) for block in blocks] == pages
    assert sizes.decompress("lz4", blocks[0][:-1]) is None
    assert sizes.decompress("lz4", bytes(1000)) is None


def test_a_page_is_measured_once_and_when_it_is_needed_at_the_latest() -> None:
    kernel = ModelKernel("6.18")
    sizes = RecordedSizes(kernel)
    sizes.measure("lz4", [page("text:1"), page("text:1")])
    sizes.compress("lz4", page("text:1"))
    assert kernel.programs == 1
    assert len(sizes.compress("lz4", page("size:700:1"))) == 700
    assert kernel.programs == 2


def test_parameters_make_another_size() -> None:
    sizes = RecordedSizes(ModelKernel("6.18"))
    fast = sizes.compress("lz4", page("text:1"), Params(level=50))
    assert len(fast) > len(sizes.compress("lz4", page("text:1")))
    assert sizes.decompress("lz4", fast, Params(level=50)) == page("text:1")


def test_a_page_of_one_word_is_stored_whole() -> None:
    assert len(RecordedSizes(ModelKernel("6.18")).compress("lz4", page("same:0x61"))) == 4096
