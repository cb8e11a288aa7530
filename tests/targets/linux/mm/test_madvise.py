"""madvise: a process pushes its own pages out, where the kernel knows how."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_pageout
from targets.linux.mm.user import user_store
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled, refusal_of

WITHOUT = VERSIONS[: VERSIONS.index("5.4")]


@pytest.mark.parametrize("version", VERSIONS)
def test_pageout_is_known_from_5_4_on_and_reclaims_a_page_of_one_process(version: str) -> None:
    rig = Rig(version)

    def body() -> list[str]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        refusal = refusal_of(lambda: madvise_pageout(rig.core, rig.mm, 0))
        return [refusal, rig.where(0), rig.load(0)]

    known = version not in WITHOUT
    assert rig.run(body) == [["", "swap", "a"] if known else ["EINVAL", "writable", "a"]]


def test_pageout_leaves_pages_alone_that_others_map_or_nobody() -> None:
    rig = Rig("5.4")

    def body() -> list[str]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        fork(rig.core, rig.mm)
        madvise_pageout(rig.core, rig.mm, 0)
        madvise_pageout(rig.core, rig.mm, 1)
        return [rig.where(0), rig.where(1)]

    assert rig.run(body) == [["read-only", "none"]]
