"""Which kernels serve to look for which bugs."""

from fuzz.people.bench.cover import Cover
from fuzz.people.bench.ground import Ground
from fuzz.program.text import parse_case
from tests.fuzz.people.bench.known import GREEDY, UNLOCKED, WHERE, known_cases
from tests.toys.cracked import TARGET


def grounds(*texts: str, wanted: tuple[str, ...] = ("greedy", "unlocked")) -> list[Ground]:
    known = [parse_case(text, {TARGET.name: TARGET}) for text in texts]
    return list(Cover(TARGET, WHERE, known).grounds(wanted))


def test_one_ground_has_what_a_kernel_has_and_what_can_be_put_in_beside_it() -> None:
    assert grounds(UNLOCKED, GREEDY) == [
        Ground("cracked-1", WHERE, "1", (("with", "greedy"),), ("greedy", "unlocked"))
    ]


def test_bugs_that_nobody_wants_are_not_put_in() -> None:
    assert grounds(UNLOCKED, GREEDY, wanted=("unlocked",)) == [
        Ground("cracked-1", WHERE, "1", (), ("unlocked",))
    ]


def test_a_bug_without_a_known_case_is_on_no_ground() -> None:
    assert grounds(UNLOCKED, wanted=("greedy",)) == []


def test_bugs_that_need_each_other_come_together() -> None:
    """Neither shows by itself, but where one is put in first, the other one does."""
    known = known_cases()
    found = [bug for g in Cover(TARGET, WHERE, known).grounds(("open", "mild")) for bug in g.bugs]
    assert sorted(found) == ["mild", "open"]


def test_a_ground_is_read_as_it_was_written() -> None:
    (ground,) = grounds(UNLOCKED, GREEDY)
    assert Ground.parse(ground.text()) == ground


def test_the_depth_of_a_bug_is_how_few_faults_and_switches_show_it() -> None:
    known = known_cases()
    cover = Cover(TARGET, WHERE, known)
    (ground,) = cover.grounds(("greedy", "unlocked"))
    assert {bug: cover.depth(ground, bug) for bug in ground.bugs} == {"greedy": 0, "unlocked": 1}


def test_switches_that_a_known_case_does_not_need_are_no_depth() -> None:
    more = UNLOCKED.replace("switch A", "switch B cracked.write#1 A\nswitch A")
    cover = Cover(TARGET, WHERE, [parse_case(more, {TARGET.name: TARGET})])
    (ground,) = cover.grounds(("unlocked",))
    assert cover.depth(ground, "unlocked") == 1
