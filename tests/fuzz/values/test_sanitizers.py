"""Claims about the switchboard's value."""

from fuzz.values.sanitizers import ALL, SANITIZER_NAMES, Sanitizers, all_without


def test_all_are_on_unless_they_are_turned_off() -> None:
    assert SANITIZER_NAMES == ("memory", "locks", "progress", "races", "histories", "references")
    assert ALL.off == ()
    assert all_without() == ALL
    assert all_without("races", "locks") == Sanitizers(locks=False, races=False)
    assert all_without("races", "locks").off == ("locks", "races")
