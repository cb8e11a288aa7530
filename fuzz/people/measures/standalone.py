"""Programs of their own, which `scripts/` start: they end as the command line does.

What a person did wrong is one line on standard error and exit 2, Ctrl-C is exit 130.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fuzz.keep.files import KeepError
from fuzz.people.errors import UserError
from fuzz.people.output import Status, complain

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT: Final = Path(__file__).parents[3]
"""Where these programs are kept, with the cases that they run."""


def ended(main: Callable[[], int | None]) -> int:
    """Run a program, and return with what it ends; none of its own is success."""
    try:
        return main() or Status.GOOD
    except (UserError, KeepError) as error:
        complain(error)
        return Status.MISUSED
    except KeyboardInterrupt:
        complain("interrupted")
        return Status.INTERRUPTED


def setting_in(option: str, text: str) -> tuple[str, str]:
    """Read NAME=VALUE, as an option has it."""
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"{option}: expected NAME=VALUE, not {text!a}")
    return name, value
