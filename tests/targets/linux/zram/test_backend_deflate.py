"""Parameters of deflate that no stream can be made with, and those that the others put up with."""

import pytest

from targets.linux.zram.device import Zram, init_done
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.sysfs import store_file
from tests.targets.linux.zram.devices import bare_device, content, kinds, read, run, write


def sized_with(kernel: str, algorithm: str, params: str) -> tuple[object, list[str]]:
    """Choose an algorithm and parameters, and set the device up; if it is, a page comes back."""
    zram = bare_device(kernel)

    def a_page_comes_back(zram: Zram) -> bool:
        if not init_done(zram):
            return True
        write(zram, 0, "text:1")
        return read(zram, 0) == content("text:1")

    *_, answer, comes_back = run(
        zram,
        lambda zram: store_file(zram, "comp_algorithm", algorithm),
        lambda zram: store_file(zram, "algorithm_params", params),
        lambda zram: disksize_store(zram, "64K"),
        a_page_comes_back,
    )
    assert comes_back or kinds(zram)
    return answer, kinds(zram)


@pytest.mark.parametrize("kernel", ["6.12", "6.14", "6.17", "6.19"])
@pytest.mark.parametrize(
    ("level", "answer"),
    [(-2, "EINVAL"), (-1, None), (0, None), (9, None), (10, "EINVAL"), (99, "EINVAL")],
)
def test_deflate_has_levels_up_to_9(kernel: str, level: int, answer: str | None) -> None:
    assert sized_with(kernel, "deflate", f"level={level}") == (answer, [])


@pytest.mark.parametrize("kernel", ["6.12", "6.19"])
@pytest.mark.parametrize("algorithm", ["lzo", "lz4", "lz4hc", "zstd"])
@pytest.mark.parametrize("level", [-2147483648, -1, 0, 23, 2147483647])
def test_the_others_take_any_level(kernel: str, algorithm: str, level: int) -> None:
    assert sized_with(kernel, algorithm, f"level={level}") == (None, [])


@pytest.mark.parametrize("winbits", [-15, -9, 9, 15])
def test_a_window_may_have_zlibs_header(winbits: int) -> None:
    assert sized_with("6.19", "deflate", f"deflate.winbits={winbits}") == (None, [])


@pytest.mark.parametrize("kernel", ["6.17", "6.18", "6.19"])
@pytest.mark.parametrize("winbits", [-16, 0, 8, 99])
def test_a_window_that_zlib_has_not_kills_the_kernel(kernel: str, winbits: int) -> None:
    assert sized_with(kernel, "deflate", f"deflate.winbits={winbits}")[1] == ["kernel-bug"]


def test_before_6_16_nobody_reads_a_window() -> None:
    assert sized_with("6.14", "deflate", "deflate.winbits=99") == (None, [])
