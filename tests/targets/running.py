"""Running small cases on the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from targets.swap import TARGET as SWAP
from targets.zram import TARGET as ZRAM
from targets.zsmalloc import TARGET as ZSMALLOC

if TYPE_CHECKING:
    from fuzz.program.outcome import Outcome

TARGETS: Final = {SWAP.name: SWAP, ZRAM.name: ZRAM, ZSMALLOC.name: ZSMALLOC}


def run(text: str) -> Outcome:
    case = parse_case(text, TARGETS)
    return execute(TARGETS[case.target], case)


def answers(text: str) -> list[str]:
    """The answers of the tasks, in the order in which they came."""
    return [answer.text for answer in run(text).answers]


def signatures(text: str) -> list[str]:
    return [finding.signature for finding in run(text).findings]
