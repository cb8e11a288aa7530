"""Swap on real kernels: what a process must see, and which counts cannot be."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

import pytest

from fuzz.people.output import Status
from fuzz.values.choices import Choices
from targets.conform.swap_exercise import (
    Exercise,
    draw_exercise,
    problems_of,
    run_exercises,
)
from tests.targets.conform.test_command import FakeGuest, Said, command, main

PAGE = 4096


class Swapping:
    """A kernel on which every page that is pushed out stays out until it is touched."""

    def __init__(self, spoil: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
        self.hello: dict[str, Any] = {"release": "6.18.7", "algorithms": ["lz4"]}
        self._spoil = spoil

    def swap(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        memory = [bytes(PAGE)] * request["pages"]
        out: set[int] = set()
        replies: list[dict[str, Any]] = []
        for step in request["steps"]:
            pages = range(step["page"], step["page"] + step["count"])
            reply: dict[str, Any] = {"ok": None}
            if step["op"] == "store":
                data = base64.b64decode(step["data"])
                for index, page in enumerate(pages):
                    memory[page] = data[index * PAGE : (index + 1) * PAGE]
            elif step["op"] == "forget":
                memory[pages.start : pages.stop] = [bytes(PAGE)] * len(pages)
            elif step["op"] == "load":
                reply["ok"] = [f"{crc32(memory[page]):08x}" for page in pages]
            elif step["op"] == "verify":
                reply["ok"] = []
            out = out | {*pages} if step["op"] == "push_out" else out - {*pages}
            stored = f"{PAGE * (1 + len(out))} 0 0 0 0 0 0 0 0"
            reply |= {"swapped": sorted(out), "used": len(out), "mm_stat": stored}
            self._spoil(reply)
            replies.append(reply)
        return {"steps": replies, "status": 0}


def test_nothing_is_wrong_with_a_kernel_that_loses_nothing() -> None:
    tally = run_exercises(Swapping(), 10, 1)
    assert tally.problems == []
    assert tally.programs == 10
    assert tally.compared > 100
    assert tally.swapped > 100
    assert set(tally.operations) == {"store", "load", "verify", "push_out", "forget"}


def wrong_data(reply: dict[str, Any]) -> None:
    if isinstance(reply["ok"], list) and reply["ok"]:
        reply["ok"] = ["00000000"] * len(reply["ok"])


def wrong_page(reply: dict[str, Any]) -> None:
    if reply["ok"] == []:
        reply["ok"] = [3]


def too_few_slots(reply: dict[str, Any]) -> None:
    reply["used"] -= 1


def too_much_stored(reply: dict[str, Any]) -> None:
    reply["mm_stat"] = f"{PAGE * 1000} 0 0"


def refused(reply: dict[str, Any]) -> None:
    if reply["ok"] is None:
        del reply["ok"]
        reply["errno"] = "EIO"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (wrong_data, "the process reads ['00000000'"),
        (wrong_page, "pages [3] are not what was stored"),
        (too_few_slots, "pages are swapped to"),
        (too_much_stored, "1000 pages are stored on"),
        (refused, "refused with EIO"),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[dict[str, Any]], None], problem: str) -> None:
    tally = run_exercises(Swapping(spoil), 3, 1)
    assert any(problem in each for each in tally.problems)


def test_a_process_that_dies_is_a_problem() -> None:
    exercise = draw_exercise(["lz4"], Choices(1))
    answer = {"steps": [], "status": -7}
    assert list(problems_of(exercise, answer)) == ["the process ended with status -7 after 0 steps"]


def test_an_exercise_ends_with_a_look_at_every_page() -> None:
    for seed in range(20):
        exercise = draw_exercise(["lz4", "zstd"], Choices(seed))
        assert isinstance(exercise, Exercise)
        assert exercise.steps[-1] == {"op": "verify", "page": 0, "count": exercise.pages}
        assert exercise.pages < exercise.disk_pages
        assert len(exercise.steps) > 20


@pytest.mark.parametrize(
    ("spoil", "status"), [(lambda _: None, Status.GOOD), (too_few_slots, Status.FAILED)]
)
def test_the_command_tells_the_shell(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Said,
    spoil: Callable[[dict[str, Any]], None],
    status: Status,
) -> None:
    class SwappingGuest(FakeGuest):
        def swap(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
            return Swapping(spoil).swap(request)

    monkeypatch.setattr(command, "Guest", lambda _: SwappingGuest())
    assert main(["conform", "--swap", "--programs", "2", "--json"]) == status
    told = json.loads(capsys.readouterr().out)
    assert told["programs"] == 2
    assert bool(told["problems"]) is (status is Status.FAILED)
    assert main(["conform", "--swap", "--programs", "2"]) == status
    assert "2 processes" in capsys.readouterr().out
