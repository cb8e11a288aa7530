"""The watcher of memory, used by a toy: a locker room whose lockers are handed out by number."""

from collections.abc import Callable

import pytest

from fuzz.sanitize.memory import Damage, Shadow, Wording
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
        assert shadow.allocate(10, 5, "coats", "rent")
        assert shadow.check(10, 5, write=True)
        assert shadow.check(12, 3, write=False)
        assert shadow.free(10, "leave")

    assert findings_of(body) == []


def test_a_shadow_that_is_off_keeps_books_and_reports_nothing() -> None:
    world = World(sanitizers=all_without("memory"))
    shadow = Shadow(world, LOCKERS)

    def body() -> None:
        assert shadow.allocate(10, 5, "coats", "rent")
        assert shadow.check(10, 8, write=True)
        assert not shadow.allocate(10, 5, "hats", "rent")
        assert shadow.free(10, "leave")
        assert not shadow.free(10, "leave")

    world.spawn("A", body)
    world.run()
    assert world.findings == []


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
            "it touches 2 of the 4 of hats",
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
        "it touches nothing else that is in use"
    )


def test_an_access_after_the_region_was_freed_says_who_had_it() -> None:
    def body(shadow: Shadow) -> None:
        shadow.allocate(10, 5, "coats", "rent")
        shadow.free(10, "leave")
        assert not shadow.check(11, 1, write=False)

    [finding] = findings_of(body)
    assert (finding.kind, finding.detail) == (
        "lockers-use-after-free",
        "read of 1 at 0xb: coats, allocated by task A in rent, freed by task A in leave",
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
        (lambda shadow: shadow.allocate(20, 9, "hats", "rent"), "lockers-overlapping-allocation"),
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
