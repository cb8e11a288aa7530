"""Size classes against the published tables of three configurations."""

from itertools import pairwise

import pytest

from targets.linux.kernel.build import Build
from targets.linux.kernel.history.zsmalloc import Packing
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zsmalloc.size_class import (
    INDEX_LAST,
    ZS_HANDLE_SIZE,
    class_table,
    classes_of,
    get_size_class_index,
    huge_class_size,
)

OLD_CHAIN_4 = """
32:1/128 48:3/256 64:1/64 80:1/51 96:3/128 112:2/73 128:1/32 144:3/85 160:2/51 176:4/93 192:3/64
208:2/39 224:4/73 240:1/17 256:1/16 272:1/15 288:1/14 304:3/40 320:4/51 336:1/12 352:2/23 368:1/11
384:3/32 400:1/10 416:4/39 432:3/28 448:1/9 464:4/35 480:2/17 496:4/33 512:1/8 528:4/31 544:2/15
560:4/29 576:1/7 592:4/27 608:3/20 624:2/13 640:3/19 672:1/6 704:4/23 720:3/17 736:2/11 768:3/16
816:1/5 848:4/19 864:3/14 896:2/9 944:3/13 960:4/17 1024:1/4 1088:4/15 1104:3/11 1168:2/7 1216:3/10
1248:4/13 1360:1/3 1488:4/11 1536:3/8 1632:2/5 1744:3/7 1808:4/9 2048:1/2 2336:4/7 2448:3/5
2720:2/3 3072:3/4 3264:4/5 4096:1/1
"""

NEW_CHAIN_4 = OLD_CHAIN_4.replace("208:2/39", "208:3/59")

NEW_CHAIN_8 = """
32:1/128 48:3/256 64:1/64 80:5/256 96:3/128 112:7/256 128:1/32 144:7/199 160:5/128 176:4/93 192:3/64
208:3/59 224:7/128 240:1/17 256:1/16 272:1/15 288:5/71 304:7/94 320:5/64 336:6/73 352:8/93 368:8/89
384:3/32 400:5/51 416:6/59 432:7/66 448:7/64 464:5/44 480:2/17 496:4/33 512:1/8 528:4/31 544:2/15
560:7/51 576:1/7 592:8/55 608:7/47 624:2/13 640:5/32 656:5/31 672:1/6 688:8/47 704:5/29 720:3/17
736:2/11 752:7/38 768:3/16 784:5/26 816:1/5 832:8/39 848:5/24 864:7/33 880:8/37 896:7/32 912:7/31
928:5/22 944:3/13 960:4/17 976:6/25 992:8/33 1024:1/4 1056:8/31 1072:5/19 1088:4/15 1104:3/11
1120:8/29 1136:5/18 1168:2/7 1184:7/24 1200:5/17 1216:3/10 1232:7/23 1248:4/13 1280:5/16 1296:7/22
1360:1/3 1424:8/23 1440:6/17 1456:5/14 1488:4/11 1504:7/19 1536:3/8 1552:8/21 1568:5/13 1584:7/18
1632:2/5 1680:7/17 1696:5/12 1712:8/19 1744:3/7 1792:7/16 1808:4/9 1856:5/11 1888:6/13 1904:7/15
1920:8/17 2048:1/2 2176:8/15 2192:7/13 2224:6/11 2272:5/9 2336:4/7 2384:7/12 2448:3/5 2512:8/13
2560:5/8 2592:7/11 2720:2/3 2864:7/10 2912:5/7 2976:8/11 3072:3/4 3184:7/9 3264:4/5 3408:5/6
3504:6/7 3584:7/8 3632:8/9 4096:1/1
"""


@pytest.mark.parametrize(
    ("packing", "chain_max", "expected"),
    [
        pytest.param(Packing.BY_PERCENT, 4, OLD_CHAIN_4, id="old rule, chain 4"),
        pytest.param(Packing.BY_BYTES, 4, NEW_CHAIN_4, id="new rule, chain 4"),
        pytest.param(Packing.BY_BYTES, 8, NEW_CHAIN_8, id="new rule, chain 8"),
    ],
)
def test_a_pool_has_the_classes_of_its_kernel(
    packing: Packing, chain_max: int, expected: str
) -> None:
    table = class_table(packing, chain_max)
    own = [one for index, one in enumerate(table) if one.index == index]
    assert [f"{one.size}:{one.pages}/{one.objects}" for one in own] == expected.split()


