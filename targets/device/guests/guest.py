"""A real kernel that runs the agent: started, asked, and ended without a trace."""

from __future__ import annotations

import json
import socket
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, Self, TypeAlias, cast

from targets.device.guests.channel import Channel
from targets.device.guests.errors import GuestLost
from targets.device.guests.process import ProcessTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from targets.device.guests.kind import Kind

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
Step: TypeAlias = "Mapping[str, Json]"

CONSOLE_LINES: Final = 15
REQUEST_SECONDS_MAX: Final = 60.0
END_SECONDS_MAX: Final = 5.0
PANIC: Final = "Kernel panic"


class Refused(Exception):
    """The agent says that a request makes no sense: a bug of whoever asked."""


class Guest:
    """A kernel with its agent, as a context manager: leaving it ends both."""

    def __init__(self, kind: Kind) -> None:
        """Prepare; nothing is started before `with`."""
        self.kind = kind
        self.hello: Mapping[str, Json] = {}
        """What the agent said about its kernel when it had started."""
        self.boot_seconds = 0.0
        self._cleanup = ExitStack()
        self._console = Path()
        self._last_words: tuple[str, ...] = ()
        self._channel: Channel | None = None
        self._tree: ProcessTree | None = None

    def __enter__(self) -> Self:
        """Start the kernel and wait until its agent speaks."""
        began = time.monotonic()
        limit = self.kind.boot_seconds_max
        try:
            self._start()
            greeting = self._hear(limit, f"did not boot within {limit:g} seconds")
            self.hello = cast("Mapping[str, Json]", greeting["hello"])
        except BaseException:
            self._end()
            raise
        self.boot_seconds = time.monotonic() - began
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End everything; an agent that could not take all of its things away is an error."""
        status = self._end()
        if status and kind is None:
            raise GuestLost(f"{self.kind.name}: the agent ended with status {status}", self.console)

    @property
    def console(self) -> tuple[str, ...]:
        """The last lines that the kernel or its agent wrote, by now."""
        return self._said()[-CONSOLE_LINES:]

    def request(self, request: Mapping[str, Json], seconds: float = REQUEST_SECONDS_MAX) -> Json:
        """Ask the agent for something and return its answer.

        Raises `GuestLost` if it does not answer in time or is gone, and `Refused` if it cannot
        make sense of the request.
        """
        late = f"did not answer within {seconds:g} seconds"
        self._send(request, seconds, late)
        message = self._hear(seconds, late)
        if "error" in message:
            raise Refused(str(message["error"]))
        return message["answer"]

    def run(
        self, steps: Sequence[Step], watch: Sequence[str] = (), devices: int = 1
    ) -> list[dict[str, Json]]:
        """Run a program on so many fresh devices, and return the answer to each step."""
        request: Step = {"do": "run", "devices": devices, "watch": watch, "steps": steps}
        return cast("list[dict[str, Json]]", self.request(request))

    def swap(self, request: Mapping[str, Json]) -> Mapping[str, Json]:
        """Run a process over a swap area of its own; `targets.device.agent.swap` says what for."""
        return cast("Mapping[str, Json]", self.request({"do": "swap", **request}))

    def _said(self) -> tuple[str, ...]:
        """All lines so far or, when the guest is ended, its last."""
        if not self._console.is_file():
            return self._last_words
        text = self._console.read_text(encoding="utf-8", errors="replace")
        return tuple(line.rstrip() for line in text.splitlines())

    def _start(self) -> None:
        assert self._tree is None, "a guest is started once"
        folder = Path(
            self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="swapstorm-guest-"))
        )
        ours, theirs = socket.socketpair()
        mail = folder / "mail"
        mail.mkdir()
        self._channel = Channel(ours, mail if self.kind.takes_files else None)
        self._cleanup.callback(self._channel.close)
        with theirs:
            command = self.kind.command(folder, theirs.fileno())
            self._console = folder / "console"
            tidies = self.kind.tidy_seconds > 0
            self._tree = ProcessTree.start(
                command, theirs.fileno(), self._console, watched=not tidies
            )

    def _send(self, request: Mapping[str, Json], seconds: float, late: str) -> None:
        assert self._channel is not None, "a guest is asked only while it runs"
        try:
            self._channel.send(json.dumps(request, separators=(",", ":")).encode(), seconds)
        except TimeoutError:
            self._lose(late)
        except OSError:
            self._lose("is gone", END_SECONDS_MAX)

    def _hear(self, seconds: float, late: str) -> Mapping[str, Json]:
        """Return the next message."""
        assert self._channel is not None, "a guest is heard only while it runs"
        try:
            line = self._channel.receive(seconds, self._runs)
            return cast("Mapping[str, Json]", json.loads(line))
        except TimeoutError:
            self._lose(late)
        except (EOFError, OSError):
            self._lose("is gone", END_SECONDS_MAX)

    def _runs(self) -> bool:
        return self._tree is not None and self._tree.wait(0) is None

    def _lose(self, how: str, last_words_seconds: float = 0.0) -> NoReturn:
        """End the guest and say how it was lost: a panic explains everything else."""
        if self._tree is not None:
            self._tree.wait(last_words_seconds)
        panics = [line.strip() for line in self._said() if PANIC in line]
        last = self.console
        self._end()
        raise GuestLost(f"{self.kind.name}: {panics[0] if panics else how}", last)

    def _end(self) -> int | None:
        """End everything, and return the status of an agent that ended by itself."""
        status = None
        if self._channel is not None:
            self._channel.close()
        if self._tree is not None:
            status = self._tree.wait(min(self.kind.tidy_seconds, END_SECONDS_MAX))
            self._tree.end(max(self.kind.tidy_seconds, END_SECONDS_MAX))
        self._last_words = self.console
        self._cleanup.close()
        self._tree = None
        return status
