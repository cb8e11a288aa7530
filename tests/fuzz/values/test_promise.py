from fuzz.values.finding import Finding, Harm
from fuzz.values.promise import Promise
from fuzz.world.world import World

KEPT = Promise("leak", "Nothing is lost.", Harm.LEAK, source="oracle 5")


def test_a_broken_promise_is_a_finding_of_its_kind_and_harm() -> None:
    world = World()
    world.report(KEPT, "one is lost", place="take")
    assert world.findings == [Finding("leak", ("take",), Harm.LEAK, "one is lost", "", "-", 0)]


def test_whoever_reports_may_know_of_a_worse_harm_and_of_two_places() -> None:
    world = World()
    world.report(KEPT, "one is lost", "for good", place=("give", "take"), harm=Harm.CRASH)
    (finding,) = world.findings
    assert (finding.harm, finding.places) == (Harm.CRASH, ("give", "take"))
    assert (finding.identity, finding.signature) == (("leak", "give+take"), "leak-give+take")
