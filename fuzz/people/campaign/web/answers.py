"""What the web page answers: bytes, their type, and what a browser may do with them.

Addresses name findings, never files: which folder a finding has, the state of the campaign says.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from fuzz.keep.crashes import MINIMAL, PAGE
from fuzz.keep.files import safe_name
from fuzz.keep.together import STORY
from fuzz.people.campaign.metrics import CONTENT_TYPE, metrics_text
from fuzz.people.campaign.plan import PLAN
from fuzz.people.campaign.view import look
from fuzz.people.campaign.web.curves import coverage, speed
from fuzz.people.campaign.words import view_json

if TYPE_CHECKING:
    from fuzz.people.campaign.view import View

STATIC: Final = "fuzz.people.campaign.web"
OURS: Final = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/live.js": ("live.js", "text/javascript; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
TEXT: Final = "text/plain; charset=utf-8"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REPORT_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report is shown and never run, whatever somebody has put in its place."""
FILE_BYTES_MAX: Final = 20 << 20
SAFELY: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent."""

    body: bytes
    kind: str = TEXT
    status: int = 200
    policy: str = PAGE_POLICY


NOT_FOUND: Final = Answer(b"There is no such page.\n", status=404)


class Answers:
    """Answers about one campaign."""

    def __init__(self, folder: Path) -> None:
        """Answer about the campaign in a folder."""
        self._folder = folder

    def to(self, address: str) -> Answer:
        """Answer to an address; KeepError when the campaign cannot be read right now."""
        path = address.partition("?")[0]
        if path in OURS:
            name, kind = OURS[path]
            return Answer(files(STATIC).joinpath("static", name).read_bytes(), kind)
        if path == "/status.json":
            return Answer(_status(look(self._folder)), "application/json; charset=utf-8")
        if path == "/metrics":
            return Answer(metrics_text(look(self._folder)).encode(), CONTENT_TYPE)
        for prefix, names in (("/report/", (PAGE, STORY)), ("/case/", (MINIMAL,))):
            if path.startswith(prefix):
                return self._kept(unquote(path.removeprefix(prefix)), names)
        return NOT_FOUND

    def _kept(self, signature: str, names: tuple[str, ...]) -> Answer:
        """Answer with the first of some files that the crash folder of a finding has."""
        view = look(self._folder)
        folder = next((row.folder for row in view.findings if row.signature == signature), "")
        if not folder or safe_name(folder) != folder:
            return NOT_FOUND
        crashes = Path(view.state.facts[PLAN]["crashes"])
        for name in names:
            body = _read(crashes / folder, name)
            if body is not None:
                kind = "text/html; charset=utf-8" if name == PAGE else TEXT
                return Answer(body, kind, policy=REPORT_POLICY)
        return NOT_FOUND


def _status(view: View) -> bytes:
    samples = view.state.samples
    words = view_json(view)
    words["coverage"] = coverage(samples).words()
    words["speed"] = speed(samples).words()
    return json.dumps(words).encode()


def _read(folder: Path, name: str) -> bytes | None:
    """Read a file of a crash folder; None when there is none, or something else has its place."""
    try:
        place = os.open(folder, os.O_DIRECTORY | SAFELY)
        try:
            descriptor = os.open(name, SAFELY, dir_fd=place)
        finally:
            os.close(place)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            body = file.read(FILE_BYTES_MAX + 1)
    finally:
        os.close(descriptor)
    return body if len(body) <= FILE_BYTES_MAX else None
