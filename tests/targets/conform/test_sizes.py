"""Sizes: measured on a kernel, replayed by a codec whose blocks stand for pages."""

import pytest

from targets.conform.sizes import RecordedSizes
from targets.linux.content.recipe import Recipe
from tests.targets.conform.model_kernel import ModelKernel


def page(recipe: str) -> bytes:
    return Recipe.parse(recipe).page()


@pytest.mark.parametrize(("recipe", "size"), [("size:300:1", 300), ("random:1", 4096)])
def test_a_page_becomes_a_block_of_the_size_that_the_kernel_gave(recipe: str, size: int) -> None:
    sizes = RecordedSizes()
    sizes.measure(ModelKernel("6.18"), "lz4", [page("size:100:1"), page(recipe)])
    assert len(sizes.compress("lz4", page(recipe))) == size


def test_a_block_is_the_page_that_it_stands_for_and_any_other_is_none() -> None:
    sizes = RecordedSizes()
    pages = [page("size:100:1"), page("size:100:2")]
    sizes.measure(ModelKernel("6.18"), "lz4", pages)
    blocks = [sizes.compress("lz4", each) for each in pages]
    assert [sizes.decompress("lz4", block) for block in blocks] == pages
    assert sizes.decompress("lz4", blocks[0][:-1]) is None
    assert sizes.decompress("lz4", bytes(1000)) is None


def test_a_page_is_measured_once() -> None:
    sizes, kernel = RecordedSizes(), ModelKernel("6.18")
    sizes.measure(kernel, "lz4", [page("text:1"), page("text:1")])
    sizes.measure(kernel, "lz4", [page("text:1")])
    assert kernel.programs == 1


def test_what_was_never_measured_is_stored_whole() -> None:
    assert len(RecordedSizes().compress("lz4", page("text:1"))) == 4096
