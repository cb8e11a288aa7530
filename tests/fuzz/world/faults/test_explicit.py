from fuzz.world.faults import ExplicitFaults
from fuzz.world.world import World
from tests.fuzz.world.toys import DISK, PASS, SLAB, fault, steps_of


def outcomes(
    plan: ExplicitFaults | None, *, exempt: bool = False
) -> tuple[list[str | None], World]:
    """Let A and then B pass three fault points."""
    world, seen = World(faults=plan), list[str | None]()

    def fail() -> None:
        seen.extend(world.fault(point, exempt=exempt) for point in (SLAB, DISK, SLAB))

    for name in "AB":
        world.spawn(name, fail)
    world.run()
    return seen, world


def test_exactly_the_named_visits_fail() -> None:
    faults = (fault("A slab#2 LATE"), fault("B disk#1 EIO"))
    plan = ExplicitFaults(faults)
    seen, world = outcomes(plan)
    assert seen == [None, None, "LATE", None, "EIO", None]
    assert (tuple(world.injected), plan.unreached) == (faults, ())


def test_without_a_plan_nothing_fails() -> None:
    assert outcomes(None)[0] == [None] * 6


def test_a_named_fault_reaches_a_request_that_is_exempt_from_drawn_ones() -> None:
    assert outcomes(ExplicitFaults([fault("A slab#1 LATE")]), exempt=True)[0][0] == "LATE"


def test_faults_that_never_happen_are_unreached_in_the_given_order() -> None:
    never = [fault("Z slab#1 LATE"), fault("A slab#3 LATE"), fault("A disk#1 ENOMEM")]
    plan = ExplicitFaults([never[0], fault("A slab#1 EMPTY"), *never[1:]])
    outcomes(plan)
    assert plan.unreached == tuple(never)


def test_of_two_faults_at_one_visit_the_first_counts() -> None:
    plan = ExplicitFaults([fault("A slab#1 LATE"), fault("A slab#1 EMPTY")])
    assert (outcomes(plan)[0][0], plan.unreached) == ("LATE", (fault("A slab#1 EMPTY"),))


def test_a_fault_point_is_a_point() -> None:
    world = World()
    world.spawn("A", steps_of(lambda: world.reach(PASS), lambda: world.fault(SLAB, 7)))
    world.run()
    assert [(point.name, visit, instance) for _, point, visit, instance in world.trace[1:-1]] == [
        ("pass", 1, 0),
        ("slab", 1, 7),
    ]
