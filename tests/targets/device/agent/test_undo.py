"""What was made is known to two processes, and taken away by the one that is left."""

import errno
import os
from pathlib import Path

import pytest

from targets.device.agent import undo
from targets.device.agent.undo import Janitor, Journal, insist


def test_the_janitor_knows_what_a_worker_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "add_zram", lambda: 4)
    reader, writer = os.pipe()
    hear, answers = os.pipe()
    os.write(answers, b"4\n")
    worker = Journal(writer, hear)
    worker.made("zram 3")
    worker.made("swap /dev/zram3")
    assert worker.add_zram() == 4
    worker.gone("swap /dev/zram3")
    worker.gone("never made")
    os.close(writer)
    assert Janitor(reader, answers).follow() == Journal(things=["zram 3", "zram 4"])
    assert worker.things == ["zram 3", "zram 4"]
    assert os.read(hear, 9) == b"4\n"
    os.close(hear)
    os.close(answers)


@pytest.mark.parametrize(("answer", "said"), [(b"-12\n", "allocate"), (b"", "No such process")])
def test_a_zram_that_the_janitor_could_not_make_is_the_kernels_error(
    answer: bytes, said: str
) -> None:
    reader, writer = os.pipe()
    hear, answers = os.pipe()
    os.write(answers, answer)
    os.close(answers)
    with pytest.raises(OSError, match=said):
        Journal(writer, hear).add_zram()
    assert os.read(reader, 9) == b"?\n"
    for descriptor in (reader, writer, hear):
        os.close(descriptor)


def test_a_device_that_another_has_made_anew_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence = iter(["17", "18", "18"])
    monkeypatch.setattr(undo, "add_zram", lambda: 3)
    monkeypatch.setattr(undo, "disk_sequence", lambda _: next(sequence))
    reader, writer = os.pipe()
    hear, answers = os.pipe()
    os.write(writer, b"?\n+swap /dev/zram3\n")
    os.close(writer)
    assert Janitor(reader, answers).follow() == Journal()
    for descriptor in (hear, answers):
        os.close(descriptor)


def test_things_are_taken_away_newest_first_and_failures_told_after_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []

    def take(thing: str) -> None:
        taken.append(thing)
        if thing == "zram 2":
            raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(undo, "take_away", take)
    journal = Journal(things=["zram 1", "zram 2", "swap /dev/zram2"])
    with pytest.raises(OSError, match=r"zram 2 cannot be taken away: .*busy"):
        journal.undo()
    assert taken == ["swap /dev/zram2", "zram 2", "zram 1"]
    assert journal.things == ["zram 2"]


class Busy:
    """A file that is busy for some writes."""

    def __init__(self, times: int, error: int = errno.EBUSY) -> None:
        self.times = times
        self.error = error
        self.written: list[str] = []

    def write_text(self, text: str, encoding: str) -> None:
        assert encoding == "utf-8"
        if self.times:
            self.times -= 1
            raise OSError(self.error, "no")
        self.written.append(text)


def test_a_busy_device_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "BUSY_SECONDS", 0)
    file = Busy(3)
    insist(file, "1")  # pyright: ignore[reportArgumentType] - all of a path that it uses
    assert file.written == ["1"]


@pytest.mark.parametrize(("times", "error"), [(1000, errno.EBUSY), (1, errno.EINVAL)])
def test_a_device_that_stays_busy_or_refuses_is_an_error(
    monkeypatch: pytest.MonkeyPatch, times: int, error: int
) -> None:
    monkeypatch.setattr(undo, "BUSY_SECONDS", 0)
    with pytest.raises(OSError, match=rf"^\[Errno {error}\] no$"):
        insist(Busy(times, error), "1")  # pyright: ignore[reportArgumentType] - as above


def test_what_nobody_knows_how_to_take_away_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nobody knows how to take away"):
        undo.take_away(f"folder {tmp_path}")
