"""A request that is wrong is answered with what was expected."""

import base64

import pytest

from targets.device.agent.arguments import Arguments, Json, Misuse

GIVEN = Arguments(
    {"word": "x", "count": 3, "on": True, "words": ["a", "b"], "steps": [{"op": "read"}]}
)


def test_fields_are_taken_by_their_kind_or_by_their_default() -> None:
    assert GIVEN.text("word") == "x"
    assert GIVEN.number("count") == 3
    assert GIVEN.flag("on")
    assert GIVEN.texts("words") == ["a", "b"]
    assert GIVEN.objects("steps") == [Arguments({"op": "read"})]
    assert (GIVEN.text("none", "d"), GIVEN.number("none", 7)) == ("d", 7)
    assert (GIVEN.flag("none"), GIVEN.texts("none")) == (False, [])


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (lambda: GIVEN.text("count"), "'count' should be a string, not 3"),
        (lambda: GIVEN.text("none"), "'none' should be a string, not None"),
        (lambda: GIVEN.number("word"), "'word' should be an integer, not 'x'"),
        (lambda: GIVEN.flag("word"), "'word' should be true or false, not 'x'"),
        (lambda: GIVEN.texts("steps"), "should be a list of strings"),
        (lambda: GIVEN.objects("words"), "should be a list of objects"),
        (lambda: GIVEN.objects("none"), "should be a list of objects, not None"),
        (lambda: Arguments({"d": "!"}).contents("d", 8), "'d' should be base64"),
        (lambda: Arguments({"d": ""}).contents("d", 8), "'d' has 0 bytes, of which 8"),
        (lambda: Arguments({"d": "YWJj"}).contents("d", 8), "'d' has 3 bytes, of which 8"),
    ],
)
def test_anything_else_is_misuse(take: object, said: str) -> None:
    assert callable(take)
    with pytest.raises(Misuse, match=said):
        take()


def test_contents_are_repeated_until_they_fill_the_pages() -> None:
    data: Json = base64.b64encode(b"ab").decode()
    assert Arguments({"d": data}).contents("d", 6) == b"ababab"
