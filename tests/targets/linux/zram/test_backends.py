"""Which algorithms a kernel has, lists and begins with."""

from dataclasses import replace

import pytest

from targets.linux.kernel.build import BUILD
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import kernel_named
from targets.linux.zram.backends import (
    backends,
    default_compressor,
    zcomp_available_algorithm,
    zcomp_available_show,
)

EVERYTHING = replace(BUILD, algorithms=("lzo", "lzo-rle", "lz4", "lz4hc", "zstd", "deflate", "842"))


def built(version: str) -> Kernel:
    return kernel_named(version, build=EVERYTHING)


@pytest.mark.parametrize(
    ("version", "listed"),
    [
        ("4.6", "lzo lz4"),
        ("4.7", "lzo lz4"),
        ("4.9", "lzo lz4 deflate lz4hc 842"),
        ("4.14", "lzo lz4 deflate lz4hc 842"),
        ("4.20", "lzo lz4 lz4hc 842 zstd"),
        ("5.0", "lzo lz4 lz4hc 842 zstd"),
        ("5.4", "lzo lzo-rle lz4 lz4hc 842 zstd"),
        ("6.8", "lzo lzo-rle lz4 lz4hc 842 zstd"),
        ("6.12", "lzo-rle lzo lz4 lz4hc zstd deflate 842"),
        ("6.19", "lzo-rle lzo lz4 lz4hc zstd deflate 842"),
    ],
)
def test_a_kernel_lists_its_backends_in_its_order(version: str, listed: str) -> None:
    assert " ".join(backends(built(version))) == listed


def test_what_a_kernel_was_built_without_is_not_listed() -> None:
    assert backends(kernel_named("6.12")) == ("lzo", "lz4", "lz4hc", "zstd", "deflate")


@pytest.mark.parametrize(
    ("version", "has"),
    [("4.7", False), ("4.9", True), ("6.8", True), ("6.12", True), ("6.19", True)],
)
def test_the_crypto_api_knows_more_than_is_listed(version: str, *, has: bool) -> None:
    assert zcomp_available_algorithm(built(version), "deflate") is has


def test_an_algorithm_that_is_chosen_but_not_listed_is_shown_last() -> None:
    assert zcomp_available_show(kernel_named("5.4"), "deflate") == "lzo lz4 lz4hc zstd [deflate]"
    assert zcomp_available_show(kernel_named("5.4"), "lz4") == "lzo [lz4] lz4hc zstd"
    assert zcomp_available_show(kernel_named("5.4"), "lzo-rle") == "lzo lz4 lz4hc zstd"


@pytest.mark.parametrize(
    ("version", "name"),
    [("4.6", "lzo"), ("5.0", "lzo"), ("5.4", "lzo-rle"), ("5.10", "lzo-rle"), ("5.15", "lz4")],
)
def test_the_default_was_fixed_until_a_build_could_choose_it(version: str, name: str) -> None:
    assert default_compressor(built(version)) == name


def test_a_new_device_has_an_algorithm_that_the_kernel_has() -> None:
    assert default_compressor(kernel_named("5.10")) == "lzo"
