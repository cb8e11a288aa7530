"""What the other side asked for: JSON objects, taken apart with a sentence for each mistake."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_SIZE: Final = 4096

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class Misuse(Exception):
    """The request itself is wrong: our bug, and never an answer of the kernel."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The fields of one request or step."""

    fields: Mapping[str, Json]

    def has(self, name: str) -> bool:
        """Whether a field is there."""
        return name in self.fields

    def text(self, name: str, default: str | None = None) -> str:
        """Take a string."""
        value = self.fields.get(name, default)
        if isinstance(value, str):
            return value
        raise Misuse(f"{name!r} should be a string, not {value!r}")

    def number(self, name: str, default: int | None = None) -> int:
        """Take an integer."""
        value = self.fields.get(name, default)
        if isinstance(value, int):
            return value
        raise Misuse(f"{name!r} should be an integer, not {value!r}")

    def flag(self, name: str) -> bool:
        """Take a truth value; a field that is missing is false."""
        value = self.fields.get(name, False)
        if isinstance(value, bool):
            return value
        raise Misuse(f"{name!r} should be true or false, not {value!r}")

    def texts(self, name: str) -> list[str]:
        """Take a list of strings; a field that is missing is an empty one."""
        value = self.fields.get(name, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return cast("list[str]", value)
        raise Misuse(f"{name!r} should be a list of strings, not {value!r}")

    def objects(self, name: str) -> list[Arguments]:
        """Take a list of objects."""
        value = self.fields.get(name)
        if isinstance(value, list):
            objects = [Arguments(each) for each in value if isinstance(each, dict)]
            if len(objects) == len(value):
                return objects
        raise Misuse(f"{name!r} should be a list of objects, not {value!r}")

    def contents(self, name: str, size: int) -> bytes:
        """Take bytes in base64, repeated until they fill the size."""
        try:
            data = base64.b64decode(self.text(name), validate=True)
        except binascii.Error as error:
            raise Misuse(f"{name!r} should be base64: {error}") from None
        if not data or size % len(data):
            raise Misuse(f"{name!r} has {len(data)} bytes, of which {size} is no multiple")
        return data * (size // len(data))
