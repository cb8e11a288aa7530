"""Measures how long histories of 10,000 operations take to judge: `scripts/bench-histories`.

Eight tasks work at random registers; each operation takes effect at some step of its own.
Of the writes one in fifty crashes: half of those take effect, at any time later.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time  # noqa: TID251 - it measures; nothing of a run depends on it
from typing import Final

from click import echo

from fuzz.sanitize.registers import Call, Registers
from fuzz.values.choices import Choices

OPERATIONS: Final = 10_000
TASKS: Final = 8
LENGTH_MAX: Final = 40
"""Steps from the call of an operation to its return."""
CRASHES: Final = 50
"""One write in so many crashes."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a history is like."""

    registers: int
    values: int
    """Few values make duplicates, which could have come from many writes."""
    seed: int = 1


def history(shape: Shape) -> list[Call[int]]:
    """Draw a history that some order explains, because it happened so."""
    choices = Choices(shape.seed)
    drawn: list[tuple[int, int, int, int | None, bool, int]] = []
    clock = [0] * TASKS
    for number in range(OPERATIONS):
        task = min(range(TASKS), key=clock.__getitem__)
        called = clock[task] + choices.below(5)
        length = 1 + choices.below(LENGTH_MAX)
        clock[task] = called + length + 1
        is_write = choices.below(2) == 0
        crashed = is_write and choices.below(CRASHES) == 0
        effect = called + choices.below(length * 20 if crashed else length)
        drawn.append((effect, number, called, None if crashed else called + length, is_write, task))
    held = [0] * shape.registers
    calls: list[Call[int]] = []
    for _, number, called, returned, is_write, task in sorted(drawn, key=lambda each: each[:2]):
        register = choices.below(shape.registers)
        value = 1 + (choices.below(shape.values) if shape.values else number)
        if is_write and (returned is not None or choices.below(2)):
            held[register] = value
        seen = value if is_write else held[register]
        calls.append(Call(register, seen, is_write, called, returned, str(task)))
    return calls


def judged(calls: list[Call[int]]) -> tuple[float, int]:
    """Return the CPU seconds that judging takes, and how many reads are impossible."""
    registers = Registers(0)
    for call in calls:
        registers.add(call)
    begun = process_time()
    wrong = len(list(registers.impossible()))
    return process_time() - begun, wrong


def main() -> None:
    """Print a row for each shape."""
    echo(f"{OPERATIONS} operations of {TASKS} tasks, one write in {CRASHES} crashed")
    echo("registers  values  seconds  microseconds/operation  impossible")
    for registers in (1, 4, 16, 64):
        for values in (0, 100, 4):
            seconds, wrong = judged(history(Shape(registers, values)))
            each = seconds / OPERATIONS * 1e6
            echo(f"{registers:9}  {values or 'new':>6}  {seconds:7.2f}  {each:22.0f}  {wrong:10}")


if __name__ == "__main__":
    main()
