"""The files that choose algorithms and parameters, on every kernel that has them."""

from dataclasses import replace

import pytest

from targets.linux.crypto.codec import PLAIN, Params
from targets.linux.kernel.build import BUILD
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zram.comps import comp_of
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store
from targets.linux.zram.sysfs import show_file, store_file
from tests.targets.linux.zram.devices import Act, bare_device, device, run

FROM_6_3 = ("6.3", "6.5", "6.8", "6.12", "6.14", "6.17", "6.18", "6.19")
FROM_6_12 = FROM_6_3[3:]


def store(name: str, text: str) -> Act:
    return lambda zram: store_file(zram, name, text)


def show(name: str) -> Act:
    return lambda zram: show_file(zram, name)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_further_algorithms_came_with_recompression(kernel: str) -> None:
    expected = [None, "#2: lzo lz4 lz4hc [zstd]"] if kernel in FROM_6_3 else ["ENOENT"] * 2
    if kernel in FROM_6_12:
        expected[1] = "#2: lzo lz4 lz4hc [zstd] deflate"
    acts = store("recomp_algorithm", "algo=zstd priority=2\n"), show("recomp_algorithm")
    assert run(bare_device(kernel), *acts) == expected


def test_a_kernel_built_without_recompression_has_no_such_file() -> None:
    kernel = kernel_named("6.12", build=replace(BUILD, multi_comp=False))
    assert run(bare_device(kernel), store("recomp_algorithm", "algo=zstd")) == ["ENOENT"]


@pytest.mark.parametrize("kernel", FROM_6_3)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("algo=zstd", None),
        ("algo=zstd priority=3", None),
        ("algo=zstd priority=0", "EINVAL"),
        ("algo=zstd priority=4", "EINVAL"),
        ("algo=zstd priority=-1", "EINVAL"),
        ("algo=zstd priority=x", "EINVAL"),
        ("algo=zstd priority=0x1", "EINVAL"),
        ("algo=zstd priority=4294967296", "ERANGE"),
        ("algo=rar", "EINVAL"),
        ("priority=1", "EINVAL"),
        ("zstd", "EINVAL"),
        ("algo= priority=1", "EINVAL"),
        ("\n", "EINVAL"),
        ("algo=zstd unknown=1", None),
        ("algo=" + "z" * 128, "E2BIG"),
    ],
)
def test_recomp_algorithm_is_answered_as_the_kernel_does(
    kernel: str, text: str, answer: str | None
) -> None:
    assert run(bare_device(kernel), store("recomp_algorithm", text)) == [answer]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_name_that_is_too_long_is_told_from_one_that_is_unknown(kernel: str) -> None:
    answer = "E2BIG" if kernel in FROM_6_3 else "EINVAL"
    assert run(bare_device(kernel), store("comp_algorithm", "z" * 128)) == [answer]
    assert run(bare_device(kernel), store("comp_algorithm", "z" * 127)) == ["EINVAL"]


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_algorithms_are_chosen_before_a_device_has_a_size(kernel: str) -> None:
    assert run(device(kernel), store("recomp_algorithm", "algo=zstd")) == ["EBUSY"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_parameters_came_with_zcomps_own_backends(kernel: str) -> None:
    zram = bare_device(kernel)
    answer = None if kernel in FROM_6_12 else "ENOENT"
    assert run(zram, store("algorithm_params", "algo=lz4 level=7")) == [answer]
    assert zram.comps.params[0] == (Params(level=7) if kernel in FROM_6_12 else PLAIN)


@pytest.mark.parametrize("kernel", FROM_6_12)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("priority=1 level=3", None),
        ("level=-3", None),
        ("", None),
        ("algo=zstd level=3", "EINVAL"),
        ("priority=4", "EINVAL"),
        ("priority=-1", "EINVAL"),
        ("level=fast", "EINVAL"),
        ("level", "EINVAL"),
        ("dict=/no/such/file", "EINVAL"),
    ],
)
def test_algorithm_params_is_answered_as_the_kernel_does(
    kernel: str, text: str, answer: str | None
) -> None:
    assert run(bare_device(kernel), store("algorithm_params", text)) == [answer]


@pytest.mark.parametrize(("priority", "answer"), [(0, None), (1, "EINVAL"), (3, "EINVAL")])
def test_a_kernel_built_without_recompression_has_one_priority(
    priority: int, answer: str | None
) -> None:
    """Seen on Linux 6.18.44."""
    kernel = kernel_named("6.18", build=replace(BUILD, multi_comp=False))
    text = f"priority={priority} level=3"
    assert run(bare_device(kernel), store("algorithm_params", text)) == [answer]


