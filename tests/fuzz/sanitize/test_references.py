"""Reference counts, used by a toy: the keys of a room."""

from collections.abc import Callable

from fuzz.sanitize.references import Counting, References
from fuzz.values.finding import Finding, Harm
from fuzz.values.sanitizers import ALL, Sanitizers, all_without
from fuzz.world.world import World

KEYS = Counting("room", "room", limit=3, accessors=frozenset({"__init__", "take", "drop"}))
ROOM = 0x10


class Room:
    def __init__(self, references: References) -> None:
        self.references = references
        self.keys = 1
        references.made(ROOM)

    def take(self) -> None:
        self.references.taken(ROOM, self.keys)
        self.keys += 1

    def drop(self) -> None:
        self.references.dropped(ROOM, self.keys)
        self.keys -= 1

    def rest(self) -> None:
        self.references.judge([(ROOM, self.keys, 1)])


def findings_of(body: Callable[[Room], None], sanitizers: Sanitizers = ALL) -> list[Finding]:
    world = World(sanitizers=sanitizers)

    def move_in() -> None:
        body(Room(References(world, KEYS)))

    world.spawn("A", move_in)
    world.run()
    return world.findings


def test_a_count_that_comes_back_to_its_baseline_is_fine() -> None:
    def clean(room: Room) -> None:
        room.take()
        room.drop()
        room.rest()

    assert findings_of(clean) == []


def test_a_reference_that_is_left_says_who_took_it() -> None:
    def clean(room: Room) -> None:
        room.take()
        room.rest()

    [finding] = findings_of(clean)
    assert (finding.signature, finding.harm, finding.title, finding.detail) == (
        "room-refcount-unbalanced-clean",
        Harm.LEAK,
        "refcount_t: room 0x10 has 2 references at rest, of which 1 have an owner",
        "references were taken by task A in move_in, task A in clean",
    )


def test_a_reference_too_few_at_rest_will_be_a_use_after_free() -> None:
    def clean(room: Room) -> None:
        room.drop()
        room.rest()

    [finding] = findings_of(clean)
    assert (finding.signature, finding.harm) == ("room-refcount-unbalanced-room", Harm.CRASH)


def test_a_reference_to_what_has_none_left_is_a_use_after_free() -> None:
    def clean(room: Room) -> None:
        room.drop()
        room.take()

    [finding] = findings_of(clean)
    assert (finding.signature, finding.title) == (
        "room-refcount-use-at-zero-clean",
        "refcount_t: addition on 0; use-after-free in clean",
    )


def test_a_reference_that_nobody_has_cannot_be_dropped() -> None:
    def clean(room: Room) -> None:
        room.drop()
        room.drop()

    assert [f.signature for f in findings_of(clean)] == ["room-refcount-underflow-clean"]


def test_a_count_cannot_hold_more_than_its_limit() -> None:
    def clean(room: Room) -> None:
        for _ in range(3):
            room.take()

    assert [f.signature for f in findings_of(clean)] == ["room-refcount-overflow-clean"]


def test_who_drops_a_reference_drops_his_own_if_he_has_one() -> None:
    def clean(room: Room) -> None:
        room.take()
        room.drop()
        assert room.references.holders(ROOM) == (("A", "move_in"),)
        room.drop()
        assert room.references.holders(ROOM) == ()

    assert findings_of(clean) == []


def test_what_is_gone_has_no_holders() -> None:
    def clean(room: Room) -> None:
        room.references.gone(ROOM)
        assert room.references.holders(ROOM) == ()

    assert findings_of(clean) == []


def test_with_the_sanitizer_off_nothing_is_noticed() -> None:
    def clean(room: Room) -> None:
        room.drop()
        room.drop()
        room.rest()

    assert findings_of(clean, all_without("references")) == []
