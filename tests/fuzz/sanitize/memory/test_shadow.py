"""The watcher of memory, used by a toy: a locker room whose lockers are handed out by number."""

from collections.abc import Callable

import pytest

from fuzz.sanitize.memory.damage import Damage, Wording
from fuzz.sanitize.memory.shadow import Shadow
from fuzz.values.finding import Finding, Harm
from fuzz.values.sanitizers import all_without
from fuzz.world.world import World

LOCKERS = Wording("lockers", accessors=frozenset({"carry"}))


def findings_of(body: Callable[[Shadow], None], wording: Wording = LOCKERS) -> list[Finding]:
    world = World()
    shadow = Shadow(world, wording)

    def use_lockers() -> None:
        body(shadow)

    world.spawn("A", use_lockers)
    world.run()
    return world.findings


def kinds_of(body: Callable[[Shadow], None]) -> list[str]:
    return [finding.kind for finding in findings_of(body)]


def test_what_stays_inside_its_region_is_fine() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        assert shadow.check(10, 5, write=True)
        assert shadow.check(12, 3, write=False)
        assert shadow.free(10, "leave")

    assert findings_of(body) == []


def test_an_access_that_leaves_its_region_names_sizes_and_what_lies_behind() -> None:
    def rent(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.allocate(16, 4, "hats", "rent")
        assert not shadow.check(10, 8, write=True)

    assert findings_of(rent) == [
        Finding(
            kind="lockers-out-of-bounds",
            places=("rent",),
            harm=Harm.CRASH,
            title="BUG: out-of-bounds in rent",
            detail="write of 8 at 0xa: 3 beyond the 5 of coats, allocated by task A in rent; "
            "it touches 2 of the 4 of hats; around it: "
            "<0xa> in coats [0xa, 0xf) | 1 of nobody | hats [0x10, 0x14)",
            task="A",
            step=1,
        )
    ]


def test_an_access_that_begins_inside_a_region_belongs_to_it() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        assert not shadow.check(13, 3, write=False)

    [finding] = findings_of(body)
    assert finding.detail == (
        "read of 3 at 0xd: 1 beyond the 5 of coats, allocated by task A in rent; "
        "it touches nothing else that is in use; around it: <0xd> in coats [0xa, 0xf)"
    )


def test_an_access_after_the_region_was_freed_says_who_had_it() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.free(10, "leave")
        assert not shadow.check(11, 1, write=False)

    [finding] = findings_of(body)
    assert (finding.kind, finding.detail) == (
        "lockers-use-after-free",
        "read of 1 at 0xb: coats, allocated by task A in rent, freed by task A in leave; "
        "around it: <0xb> in freed coats [0xa, 0xf)",
    )


def test_a_region_that_is_handed_out_again_is_in_use_again() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.free(10, "leave")
        shadow.allocate(10, 5, "hats", "rent")
        assert shadow.is_live(10)
        assert shadow.check(10, 5, write=False)

    assert findings_of(body) == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda shadow: shadow.check(99, 1, write=False), "lockers-wild-access"),
        (lambda shadow: shadow.free(99, "leave"), "lockers-wild-free"),
        (lambda shadow: shadow.free(10, "leave"), "lockers-double-free"),
    ],
)
def test_what_was_never_or_no_longer_handed_out_is_told_apart(
    wrong: Callable[[Shadow], bool], kind: str
) -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.free(10, "leave")
        shadow.allocate(20, 5, "bags", "rent")
        assert not wrong(shadow)

    assert kinds_of(body) == [kind]


def test_the_machine_goes_on_after_a_finding() -> None:
    went_on: list[bool] = []

    def body(shadow: Shadow) -> None:
        shadow.check(99, 1, write=True)
        went_on.append(True)

    assert kinds_of(body) == ["lockers-wild-access"]
    assert went_on == [True]


def test_the_place_of_a_finding_is_who_called_the_accessor() -> None:
    def carry(shadow: Shadow) -> None:
        shadow.check(99, 1, write=True)

    def move_house(shadow: Shadow) -> None:
        carry(shadow)

    assert [finding.place for finding in findings_of(move_house)] == ["move_house"]


def test_a_title_is_worded_as_the_owner_of_the_shadow_wants() -> None:
    wording = Wording("heap", tool="ASAN: ", words={Damage.WILD_ACCESS: "wild-pointer"})

    def poke(shadow: Shadow) -> None:
        shadow.check(99, 1, write=True)

    [finding] = findings_of(poke, wording)
    assert (finding.kind, finding.title) == ("heap-wild-access", "BUG: ASAN: wild-pointer in poke")


