"""Words with values, as some files take them."""

import pytest

from targets.linux.machine.errno import Refusal
from targets.linux.zram.arguments import arguments, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n", []),
        ("idle\n", [("idle", None)]),
        ("algo=lz4 priority=2\n", [("algo", "lz4"), ("priority", "2")]),
        ("type=", [("type", "")]),
        ('algo="lz4 hc"', [("algo", "lz4 hc")]),
        ("a=b=c", [("a", "b=c")]),
    ],
)
def test_words_are_separated_by_blanks_outside_quotes(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert list(words(text)) == expected


@pytest.mark.parametrize("text", ["idle", "algo=lz4 type=", "algo=lz4 priority"])
def test_an_argument_without_a_value_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="EINVAL"):
        list(arguments(text))