@pytest.mark.parametrize(
    ("kernel", "winbits"), [("6.12", None), ("6.14", None), ("6.17", 12), ("6.19", 12)]
)
def test_the_window_of_deflate_can_be_set_since_6_16(kernel: str, winbits: int | None) -> None:
    zram = bare_device(kernel)
    assert run(zram, store("algorithm_params", "deflate.winbits=12")) == [None]
    assert zram.comps.params[0] == Params(winbits=winbits)


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("5.15", ["lzo", None, "zstd"]),
        ("6.3", ["lz4", None, "zstd"]),
        ("6.12", ["lz4", None, None]),
        ("6.19", ["lz4", None, None]),
    ],
)
def test_a_reset_takes_algorithms_back_as_the_kernel_does(
    kernel: str, expected: list[str | None]
) -> None:
    zram = bare_device(kernel)
    zram.comps.algs[:3] = ["lzo", None, "zstd"]
    assert run(
        zram, lambda zram: disksize_store(zram, "64K"), lambda zram: reset_store(zram, "1")
    ) == [None, None]
    assert zram.comps.algs == [*expected, None]


@pytest.mark.parametrize(("kernel", "algorithm"), [("6.8", "lzo"), ("6.12", None), ("6.18", None)])
def test_a_size_that_is_refused_costs_the_algorithms_since_6_12(
    kernel: str, algorithm: str | None
) -> None:
    zram = bare_device(kernel)
    zram.comps.algs[0] = "lzo"
    answers = run(zram, lambda zram: disksize_store(zram, "64K"), fails=["A zcomp.stream#2 ENOMEM"])
    assert (answers, zram.comps.algs[0]) == (["ENOMEM"], algorithm)


@pytest.mark.parametrize(
    ("algorithm", "counts"),
    [
        ("lz4", Params(level=3)),
        ("lz4hc", Params(level=3)),
        ("zstd", PLAIN),
        ("deflate", PLAIN),
    ],
)
def test_a_level_counts_at_once_where_a_backend_keeps_nothing_of_it(
    algorithm: str, counts: Params
) -> None:
    def act(zram: Zram) -> list[Params]:
        store_file(zram, "comp_algorithm", algorithm)
        store_file(zram, "disksize", "64K")
        store_file(zram, "algorithm_params", "priority=0 level=3")
        return [comp_of(zram, 0).params, zram.comps.params[0]]

    assert run(bare_device("6.18"), act) == [[counts, Params(level=3)]]


@pytest.mark.parametrize(
    ("text", "answer"), [("priority=0 level=3", "ok"), ("priority=0", "EINVAL")]
)
def test_deflate_makes_no_stream_for_a_cpu_once_its_level_is_left_open(
    text: str, answer: str
) -> None:
    def act(zram: Zram) -> str:
        store_file(zram, "comp_algorithm", "deflate")
        store_file(zram, "disksize", "64K")
        store_file(zram, "algorithm_params", text)
        zram.machine.hotplug.set_online(1, online=False)
        zram.machine.hotplug.set_online(1, online=True)
        return "ok"

    assert run(bare_device("6.12"), act) == [answer]


@pytest.mark.parametrize(
    ("without", "answers"),
    [((), [None] * 3), (("zram-params-unlocked",), [None, None, "EBUSY"])],
)
def test_only_where_that_is_mended_parameters_are_refused_once_there_is_a_size(
    without: tuple[str, ...], answers: list[str | None]
) -> None:
    kernel = kernel_named("6.19", without_defects=without)
    acts = [
        store("algorithm_params", "priority=0 level=3"),
        store("disksize", "64K"),
        store("algorithm_params", "priority=0 level=4"),
    ]
    assert run(bare_device(kernel), *acts) == answers


@pytest.mark.parametrize(
    ("level", "answer"), [(9, "ok"), (-1, "ok"), (10, "EINVAL"), (-2, "EINVAL")]
)
def test_deflate_knows_ten_levels_and_none(level: int, answer: str) -> None:
    def act(zram: Zram) -> str:
        store_file(zram, "comp_algorithm", "deflate")
        store_file(zram, "algorithm_params", f"priority=0 level={level}")
        store_file(zram, "disksize", "64K")
        return "ok"

    assert run(bare_device("6.12"), act) == [answer]


@pytest.mark.parametrize(
    ("lost", "found"), [(False, []), (True, ["zram-no-algorithm-comp_algorithm_show"])]
)
def test_a_device_without_its_algorithm_makes_who_asks_for_it_follow_null(
    *, lost: bool, found: list[str]
) -> None:
    zram = bare_device("6.12")
    world = zram.machine.world

    def body() -> None:
        if lost:
            zram.comps.algs[0] = None
        show_file(zram, "comp_algorithm")

    world.spawn("A", body)
    world.run()
    assert [finding.signature for finding in world.findings] == found
