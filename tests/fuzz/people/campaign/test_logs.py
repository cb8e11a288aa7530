"""Logs do not grow for ever, and a full disk is not their problem."""

from pathlib import Path

import pytest

from fuzz.people.campaign import logs
from fuzz.people.campaign.logs import EventLog, rotate


def test_a_log_that_has_grown_is_moved_away_while_its_process_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "BYTES_MAX", 100)
    file = tmp_path / "worker-1.log"
    with file.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        rotate(file)
        assert file.stat().st_size == 100
        writer.write(b"y")
        rotate(file)
        assert file.read_bytes() == b""
        writer.write(b"and on")
    assert file.read_bytes() == b"and on"
    assert (tmp_path / "worker-1.log.1").read_bytes() == b"x" * 100 + b"y"


def test_events_have_a_line_each_and_older_parts_are_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "BYTES_MAX", 200)
    log = EventLog(tmp_path)
    for number in range(30):
        log.say(f"event {number}\nof two lines")
    log.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == ["campaign.log", "campaign.log.1", "campaign.log.2"]
    assert all(file.stat().st_size <= 200 for file in files)
    assert files[0].read_text().splitlines()[-1].endswith(" event 29 of two lines")


def test_a_line_that_cannot_be_written_is_lost_quietly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = EventLog(tmp_path)
    (tmp_path / "logs/campaign.log").mkdir()
    log.say("nobody hears this")
    log.close()
    assert capsys.readouterr() == ("", "")
