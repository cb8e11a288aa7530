"""The conversation: a hello, then an answer, one line of JSON each, for every request."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from targets.device.agent.arguments import Arguments, Json, Misuse
from targets.device.agent.facts import hello
from targets.device.agent.foreign import run_foreign
from targets.device.agent.operations import OPERATIONS
from targets.device.agent.program import Program, run_program
from targets.device.agent.swap import run_swap

if TYPE_CHECKING:
    from types import FrameType

    from targets.device.agent.undo import Journal


LETTER: Final = b"@"
MAIL: Final = Path("/mail")
"""A line `@7` stands for the request in the file `/mail/7`."""


class Ended(BaseException):
    """SIGTERM: the agent should clean up and go."""


def end(number: int, frame: FrameType | None) -> None:
    """Answer a signal."""
    del number, frame
    raise Ended


@dataclass(frozen=True, slots=True)
class Agent:
    """What every request needs."""

    journal: Journal
    folder: str
    """A folder for files of the agent's own."""
    own_machine: bool

    def answer(self, request: Arguments) -> Json:
        """Do what a request asks."""
        match request.text("do"):
            case "hello":
                return hello(self.journal, own_machine=self.own_machine)
            case "run":
                watched = request.texts("watch")
                program = Program(self.journal, self.folder, self.own_machine, watched)
                return run_program(program, request, OPERATIONS)
            case "swap":
                return run_swap(self.journal, request)
            case "execute":
                return run_foreign(request, own_machine=self.own_machine)
            case other:
                raise Misuse(f"no such request: {other!r}; there are hello, run, swap and execute")


def serve(agent: Agent, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more, or SIGTERM comes; then nothing of ours is left."""
    signal.signal(signal.SIGTERM, end)
    try:
        _say(answers, {"hello": agent.answer(Arguments({"do": "hello"}))})
        for line in requests:
            _say(answers, _one(agent, line))
    except (Ended, KeyboardInterrupt, BrokenPipeError):
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        agent.journal.undo()


def _one(agent: Agent, line: bytes) -> dict[str, Json]:
    """Answer one request; what is wrong with it is said, and the conversation goes on."""
    try:
        if line.startswith(LETTER):
            line = (MAIL / line[1:].decode().strip()).read_bytes()
        request: Json = json.loads(line)
        if not isinstance(request, dict):
            raise Misuse("a request is an object")
        return {"answer": agent.answer(Arguments(request))}
    except (Misuse, ValueError, OSError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _say(answers: BinaryIO, message: dict[str, Json]) -> None:
    answers.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    answers.flush()
