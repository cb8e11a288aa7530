"""The conversation, with an agent that has no kernel to drive."""

import io
import json
import signal
from pathlib import Path

import pytest

from targets.device.agent import serve as module
from targets.device.agent.arguments import Json
from targets.device.agent.boot import command_line
from targets.device.agent.serve import Agent, serve
from targets.device.agent.swap import header
from targets.device.agent.undo import Journal

AGENT = Agent(Journal(), "/nowhere", own_machine=False)


def talk(monkeypatch: pytest.MonkeyPatch, requests: bytes) -> list[Json]:
    def hello(journal: Journal, *, own_machine: bool) -> dict[str, Json]:
        return {"release": "none", "own_machine": own_machine}

    monkeypatch.setattr(module, "hello", hello)
    answers = io.BytesIO()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        serve(AGENT, io.BytesIO(requests), answers)
    finally:
        signal.signal(signal.SIGTERM, handler)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


HELLO = {"hello": {"release": "none", "own_machine": False}}


def test_the_agent_speaks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert talk(monkeypatch, b"") == [HELLO]


@pytest.mark.parametrize(
    ("request_line", "said"),
    [
        (b"[]\n", "Misuse: a request is an object"),
        (b"{}\n", "Misuse: 'do' should be a string, not None"),
        (
            b'{"do":"fly"}\n',
            "Misuse: no such request: 'fly'; there are hello, run, swap and execute",
        ),
        (
            b'{"do":"execute","files":[],"command":["true"]}\n',
            "Misuse: programs of others run only on a machine that is the agent's own",
        ),
        (b'{"do":"run","devices":0}\n', "Misuse: 'steps' should be a list of objects, not None"),
        (
            b'{"do":"run","devices":0,"steps":[{"op":"read","block":0}]}\n',
            "Misuse: step 0: there is no device 0",
        ),
        (
            b'{"do":"run","devices":0,"steps":[{"op":"close","name":"x"}]}\n',
            "Misuse: step 0: nothing is open as 'x'",
        ),
        (
            b'{"do":"run","devices":0,"steps":[{"op":"detach","name":"x"}]}\n',
            "Misuse: step 0: there is no loop device 'x'",
        ),
    ],
)
def test_a_senseless_request_is_answered_and_the_talk_goes_on(
    monkeypatch: pytest.MonkeyPatch, request_line: bytes, said: str
) -> None:
    answers = talk(monkeypatch, request_line + b'{"do":"run","devices":0,"steps":[]}\n')
    assert answers == [HELLO, {"error": said}, {"answer": []}]


def test_what_is_no_json_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    _, answer = talk(monkeypatch, b"what?\n")
    assert isinstance(answer, dict)
    assert str(answer["error"]).startswith("JSONDecodeError: ")


def test_a_letter_stands_for_the_request_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "MAIL", tmp_path)
    (tmp_path / "7").write_bytes(b'{"do":"hello"}')
    assert talk(monkeypatch, b"@7\n") == [HELLO, {"answer": HELLO["hello"]}]


def test_the_kernels_command_line_is_taken_apart() -> None:
    words = command_line("quiet swapstorm.channel=agent swapstorm.mail=/tmp/a=b\n")
    assert words == {"quiet": "", "swapstorm.channel": "agent", "swapstorm.mail": "/tmp/a=b"}


def test_a_swap_header_is_what_mkswap_writes() -> None:
    page = header(256)
    assert len(page) == 4096
    assert page[1024:1036] == b"\x01\0\0\0\xff\0\0\0\0\0\0\0"
    assert page[4086:] == b"SWAPSPACE2"
    assert page.count(0) == 4096 - 2 - 10
