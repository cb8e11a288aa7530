"""Logs of a campaign: each has a size that it does not grow beyond, and one older part."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import make_folder

if TYPE_CHECKING:
    from pathlib import Path

LOGS: Final = "logs"
BYTES_MAX: Final = 1 << 20
EVENTS: Final = "campaign.log"
OLDER: Final = 2
"""Older parts of the log of events."""


def log_folder(campaign: Path) -> Path:
    """Return where logs are, which is made if need be; KeepError when it cannot."""
    folder = campaign / LOGS
    make_folder(folder, "logs")
    return folder


class EventLog:
    """What happened, a line each, with the time of day."""

    def __init__(self, campaign: Path) -> None:
        """Write into `logs/campaign.log`."""
        self._handler = _Quiet(
            log_folder(campaign) / EVENTS,
            maxBytes=BYTES_MAX,
            backupCount=OLDER,
            encoding="utf-8",
            delay=True,
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def say(self, text: str) -> None:
        """Write a line; where the disk is full, nothing."""
        line = " ".join(text.split())
        self._handler.handle(logging.LogRecord("", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


class _Quiet(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Lose the line: the log is the least that a full disk takes."""


def rotate(path: Path) -> None:
    """Move away what a log has grown to, if that is much; who writes into it goes on."""
    with suppress(OSError):
        if path.stat().st_size <= BYTES_MAX:
            return
        with suppress(OSError):
            shutil.copyfile(path, path.with_suffix(".log.1"))
        os.truncate(path, 0)
