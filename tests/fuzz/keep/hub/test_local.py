"""The hub of one machine keeps the contract, and what it answered for, whatever happens."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fuzz.keep.files import KeepError
from fuzz.keep.hub.cases import hash_of
from fuzz.keep.hub.database import STATE, Database
from fuzz.keep.hub.interface import Hub, Kind, Receipt
from fuzz.keep.hub.local import LocalHub
from fuzz.keep.hub.overview import overview
from tests.fuzz.keep.hub.contract import FILED, FOUND, LANE, Clock, HubContract, batch, entry, texts

ROOT: Final = Path(__file__).parents[4]


class TestLocalHub(HubContract):
    @pytest.fixture
    def hub(self, tmp_path: Path, clock: Clock) -> Hub:
        return LocalHub(tmp_path, clock)


class Alternating:
    """Two processes' worth of hubs on one folder: each call goes to the other one."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._hubs = [LocalHub(folder, clock), LocalHub(folder, clock)]

    def __getattr__(self, name: str) -> object:
        self._hubs.reverse()
        return getattr(self._hubs[0], name)


class TestTwoHubsOnOneFolder(HubContract):
    @pytest.fixture
    def hub(self, tmp_path: Path, clock: Clock) -> Hub:
        return Alternating(tmp_path, clock)  # pyright: ignore[reportReturnType] - it has them all


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> LocalHub:
    return LocalHub(tmp_path, clock)


def test_a_case_is_a_file_called_after_its_text(hub: LocalHub, tmp_path: Path) -> None:
    hub.push(batch(1, entries=(entry(1),)))
    files = [path for path in (tmp_path / "cases").rglob("*") if path.is_file()]
    assert files == [tmp_path / "cases/toy" / f"{hash_of(entry(1).text)}.case"]
    assert files[0].read_text() == entry(1).text


def test_a_case_that_is_no_news_leaves_no_file(hub: LocalHub, tmp_path: Path) -> None:
    hub.push(batch(1, entries=(entry(1, 5),)))
    hub.push(batch(2, entries=(entry(2, 5),)))
    assert len(list((tmp_path / "cases/toy").iterdir())) == 1


@pytest.mark.parametrize("spoil", ["gone", "changed", "link", "pipe", "folder", "rubbish"])
def test_a_case_that_somebody_spoilt_is_left_out(hub: LocalHub, tmp_path: Path, spoil: str) -> None:
    hub.push(batch(1, entries=(entry(1), entry(2))))
    file = tmp_path / "cases/toy" / f"{hash_of(entry(1).text)}.case"
    text = file.read_bytes()
    file.unlink()
    if spoil == "changed":
        file.write_bytes(text + b"#")
    elif spoil == "link":
        (tmp_path / "elsewhere").write_bytes(text)
        file.symlink_to(tmp_path / "elsewhere")
    elif spoil == "pipe":
        os.mkfifo(file)
    elif spoil == "folder":
        file.mkdir()
    elif spoil == "rubbish":
        file.write_bytes(b"\xff" * 10)
    assert texts(hub.pull(LANE, 0, 10)) == [entry(2).text]


def test_beyond_the_budget_findings_are_stored_and_cases_are_not(hub: LocalHub) -> None:
    hub.bytes_max = 0
    receipt = hub.push(batch(1, entries=(entry(1),), discoveries=(FOUND,)))
    assert receipt == Receipt(0, 1, (FOUND.signature,))
    assert hub.pull(LANE, 0, 10) == ()
    hub.bytes_max = 1 << 30
    assert hub.push(batch(2, entries=(entry(1),))).entries == 1


def test_a_new_session_takes_everything_back_and_tries_again(hub: LocalHub, clock: Clock) -> None:
    hub.push(batch(1, discoveries=(FOUND,)))
    hub.offer(Kind.SEARCH, LANE, 0)
    lease = hub.lease("dead", [Kind.FILE], 1e9)
    assert lease is not None
    clock.now = 3.0  # The machine was started anew: its clock, too.
    hub.begin_session()
    assert (hub.waiting(Kind.FILE), hub.waiting(Kind.SEARCH)) == (1, 0)
    assert hub.finish(lease) is False
    again = hub.lease("w", [Kind.FILE], 10.0)
    assert again is not None
    assert again.unit.attempts == 1
    assert hub.push(batch(1, executions=5)) == Receipt(), "names of workers may be used again"


