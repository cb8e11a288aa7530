"""What comes of a finding: shown by steps that touch the damage, and by nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pytest

from fuzz.program.case import Case, Program
from fuzz.program.demonstrate import STOPS, demonstrate
from fuzz.program.epilogue import Shown, Step
from fuzz.program.execute import execute
from fuzz.program.operation import Operation
from fuzz.program.target import SimpleTarget, System
from fuzz.values.anchor import Anchor, Fault
from fuzz.values.finding import Finding, Harm
from fuzz.values.point import Access, Point, fault_point
from fuzz.values.promise import Promise
from fuzz.values.refusal import Refusal
from fuzz.world.world import World
from tests.toys import counter

SLIP: Final = fault_point("shop.slip", "put a jar on the shelf", "SLIPS", "BREAKS", "VANISHES")
WALK: Final = Point("shop.walk", "walk through the shop")
CRASH: Final = Promise("crash", "The shop stands.", Harm.CRASH)
SLIPPED: Final = Promise("slipped", "A jar is where it should be.", Harm.LATENT)
VANISHED: Final = Promise("vanished", "No jar is gone.", Harm.LEAK)
NEVER: Final = Point("shop.never", "wait for a customer who does not come", Access.WAIT)

Offers = Callable[["Shop", Finding], Sequence[Step]]


class Shop(System):
    """A shelf with jars: one may slip, or vanish and never be found again."""

    def __init__(self, world: World, offers: Offers) -> None:
        self.world = world
        self.offers = offers
        self.slipped = 0
        self.vanished = 0
        self.open = False

    def put(self) -> None:
        match self.world.fault(SLIP):
            case "SLIPS":
                self.slipped += 1
            case "VANISHES":
                self.vanished += 1
            case "BREAKS":
                self.crash("a jar breaks")
            case _:
                pass

    def crash(self, title: str) -> None:
        self.world.report(CRASH, title, place="shop", fatal=True)

    def judge(self) -> None:
        if self.slipped:
            self.world.report(SLIPPED, "a jar is not where it should be")
        if self.vanished:
            self.world.report(VANISHED, "a jar is gone")

    def epilogue(self, finding: Finding) -> Sequence[Step]:
        return self.offers(self, finding)


@dataclass(frozen=True, slots=True)
class Put(Operation[Shop]):
    word = "put"

    def run(self, seat: Shop) -> str:
        seat.put()
        return "ok"


def shop(offers: Offers) -> SimpleTarget:
    return SimpleTarget("shop", "jars", lambda world: Shop(world, offers), (Put,), (SLIP,))


def case_with(*outcomes: str) -> Case:
    faults = [Fault(Anchor("A", SLIP.name, n), what) for n, what in enumerate(outcomes, 1)]
    return Case("shop", "1", programs=(Program("A", (Put(),) * 3),), faults=tuple(faults))


def comes_of(kind: str, offers: Offers, *outcomes: str) -> tuple[Harm, tuple[str, ...]]:
    target, case = shop(offers), case_with(*outcomes)
    finding = next(one for one in execute(target, case).findings if one.kind == kind)
    shown = demonstrate(target, case, finding)
    assert replace(shown, harm=finding.harm, demonstrated=()) == finding
    return shown.harm, shown.demonstrated


def of_a_slip(offers: Offers) -> tuple[Harm, tuple[str, ...]]:
    return comes_of("slipped", offers, "SLIPS")


def look(system: Shop) -> Step:
    """Sees the slipped jar: a reader gets the wrong one."""

    def run() -> Shown | None:
        system.world.reach(WALK)
        return Shown(Harm.CORRUPTION_READ_BACK, "gets the wrong jar") if system.slipped else None

    return Step("a customer takes a jar", run)


def lean(system: Shop) -> Step:
    """Brings the shelf down if a jar has slipped."""

    def run() -> None:
        if system.slipped:
            system.crash("the shelf comes down")

    return Step("a customer leans on the shelf", run)


def always(harm: Harm) -> Step:
    return Step("a customer complains", lambda: Shown(harm, "as customers do"))


def idle() -> Step:
    return Step("nobody comes", lambda: None)


def test_what_a_step_shows_raises_the_harm() -> None:
    assert of_a_slip(lambda system, _: [look(system)]) == (
        Harm.CORRUPTION_READ_BACK,
        ("a customer takes a jar: gets the wrong jar",),
    )


def test_so_does_what_is_found_in_a_step_and_the_worst_counts() -> None:
    assert of_a_slip(lambda system, _: [look(system), lean(system), look(system)]) == (
        Harm.CRASH,
        ("a customer leans on the shelf: the shelf comes down",),
    )


def test_where_no_step_hurts_anybody_the_harm_is_that_of_the_promise() -> None:
    assert of_a_slip(lambda *_: [idle()]) == (Harm.LATENT, ())
    assert of_a_slip(lambda *_: []) == (Harm.LATENT, ())


def test_harm_never_falls_but_what_was_shown_is_told() -> None:
    def offers(system: Shop, finding: Finding) -> list[Step]:
        del finding
        shown = Shown(Harm.LATENT, "nobody is hurt") if system.vanished else None
        return [Step("somebody counts", lambda: shown)]

    assert comes_of("vanished", offers, "VANISHES") == (
        Harm.LEAK,
        ("somebody counts: nobody is hurt",),
    )


def test_what_a_clean_run_shows_too_is_not_the_damages_fault() -> None:
    assert of_a_slip(lambda *_: [always(Harm.DATA_LOSS)]) == (Harm.LATENT, ())
    assert of_a_slip(lambda system, _: [always(Harm.DATA_LOSS), look(system)]) == (
        Harm.CORRUPTION_READ_BACK,
        ("a customer takes a jar: gets the wrong jar",),
    )


def test_a_leak_does_not_inherit_the_crash_of_another_finding_of_its_run() -> None:
    def offers(system: Shop, finding: Finding) -> list[Step]:
        steps = [look(system), lean(system)]
        return (
            [replace(each, worst=Harm.LEAK) for each in steps]
            if finding.kind != "slipped"
            else steps
        )

    assert comes_of("vanished", offers, "SLIPS", "VANISHES") == (Harm.LEAK, ())
    assert comes_of("slipped", offers, "SLIPS", "VANISHES")[0] is Harm.CRASH


def test_what_was_known_before_is_not_shown_by_finding_it_again() -> None:
    def again(system: Shop, finding: Finding) -> list[Step]:
        def run() -> None:
            system.world.report(VANISHED, "a jar is gone", place="judge")

        return [Step("somebody counts", run)] if finding.kind == "slipped" else []

    assert comes_of("slipped", again, "SLIPS", "VANISHES") == (Harm.LATENT, ())


def test_steps_that_the_worst_needs_are_told_and_others_left_out() -> None:
    def offers(system: Shop, finding: Finding) -> list[Step]:
        del finding

        def unlock() -> None:
            system.open = True

        def enter() -> Shown | None:
            hurts = system.open and system.slipped
            return Shown(Harm.DATA_LOSS, "the jar falls") if hurts else None

        return [idle(), Step("the shop opens", unlock), idle(), Step("somebody enters", enter)]

    assert of_a_slip(offers) == (
        Harm.DATA_LOSS,
        ("the shop opens", "somebody enters: the jar falls"),
    )


@pytest.mark.parametrize("way", ["waits", "spins"])
def test_a_step_that_never_ends_is_a_hang(way: str) -> None:
    def offers(system: Shop, finding: Finding) -> list[Step]:
        del finding

        def run() -> None:
            if system.slipped and way == "waits":
                system.world.park(NEVER)
            while system.slipped:
                system.world.reach(WALK)

        return [Step("a customer waits", run), idle()]

    harm, steps = of_a_slip(offers)
    assert (harm, len(steps)) == (Harm.HANG, 1)
    assert steps[0].startswith("a customer waits: ")


def test_a_step_that_is_refused_hurts_nobody() -> None:
    def offers(*_: object) -> list[Step]:
        def run() -> None:
            raise Refusal("CLOSED")

        return [Step("somebody knocks", run)]

    assert of_a_slip(offers) == (Harm.LATENT, ())


def test_a_finding_that_stops_the_machine_shows_its_harm_itself() -> None:
    assert comes_of("crash", lambda system, _: [look(system)], "BREAKS") == (Harm.CRASH, (STOPS,))


def test_a_system_without_epilogues_has_the_harm_of_its_promises() -> None:
    case = Case(
        "counter",
        "1",
        programs=tuple(Program(name, (counter.Add(1),)) for name in "AB"),
    )
    finding = Finding("lost-update", ("add",), Harm.DATA_LOSS, "an update is lost", "", "-", 1)
    assert demonstrate(counter.TARGET, case, finding) == finding


def test_the_same_finding_is_always_demonstrated_in_the_same_way() -> None:
    def offers(system: Shop, _: Finding) -> list[Step]:
        return [look(system), lean(system)]

    assert of_a_slip(offers) == of_a_slip(offers)