@pytest.mark.parametrize(
    ("requests", "index", "old", "new"),
    [
        ((1, 24), 0, (32, 24), (32, 24)),
        ((25, 40), 1, (48, 40), (48, 40)),
        ((41,), 2, (64, 56), (64, 56)),
        ((100,), 5, (112, 104), (112, 104)),
        ((500,), 30, (512, 504), (512, 504)),
        ((512,), 31, (528, 520), (528, 520)),
        ((1000,), 61, (1024, 1016), (1024, 1016)),
        ((2040,), 126, (2048, 2040), (2048, 2040)),
        ((2041, 2048), 127, (2336, 2328), (2176, 2168)),
        ((2500,), 155, (2720, 2712), (2512, 2504)),
        ((2713,), 169, (3072, 3064), (2864, 2856)),
        ((3065, 3072), 191, (3264, 3256), (3184, 3176)),
        ((3256,), 202, (3264, 3256), (3264, 3256)),
        ((3257,), 203, (4096, 4096), (3408, 3400)),
        ((3624,), 225, (4096, 4096), (3632, 3624)),
        ((3625,), 226, (4096, 4096), (4096, 4096)),
        ((4096,), 254, (4096, 4096), (4096, 4096)),
    ],
)
def test_a_request_goes_to_the_smallest_class_with_room_for_its_header(
    requests: tuple[int, ...], index: int, old: tuple[int, int], new: tuple[int, int]
) -> None:
    for request in requests:
        assert get_size_class_index(request + ZS_HANDLE_SIZE) == index
        for packing, chain_max, expected in (
            (Packing.BY_PERCENT, 4, old),
            (Packing.BY_BYTES, 8, new),
        ):
            one = class_table(packing, chain_max)[index]
            assert (one.size, one.usable) == expected


@pytest.mark.parametrize(
    ("packing", "chain_max", "expected"),
    [
        (Packing.BY_PERCENT, 4, 3257),
        (Packing.BY_BYTES, 4, 3257),
        (Packing.BY_BYTES, 8, 3625),
        (Packing.BY_BYTES, 16, 3833),
    ],
)
def test_requests_from_the_huge_size_on_take_a_page_of_their_own(
    packing: Packing, chain_max: int, expected: int
) -> None:
    table = class_table(packing, chain_max)
    assert huge_class_size(table) == expected
    borders = (expected - 1, expected)
    huge = [table[get_size_class_index(request + ZS_HANDLE_SIZE)].huge for request in borders]
    assert huge == [False, True]


def test_every_request_fits_the_class_that_it_goes_to() -> None:
    table = class_table(Packing.BY_PERCENT, 4)
    for request in range(1, 4097):
        assert request <= table[get_size_class_index(request + ZS_HANDLE_SIZE)].usable


def test_there_are_255_indices_and_their_classes_grow() -> None:
    table = class_table(Packing.BY_PERCENT, 4)
    assert len(table) == INDEX_LAST + 1 == 255
    assert all(one.size <= other.size for one, other in pairwise(table))


def test_a_chain_of_16_wastes_the_least_that_any_run_of_pages_can() -> None:
    """No table was published: what a class must be is checked, class by class."""
    table = class_table(Packing.BY_BYTES, 16)
    own = [one for index, one in enumerate(table) if one.index == index]
    for one in own:
        if one.size & (one.size - 1) == 0:
            assert one.pages == 1
            continue
        wastes = [pages * 4096 % one.size for pages in range(1, 17)]
        assert one.pages == wastes.index(min(wastes)) + 1
        assert one.objects == one.pages * 4096 // one.size
    assert len(own) == len({(one.pages, one.objects) for one in own})


@pytest.mark.parametrize(
    ("version", "chain_size", "classes"),
    [
        ("4.6", 8, 69),
        ("6.1", 16, 69),
        ("6.3", 4, 69),
        ("6.3", 8, 119),
        ("6.12", 4, 69),
        ("6.19", 8, 119),
    ],
)
def test_the_chain_is_four_pages_until_it_could_be_configured(
    version: str, chain_size: int, classes: int
) -> None:
    table = classes_of(kernel_named(version, build=Build(chain_size=chain_size)))
    assert len({one.index for one in table}) == classes


def test_the_table_of_208_bytes_tells_the_rules_apart() -> None:
    sizes = {
        version: next(one for one in classes_of(kernel_named(version)) if one.size == 208)
        for version in VERSIONS
    }
    by_percent = [version for version, one in sizes.items() if (one.pages, one.objects) == (2, 39)]
    assert by_percent == list(VERSIONS[: VERSIONS.index("6.3")])
