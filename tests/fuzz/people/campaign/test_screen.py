"""What a person sees on a terminal, and what a log has."""

from pathlib import Path

import pytest
from rich.console import Console

from fuzz.keep.lock import FolderLock
from fuzz.people.campaign.screen import drawn
from fuzz.people.campaign.view import NOTED, TROUBLE, WORKERS, look
from fuzz.people.campaign.words import duration, status_word, summary_line
from tests.fuzz.people.campaign.stored import WORKER, StoredCampaign


def text_of(folder: Path, width: int = 120) -> str:
    console = Console(width=width, record=True, file=None, force_terminal=False, quiet=False)
    with console.capture() as captured:
        console.print(drawn(look(folder)))
    return captured.get()


@pytest.fixture
def stored(tmp_path: Path) -> StoredCampaign:
    stored = StoredCampaign(tmp_path)
    stored.search(1000, *range(40))
    stored.search(500, *range(7), lane="depot@2")
    stored.find("leak", "place", "leak", "a box is never given back [bold]")
    stored.find("oops", "place", "crash", "BUG: \x1b[31mred")
    stored.chronicle.sample(100.0, {WORKERS: [WORKER]})
    stored.chronicle.say("worker-1: was killed", 0.0)
    return stored


def test_the_screen_has_the_blocks_that_people_of_afl_know(stored: StoredCampaign) -> None:
    lock = FolderLock(stored.folder)
    text = text_of(stored.folder)
    lock.release()
    for words in (
        *("process timing", "overall results", "corpus", "run time :", "1 min, 40 sec"),
        *("total execs : 1,500", "corpus count : 47", "exec speed :", "last new finding :"),
        *("worker-1", "50.0 MiB", "depot@2", "crash : 1", "leak : 1", "is filed soon"),
        "worker-1: was killed",
    ):
        assert words in text, words


def test_what_findings_are_called_is_shown_as_it_is(stored: StoredCampaign) -> None:
    text = text_of(stored.folder)
    assert "[bold]" in text
    assert "\x1b" not in text


def test_a_narrow_terminal_shows_the_same(stored: StoredCampaign) -> None:
    assert max(map(len, text_of(stored.folder, 80).splitlines())) <= 80


def test_one_line_says_it_all(stored: StoredCampaign) -> None:
    assert summary_line(look(stored.folder)) == (
        "1 min, 40 sec: 1,500 runs, 0/s now, 15/s over all, 47 features, 47 cases, "
        "2 findings (1 crash, 1 leak), last news 1 min, 40 sec ago, stopped"
    )


def test_a_plateau_and_trouble_are_told(stored: StoredCampaign) -> None:
    assert status_word(look(stored.folder)) == "stopped"
    lock = FolderLock(stored.folder)
    assert status_word(look(stored.folder)) == "running"
    stored.chronicle.sample(599.0, {})
    assert look(stored.folder).plateau is False
    stored.chronicle.sample(601.0, {})
    assert status_word(look(stored.folder)) == "on a plateau"
    stored.chronicle.note({TROUBLE: "the disk is full"})
    assert status_word(look(stored.folder)) == "in trouble"
    assert "the disk is full" in text_of(stored.folder)
    lock.release()


def test_a_supervisor_that_cannot_take_notes_is_in_trouble(stored: StoredCampaign) -> None:
    lock = FolderLock(stored.folder)
    stored.chronicle.note({NOTED: look(stored.folder).now - 12.0})
    assert "nothing could be noted for 12 seconds: is the disk full?" in text_of(stored.folder)
    assert status_word(look(stored.folder)) == "in trouble"
    lock.release()
    assert status_word(look(stored.folder)) == "stopped"


def test_a_plateau_is_long_for_the_campaign_that_it_is_on(stored: StoredCampaign) -> None:
    stored.chronicle.sample(10_000.0, {})
    stored.search(1, 999)
    stored.chronicle.sample(13_000.0, {})
    assert look(stored.folder).plateau is False
    stored.chronicle.sample(15_000.0, {})
    assert look(stored.folder).plateau is True


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "none yet"),
        (0.9, "0 sec"),
        (61, "1 min, 1 sec"),
        (3661, "1 hrs, 1 min"),
        (90_000, "1 day, 1 hrs"),
        (200_000, "2 days, 7 hrs"),
    ],
)
def test_durations_have_two_units(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words
