from fuzz.people.reports.affected import CLEAN, IMPOSSIBLE, SHOWS, UNKNOWN, Affected

WORDS = {"Y": SHOWS, "-": CLEAN, "?": UNKNOWN, "x": IMPOSSIBLE}


def affected(shown: str) -> Affected:
    return Affected("", tuple((str(n), WORDS[word]) for n, word in enumerate(shown, 1)))


def borders(shown: str) -> tuple[str, str, str, str]:
    one = affected(shown)
    return one.last_good, one.first_bad, one.last_bad, one.first_good


def test_a_bug_that_came_and_went_has_four_borders() -> None:
    assert borders("--YYY--") == ("2", "3", "5", "6")


def test_kernels_of_which_nothing_is_known_are_no_borders() -> None:
    assert borders("-?YY?x-") == ("1", "3", "4", "7")
    assert borders("??YY??") == ("", "3", "4", "")


def test_a_bug_that_was_always_there_has_no_good_kernels() -> None:
    assert borders("YYY") == ("", "1", "3", "")


def test_what_nobody_shows_has_no_borders() -> None:
    assert (borders("--"), affected("--").ranges) == (("", "", "", ""), "none")


def test_what_came_back_is_told_in_ranges() -> None:
    assert affected("Y-YY?Y").ranges == "1, 3 to 4, 6"
    assert borders("Y-YY?Y-") == ("", "1", "6", "7")
