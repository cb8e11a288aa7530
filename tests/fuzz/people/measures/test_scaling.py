"""What is measured of campaigns says in one line why it cannot be."""

from collections.abc import Callable, Sequence
from typing import Final

import pytest

from fuzz.people.measures import scaling, soak
from fuzz.people.measures.standalone import ended
from fuzz.people.output import Status

COUNTER: Final = "tests.toys.counter:TARGET"


@pytest.mark.parametrize("main", [scaling.main, soak.main], ids=["bench-scaling", "soak"])
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--target", "no.such:TARGET", "--kernel", "1"), "no.such:TARGET does not load"),
        (("--target", COUNTER, "--kernel", "9"), "--kernel: expected one of 1, 2, not '9'"),
    ],
)
def test_what_cannot_be_searched_is_one_clear_line(
    main: Callable[[Sequence[str]], int],
    words: Sequence[str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ended(lambda: main(words)) == Status.MISUSED
    said = capsys.readouterr().err
    assert complaint in said
    assert len(said.splitlines()) == 1
