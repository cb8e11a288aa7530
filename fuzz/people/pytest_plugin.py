"""The pytest plugin: `*.case` files are tests, one for each of their `expect` lines.

pytest loads this module in every run where Swapstorm is installed.
So it imports nothing else of it until there is a case to read, looks at no file of another kind,
and leaves an option alone that somebody else has.
"""

from __future__ import annotations

from argparse import ArgumentError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from fuzz.people.case_items import CaseFile
    from fuzz.program.target import Target

SUFFIX: Final = ".case"
HEAD_BYTES: Final = 4096
"""How far into a file its first line that is no comment is looked for."""
FIRST_WORD: Final = b"target"

GROUP: Final = "swapstorm"
KERNEL: Final = "case_kernel"
"""What pytest calls the value of both options."""


class Hooks:
    """What a `conftest.py` may have for us."""

    def pytest_swapstorm_targets(self) -> Mapping[str, Target]:
        """Return targets that cases may name besides those that are installed, by name."""
        raise NotImplementedError


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare `Hooks`."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option under its long name."""
    parser.getgroup(GROUP, "Cases of Swapstorm").addoption(
        "--case-kernel",
        dest=KERNEL,
        metavar="V",
        help="Run each case on this kernel, where it shows what it expects there, or is clean.",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None, Any, Any]:
    """Add the option's short name once every other plugin has added its options."""
    result = yield
    if pytest.version_tuple >= (9,):  # Those before notice too late that a name is taken.
        group = parser.getgroup(GROUP)
        with suppress(ArgumentError, ValueError):
            group.addoption("--kernel", dest=KERNEL, metavar="V", help="Same as --case-kernel.")
    return result


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Take what is a case, or is named as one by whoever started pytest."""
    if file_path.suffix != SUFFIX or not (_is_asked_for(file_path, parent) or _begins(file_path)):
        return None
    from fuzz.people.case_items import CaseFile  # noqa: PLC0415 - only now is it needed

    return CaseFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a kernel that none of the cases can run on: all tests would be skipped."""
    if config.getoption(KERNEL) is None or hasattr(config, "workerinput"):
        return
    from fuzz.people.case_items import none_can_run  # noqa: PLC0415 - only now is it needed

    if why := none_can_run(items):
        raise pytest.UsageError(f"--kernel: {why}")


def _is_asked_for(path: Path, parent: pytest.Collector) -> bool:
    invoked = parent.config.invocation_params.dir
    return any(invoked / arg.partition("::")[0] == path for arg in parent.config.args)


def _begins(path: Path) -> bool:
    """Whether a file begins as cases do: others may give their files the same ending."""
    try:
        with path.open("rb") as file:
            lines = file.read(HEAD_BYTES).split(b"\n")
    except OSError:
        return False
    words = (line.split() for line in lines if not line.lstrip().startswith(b"#"))
    return next((each[0] for each in words if each), b"") == FIRST_WORD