def test_regions_may_exist_before_any_task_runs() -> None:
    shadow = Shadow(World(), LOCKERS)
    shadow.allocate(10, 5, "coats")
    assert [(region.owner, region.history) for region in shadow.regions] == [
        ("coats", "never allocated by a task")
    ]


def test_a_region_in_the_place_of_another_overlaps_it() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.allocate(10, 5, "hats", "rent")

    assert kinds_of(body) == ["lockers-overlapping-allocation"]


def test_a_map_shows_what_lies_before_an_address_and_behind() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.allocate(18, 2, "hats", "rent")
        shadow.free(10, "leave")
        assert not shadow.check(16, 1, write=False)

    [finding] = findings_of(body)
    assert finding.detail == (
        "read of 1 at 0x10: nothing was allocated there; around it: "
        "freed coats [0xa, 0xf) | 1 of nobody | <0x10> | 2 of nobody | hats [0x12, 0x14)"
    )


def test_a_tagged_pointer_is_not_taken_for_a_younger_one() -> None:
    def body(shadow: Shadow, tag: int) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.free(10, "leave")
        assert shadow.allocate(10, 5, "hats", "rent").generation == 1
        shadow.check(10, 5, write=False, tag=tag)

    assert findings_of(lambda shadow: body(shadow, 1)) == []
    [finding] = findings_of(lambda shadow: body(shadow, 0))
    assert finding.kind == "lockers-use-after-free"
    assert finding.detail.startswith("read of 5 at 0xa: coats, allocated by task A in rent, freed")


def test_freeing_by_a_stale_tagged_pointer_spares_the_younger_region() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.free(10, "leave")
        shadow.allocate(10, 5, "hats", "rent")
        assert not shadow.free(10, "leave", tag=0)
        assert shadow.is_live(10)

    assert kinds_of(body) == ["lockers-double-free"]


def test_use_of_what_was_never_written_is_told_apart_from_copying_it() -> None:
    def body(shadow: Shadow, length: int) -> None:
        coats = shadow.allocate(10, 5, "coats", "rent")
        shadow.track(coats)
        shadow.check(10, 3, write=True)
        hats = shadow.allocate(20, 5, "hats", "rent")
        shadow.check(10, 5, write=False)
        shadow.copied(coats, hats)
        shadow.used(hats, 0, length)

    assert findings_of(lambda shadow: body(shadow, 3)) == []
    [finding] = findings_of(lambda shadow: body(shadow, 5))
    assert (finding.kind, finding.detail) == (
        "lockers-uninit-value",
        "5 from 0 on of hats are used; of them [3, 5) were never written; [0, 3) was; "
        "allocated by task A in rent",
    )


def test_writes_anywhere_in_a_region_count_as_written() -> None:
    def body(shadow: Shadow) -> None:
        coats = shadow.allocate(10, 5, "coats", "rent")
        shadow.track(coats, (0, 1))
        shadow.check(11, 2, write=True)
        shadow.wrote(coats, 3, 2)
        assert shadow.used(coats, 0, 5)

    assert findings_of(body) == []


def test_regions_at_rest_that_no_root_names_are_leaked_where_they_were_allocated() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.allocate(20, 5, "hats", "rent")
        shadow.allocate(30, 5, "bags", "rent")
        shadow.allocate(40, 5, "the floor")
        shadow.judge_leaks(roots=[20])

    assert [(f.kind, f.place, f.harm, f.detail) for f in findings_of(body)] == [
        (
            "lockers-memory-leak",
            "rent",
            Harm.LEAK,
            "2 regions of 10 together have no owner; the first is coats at 0xa, "
            "allocated by task A in rent",
        )
    ]


def test_nothing_is_leaked_that_a_root_names() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.judge_leaks(roots=[10])

    assert findings_of(body) == []


def test_with_the_sanitizer_off_regions_are_known_and_nothing_is_reported() -> None:
    world = World(sanitizers=all_without("memory"))
    shadow = Shadow(world, LOCKERS)

    def body() -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.check(10, 50, write=True)
        shadow.free(10, "leave")
        shadow.free(10, "leave")

    world.spawn("A", body)
    world.run()
    assert (world.findings, shadow.regions) == ([], [])
