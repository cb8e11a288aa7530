"""Texts for files: lossless in a case, in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.shared.texts import TEXTS, TYPICAL
from tests.targets.running import answers

LATIN = st.text(st.characters(max_codepoint=255), max_size=60)


@given(LATIN)
def test_every_text_survives_being_written_and_read(text: str) -> None:
    written = TEXTS.text(text)
    assert TEXTS.parse(written) == text
    assert written
    assert not set(written) & set(" \n\t#")


@pytest.mark.parametrize("text", ["%0a", "%41", "", "a b", "%4", "%%", "a" * 201])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="%0A"):
        TEXTS.parse(text)


@pytest.mark.parametrize("text", TYPICAL)
def test_simpler_texts_end(text: str) -> None:
    for _ in range(len(TYPICAL) + 1):
        simpler = list(TEXTS.simpler(text))
        if not simpler:
            return
        text = simpler[-1]
    raise AssertionError(text)


def test_a_text_in_between_becomes_a_typical_one() -> None:
    assert next(iter(TEXTS.simpler("123456"))) == TYPICAL[0]


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("echo text=8K%0A to=mem_limit", "ok"),
        ("echo text=x to=mem_limit", "EINVAL"),
        ("echo text=% to=mem_limit", "ok"),
        ("echo text=1 to=mm_stat", "EACCES"),
        ("echo text=0 to=reset", "EINVAL"),
        ("echo text=70000 to=reset", "ERANGE"),
    ],
)
def test_a_file_takes_what_it_understands(operation: str, answer: str) -> None:
    assert answers(f"target zram\nkernel 4.10\ntask A\n  {operation}\n") == [answer]
