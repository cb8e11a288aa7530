from dataclasses import dataclass

import pytest

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument, arguments_of, draw_operation, required
from fuzz.values.choices import Choices


@dataclass(frozen=True, slots=True)
class Write(Operation[list[str]]):
    word = "write"
    page: int = argument(Number(0, 7))
    tool: str = argument(Word(("pen", "ink")), key="with", default="pen")

    def run(self, seat: list[str]) -> str:
        seat.append(f"{self.page} {self.tool}")
        return "ok"


@pytest.mark.parametrize(
    ("operation", "text"),
    [(Write(3), "write page=3"), (Write(0, "ink"), "write page=0 with=ink")],
)
def test_an_operation_is_written_without_the_arguments_that_have_their_default(
    operation: Write, text: str
) -> None:
    assert str(operation) == text


def test_an_operation_knows_its_arguments_by_the_names_that_a_case_uses() -> None:
    assert [(slot.field, slot.key, required(slot)) for slot in arguments_of(Write)] == [
        ("page", "page", True),
        ("tool", "with", False),
    ]


def test_an_operation_is_drawn_from_the_domains_of_its_arguments() -> None:
    drawn = [draw_operation(Write, Choices(seed)) for seed in range(50)]
    assert all(isinstance(one, Write) and one.page in range(8) for one in drawn)
    assert len(dict.fromkeys(map(str, drawn))) > 5
    assert draw_operation(Write, Choices(1)) == draw_operation(Write, Choices(1))


def test_an_operation_is_run_with_the_seat_of_its_task() -> None:
    seat: list[str] = []
    assert Write(2, "ink").run(seat) == "ok"
    assert seat == ["2 ink"]


def test_a_kind_of_operation_that_does_nothing_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="Operation does not say what it does with a seat"):
        Operation[str]().run("a seat")