def test_what_was_filed_can_be_read(hub: LocalHub) -> None:
    hub.push(batch(1, executions=12, entries=(entry(1, 1, 2),), discoveries=(FOUND,)))
    lease = hub.lease("w", [Kind.FILE], 10.0)
    assert lease is not None
    hub.file(lease, FILED)
    seen = overview(hub.database)
    assert (seen.executions, seen.entries, seen.reached, seen.to_file) == (12, 1, 2, 1)
    (row,) = seen.findings
    assert (row.signature, row.harm, row.title) == (FOUND.signature, FILED.harm, FILED.title)
    assert (row.folder, row.size, row.lanes) == (FILED.folder, FILED.size, (LANE,))


def test_a_campaign_that_has_not_begun_yet_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / STATE).touch()
    with pytest.raises(KeepError, match="has not begun yet"):
        Database(tmp_path, reads_only=True)


def test_a_state_of_a_newer_version_is_left_alone(hub: LocalHub, tmp_path: Path) -> None:
    hub.close()
    with sqlite3.connect(tmp_path / STATE) as state:
        state.execute("PRAGMA user_version = 7")
    state.close()
    before = (tmp_path / STATE).read_bytes()
    with pytest.raises(KeepError, match="is of version 7, and this Swapstorm knows only up to 1"):
        LocalHub(tmp_path, Clock())
    assert (tmp_path / STATE).read_bytes() == before


def test_a_data_base_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / STATE) as state:
        state.execute("CREATE TABLE bookmarks (url TEXT)")
    state.close()
    with pytest.raises(KeepError, match="is no campaign's: choose another folder"):
        LocalHub(tmp_path, Clock())


@pytest.mark.parametrize("what", ["rubbish", "cut"])
def test_a_damaged_state_is_said_to_be_damaged(hub: LocalHub, tmp_path: Path, what: str) -> None:
    hub.push(batch(1, entries=tuple(map(entry, range(50)))))
    hub.close()
    file = tmp_path / STATE
    data = file.read_bytes()
    file.write_bytes(os.urandom(5000) if what == "rubbish" else data[: len(data) // 2])
    with pytest.raises(KeepError, match=r"is damaged .*move it away to begin anew"):
        overview(LocalHub(tmp_path, Clock()).database)


def test_a_state_that_is_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / STATE).mkdir()
    with pytest.raises(KeepError, match="cannot open the state of a campaign"):
        LocalHub(tmp_path, Clock())


PUSHER: Final = """
import sys
from pathlib import Path
from fuzz.keep.hub.local import LocalHub
from tests.fuzz.keep.hub.contract import batch, entry
hub = LocalHub(Path(sys.argv[1]), lambda: 0.0)
for number in range(1, 100_000):
    assert hub.push(batch(number, entries=(entry(number),))).entries == 1
    print(number, flush=True)
"""


def test_what_was_answered_for_is_there_after_kill_9(tmp_path: Path) -> None:
    pusher = subprocess.Popen(
        [sys.executable, "-c", PUSHER, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert pusher.stdout is not None
    answered = 0
    while answered < 25:
        answered = int(pusher.stdout.readline())
    pusher.send_signal(signal.SIGKILL)
    answered = max(answered, *(int(line) for line in pusher.stdout.read().split()), answered)
    pusher.wait()
    pusher.stdout.close()
    hub = LocalHub(tmp_path, Clock())
    stored = texts(hub.pull(LANE, 0, 100_000))
    assert stored[:answered] == [entry(number).text for number in range(1, answered + 1)]
    assert hub.database.is_intact()


FILLER: Final = """
import resource, sys
from pathlib import Path
from fuzz.keep.files import KeepError
from fuzz.keep.hub.local import LocalHub
from tests.fuzz.keep.hub.contract import batch, entry
hub = LocalHub(Path(sys.argv[1]), lambda: 0.0)
assert hub.push(batch(1, entries=(entry(1),))).entries == 1
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
for _ in range(3):
    try:
        hub.push(batch(2, entries=(entry(2),)))
    except KeepError as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(hub.push(batch(2, entries=(entry(2),))))
"""


def test_where_nothing_can_be_written_what_was_stored_stays_and_later_it_goes_on(
    tmp_path: Path,
) -> None:
    """A limit on the size of files stands for a full disk: it takes no root."""
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    *refused, last = done.stdout.splitlines()
    assert last == str(Receipt(entries=1))
    assert len(refused) == 3
    assert all("nothing stored before is lost" in line for line in refused)
    hub = LocalHub(tmp_path, Clock())
    assert texts(hub.pull(LANE, 0, 10)) == [entry(1).text, entry(2).text]
    assert hub.database.is_intact()
