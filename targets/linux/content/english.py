"""Text that compresses about as English does: common words more often, in sentences."""

from hashlib import shake_128
from typing import Final

from targets.linux.machine.page import PAGE_SIZE

VOCABULARY: Final = """
the of and to in a is that it was for on as with be by at this had not are but from or have
an they which one you were all her she there would their we him been has when who will no more
if out so up said what its about than into them can only other time new some could these two
may first then do any like my now over such our man me even most made after also did many off
before must well back through years where much your way down should because long each just state
people those too mister how little good world make very year still see own work men day get here
old life both between being under three never know same last another while us might great page
memory against right came take used himself few house use during without again place around
"""
"""Common words of English, about in order of use."""

WORDS: Final = tuple(VOCABULARY.split())

BYTES_PER_WORD: Final = 3
"""Drawn bytes behind a word: two choose it, one may end the sentence."""

WORDS_PER_PAGE: Final = PAGE_SIZE // 2
"""Always enough: the shortest word takes two bytes with its space."""

SENTENCE_ENDS: Final = 23
"""A word ends its sentence when its third byte is below this: one in eleven."""


def text_page(seed: int) -> bytes:
    """Write a page of sentences, for ever the same for the same seed."""
    stream = shake_128(f"text {seed}".encode()).digest(WORDS_PER_PAGE * BYTES_PER_WORD)
    words = [_word(stream[at : at + 3]) for at in range(0, len(stream), BYTES_PER_WORD)]
    sentences = " ".join(words).split("| ")
    return ". ".join(map(str.capitalize, sentences)).encode()[:PAGE_SIZE]


def _word(drawn: bytes) -> str:
    """Choose a word, the first ones most often; a stroke marks the end of a sentence."""
    common = WORDS[(drawn[0] * drawn[1] * len(WORDS)) >> 16]
    return common + "|" * (drawn[2] < SENTENCE_ENDS)
