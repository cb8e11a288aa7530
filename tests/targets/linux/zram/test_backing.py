"""Attaching and detaching a backing device, and what the kernels say against it."""

import pytest

from fuzz.values.refusal import Refusal
from targets.linux.block.disk import blkdev_get
from targets.linux.block.ram_disk import RamDisk
from targets.linux.kernel.build import Build
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zram.backing import backing_dev_show, backing_dev_store
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store
from tests.targets.linux.zram.backings import (
    LOOP,
    WITH_BACKING,
    backed_device,
    since,
    until,
    with_loop,
)
from tests.targets.linux.zram.devices import bare_device, kinds, run


def attach(zram: Zram, path: str = f"{LOOP}\n") -> str:
    try:
        backing_dev_store(zram, path)
    except Refusal as refusal:
        return refusal.name
    return "ok"


@pytest.mark.parametrize("kernel", WITH_BACKING)
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (LOOP, "ok"),
        ("/dev/loop1", "ENOENT"),
        ("loop0", "ENOENT"),
        ("", "EISDIR"),
        ("/dev", "EISDIR"),
        ("/dev/null", "ENOTBLK"),
    ],
)
def test_a_backing_device_is_a_block_device_named_by_its_path(
    kernel: str, path: str, answer: str
) -> None:
    zram = bare_device(kernel)
    with_loop(zram)
    shown = LOOP if answer == "ok" else "none"
    written = f"{path}\n"
    answers = run(zram, lambda zram: (attach(zram, written), backing_dev_show(zram)))
    assert answers == [(answer, shown)]
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", WITH_BACKING)
def test_a_path_without_a_newline_is_cut_short_until_4_18(kernel: str) -> None:
    zram = bare_device(kernel)
    with_loop(zram)
    answer = "ENOENT" if kernel in until("4.20") else "ok"
    assert run(zram, lambda zram: attach(zram, LOOP)) == [answer]


@pytest.mark.parametrize("kernel", VERSIONS[: VERSIONS.index("4.14")])
def test_older_kernels_have_no_such_file(kernel: str) -> None:
    zram = bare_device(kernel)
    with_loop(zram)
    assert run(zram, attach, backing_dev_show) == ["ENOENT", "ENOENT"]


def test_a_kernel_built_without_writeback_has_no_such_file() -> None:
    zram = bare_device(kernel_named("6.12", build=Build(writeback=False)))
    with_loop(zram)
    assert run(zram, attach, backing_dev_show) == ["ENOENT", "ENOENT"]


@pytest.mark.parametrize("kernel", WITH_BACKING)
def test_a_device_with_a_size_takes_no_backing_device(kernel: str) -> None:
    zram = bare_device(kernel)
    with_loop(zram)
    assert run(zram, lambda zram: (disksize_store(zram, "64K"), attach(zram))) == [(None, "EBUSY")]


@pytest.mark.parametrize("kernel", WITH_BACKING)
def test_reset_detaches_the_backing_device(kernel: str) -> None:
    zram, loop = backed_device(kernel)
    run(zram, lambda zram: reset_store(zram, "1"))
    assert (zram.backing.dev, zram.backing.nr_pages, loop.disk.holder) == (None, 0, None)
    assert kinds(zram) == []


STABLE = ("6.1", "6.12")
"""Kernels that are maintained: their later stable releases detach it, as real ones show."""


@pytest.mark.parametrize(
    ("kernel", "kept"),
    [
        *((kernel, kernel not in STABLE) for kernel in until("6.14")),
        *((kernel, False) for kernel in since("6.14")),
    ],
)
def test_reset_of_a_device_without_a_size_kept_the_backing_device_for_ever(
    kernel: str, *, kept: bool
) -> None:
    zram = bare_device(kernel)
    loop = with_loop(zram)
    run(zram, lambda zram: (attach(zram), reset_store(zram, "1")))
    assert (loop.disk.holder is not None, loop.disk.openers) == (kept, kept)


@pytest.mark.parametrize(
    ("kernel", "answer"),
    [
        *((kernel, ("ok", "EBUSY")) for kernel in until("6.14")),
        *((kernel, ("EINVAL", None)) for kernel in since("6.14")),
    ],
)
def test_a_device_could_be_its_own_backing_device_and_was_never_free_again(
    kernel: str, answer: tuple[str, str | None]
) -> None:
    zram = bare_device(kernel)

    def reset(zram: Zram) -> str | None:
        try:
            return reset_store(zram, "1")
        except Refusal as refusal:
            return refusal.name

    assert run(zram, lambda zram: (attach(zram, "/dev/zram0\n"), reset(zram))) == [answer]


@pytest.mark.parametrize(
    ("kernel", "again"),
    [
        *((kernel, "ok") for kernel in until("6.12")),
        *((kernel, "EBUSY") for kernel in since("6.12")),
    ],
)
def test_the_same_backing_device_could_be_attached_again_until_6_12(
    kernel: str, again: str
) -> None:
    zram = bare_device(kernel)
    loop = with_loop(zram)
    assert run(zram, lambda zram: (attach(zram), attach(zram))) == [("ok", again)]
    assert (zram.backing.dev, loop.disk.openers) == (loop.disk, 1)


@pytest.mark.parametrize("kernel", WITH_BACKING)
def test_another_backing_device_takes_the_place_of_the_first(kernel: str) -> None:
    zram = bare_device(kernel)
    loop, other = with_loop(zram), RamDisk(zram.machine, "loop1", 10, 4)
    run(zram, lambda zram: (attach(zram), attach(zram, "/dev/loop1\n")))
    assert (zram.backing.dev, zram.backing.nr_pages) == (other.disk, 4)
    assert (loop.disk.openers, other.disk.openers) == (0, 1)


@pytest.mark.parametrize(
    ("kernel", "found", "holder"),
    [
        *((kernel, ["bdev-put-twice"], None) for kernel in until("5.0")),
        *((kernel, [], "swap") for kernel in since("5.0")),
    ],
)
def test_a_device_that_somebody_has_is_refused_and_was_taken_from_him_before_5_0(
    kernel: str, found: list[str], holder: str | None
) -> None:
    zram = bare_device(kernel)
    loop = with_loop(zram)
    zram.machine.world.boot(lambda: blkdev_get(loop.disk, "swap"))
    assert run(zram, attach) == ["EBUSY"]
    assert kinds(zram) == found
    assert loop.disk.holder == holder


@pytest.mark.parametrize("kernel", WITH_BACKING)
@pytest.mark.parametrize("fault", ["zram.backing.path#1", "zram.backing.bitmap#1"])
def test_no_memory_leaves_everything_as_it_was(kernel: str, fault: str) -> None:
    zram = bare_device(kernel)
    loop = with_loop(zram)
    assert run(zram, attach, fails=[f"A {fault} ENOMEM"]) == ["ENOMEM"]
    assert (zram.backing.dev, loop.disk.holder, loop.disk.openers) == (None, None, 0)


@pytest.mark.parametrize(
    ("kernel", "found"),
    [
        *((kernel, ["null-dereference"]) for kernel in until("5.4")),
        *((kernel, []) for kernel in since("5.4")),
    ],
)
def test_show_followed_a_pointer_that_it_had_looked_up_too_early(
    kernel: str, found: list[str]
) -> None:
    zram = bare_device(kernel)
    with_loop(zram)
    run(zram, backing_dev_show, attach, to=["A zram.init_lock.lock#1 B"])
    assert kinds(zram) == found
