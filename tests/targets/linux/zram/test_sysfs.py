"""Files by name: which there are, and what may be done with them."""

import pytest

from targets.linux.zram.device import Zram
from targets.linux.zram.sysfs import show_file, store_file
from tests.targets.linux.zram.devices import device, run


def test_what_is_written_to_a_file_is_read_from_it() -> None:
    def act(zram: Zram) -> None:
        store_file(zram, "reset", "1")
        store_file(zram, "disksize", "8K")
        assert show_file(zram, "disksize") == "8192"

    run(device(), act)


@pytest.mark.parametrize(
    ("kernel", "name", "answer"),
    [
        ("6.14", "max_comp_streams", "ok"),
        ("6.17", "max_comp_streams", "ENOENT"),
        ("6.8", "algorithm_params", "ENOENT"),
        ("6.12", "algorithm_params", "ok"),
        ("6.1", "recomp_algorithm", "ENOENT"),
        ("6.12", "mem_limit", "ok"),
        ("6.12", "mm_stat", "EACCES"),
    ],
)
def test_a_write_of_nothing_never_reaches_the_driver(kernel: str, name: str, answer: str) -> None:
    def act(zram: Zram) -> str:
        store_file(zram, name, "")
        return "ok"

    assert run(device(kernel), act) == [answer]
