"""Things with a lifetime, used by a toy: umbrellas that are lent and come back."""

from collections.abc import Callable
from dataclasses import dataclass

from fuzz.sanitize.memory.damage import Damage, Wording
from fuzz.sanitize.memory.objects import OBJECT_DAMAGES, Mortal, Objects
from fuzz.values.finding import Finding
from fuzz.values.sanitizers import ALL, Sanitizers, all_without
from fuzz.world.world import World

WORDING = Wording("umbrella", tool="KASAN: ", damages=OBJECT_DAMAGES, accessors=frozenset({"put"}))


class Umbrella(Mortal):
    __slots__ = ("number", "opened")
    fields_of_the_pointer = frozenset({"number"})

    def __init__(self, number: int) -> None:
        self.number = number
        self.opened = False


@dataclass(slots=True)
class Parasol(Mortal):
    color: str = "red"


def findings_of(
    body: Callable[[Objects, Umbrella], None], sanitizers: Sanitizers = ALL
) -> list[Finding]:
    world = World(sanitizers=sanitizers)
    objects = Objects(world, WORDING)

    def lend() -> None:
        umbrella = Umbrella(7)
        objects.born(umbrella, "an umbrella")
        body(objects, umbrella)

    world.spawn("A", lend)
    world.run()
    return world.findings


def put(objects: Objects, umbrella: Umbrella) -> None:
    objects.free(umbrella)


def walk_in_rain(umbrella: Umbrella) -> None:
    umbrella.opened = True


def test_a_thing_is_used_freely_until_it_is_freed() -> None:
    def body(objects: Objects, umbrella: Umbrella) -> None:
        walk_in_rain(umbrella)
        put(objects, umbrella)

    assert findings_of(body) == []


def test_any_field_that_is_touched_after_the_release_is_a_use() -> None:
    def body(objects: Objects, umbrella: Umbrella) -> None:
        put(objects, umbrella)
        walk_in_rain(umbrella)

    [finding] = findings_of(body)
    assert (finding.signature, finding.title, finding.detail) == (
        "umbrella-use-after-free-walk_in_rain",
        "BUG: KASAN: use-after-free in walk_in_rain",
        "write of opened of an umbrella, allocated by task A in lend, freed by task A in body",
    )


def test_reading_is_a_use_and_the_value_is_what_it_was() -> None:
    seen: list[bool] = []

    def body(objects: Objects, umbrella: Umbrella) -> None:
        put(objects, umbrella)
        seen.append(umbrella.opened)

    assert [finding.kind for finding in findings_of(body)] == ["umbrella-use-after-free"]
    assert seen == [False]


def test_what_a_pointer_tells_by_itself_is_no_use() -> None:
    def body(objects: Objects, umbrella: Umbrella) -> None:
        put(objects, umbrella)
        assert umbrella.number == 7
        assert isinstance(umbrella, Umbrella)

    assert findings_of(body) == []


def test_a_thing_is_freed_once() -> None:
    def body(objects: Objects, umbrella: Umbrella) -> None:
        put(objects, umbrella)
        put(objects, umbrella)

    assert [finding.kind for finding in findings_of(body)] == ["umbrella-double-free"]


def test_judges_may_look_at_freed_things() -> None:
    gone: list[Umbrella] = []

    def body(objects: Objects, umbrella: Umbrella) -> None:
        put(objects, umbrella)
        gone.append(umbrella)

    assert findings_of(body) == []
    assert gone[0].opened is False


def test_a_dataclass_has_a_lifetime_too() -> None:
    def body(objects: Objects, umbrella: Umbrella) -> None:
        del umbrella
        parasol = Parasol()
        objects.born(parasol, "a parasol")
        assert parasol.color == "red"
        objects.free(parasol)
        assert parasol.color == "red"

    assert [finding.kind for finding in findings_of(body)] == ["umbrella-use-after-free"]


def test_with_the_sanitizer_off_nothing_is_noticed() -> None:
    def body(objects: Objects, umbrella: Umbrella) -> None:
        put(objects, umbrella)
        walk_in_rain(umbrella)

    assert findings_of(body, all_without("memory")) == []


def test_the_wording_promises_what_can_happen_to_a_thing() -> None:
    assert [promise.kind for promise in WORDING.promises] == [
        f"umbrella-{damage.value}" for damage in (Damage.USE_AFTER_FREE, Damage.DOUBLE_FREE)
    ]
