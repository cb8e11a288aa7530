"""The server of the web page: on the loopback interface, for reading, in a thread of its own."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.files import KeepError
from fuzz.people.campaign.web.answers import TEXT, Answer, Answers
from fuzz.people.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK: Final = "127.0.0.1"
HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
REQUEST_SECONDS: Final = 10.0
"""Who has not asked by then is not listened to any longer."""
WRONG_HOST: Final = Answer(b"This page is for this machine only.\n", status=403)
READ_ONLY: Final = Answer(b"This page is read-only.\n", status=405)


class WebPage:
    """The page of a campaign, as long as somebody wants it."""

    def __init__(self, folder: Path, port: int) -> None:
        """Listen on a port, 0 for any; UserError when that cannot be had."""
        try:
            self._server = _Server((LOOPBACK, port), _Handler)
        except OSError as error:
            raise UserError(f"--port {port}: {error.strerror or error}; 0 takes any") from None
        self._server.answers = Answers(folder)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{LOOPBACK}:{self._server.server_port}/"

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answers: Answers

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Forget a visitor who went away in the middle."""


class _Handler(BaseHTTPRequestHandler):
    timeout = REQUEST_SECONDS
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - that is who made it

    def do_GET(self) -> None:
        """Answer."""
        self._send(self._answer())

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def do_POST(self) -> None:
        """Refuse."""
        self._send(READ_ONLY)

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_POST  # noqa: N815 - the library's names

    def version_string(self) -> str:
        """Say what answers, without versions."""
        return "swapstorm"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is the campaign's."""

    def _answer(self) -> Answer:
        # A name that somebody has pointed here must not make us answer his scripts.
        port = self.server.server_port
        if self.headers.get("Host", "") not in [f"{host}:{port}" for host in HOSTS]:
            return WRONG_HOST
        try:
            return self.server.answers.to(self.path)
        except KeepError as error:
            return Answer(f"{error}\n".encode(), TEXT, HTTPStatus.SERVICE_UNAVAILABLE)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", answer.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")
        if answer is READ_ONLY:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
