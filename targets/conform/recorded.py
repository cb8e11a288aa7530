"""The target `recorded`: the zram of the model beside what a real kernel once replied.

A case of it is a program that was run on a real kernel; the model has to answer alike, without
that kernel being there. `swapstorm conform --record DIR` makes such cases.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.target import CannotRun
from targets.conform.recording import SUFFIX, UnknownProgram, load_recording
from targets.conform.target import Compared
from targets.shared.settings import kernel_of
from targets.zram import TARGET as ZRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.values.point import Point
    from fuzz.world.world import World
    from targets.conform.target import ComparedSystem

FOLDER: Final = Path(__file__).resolve().parents[2] / "corpus" / "recorded"
"""Where a checkout keeps its recordings; an installed wheel has no such folder."""


class RecordedTarget:
    """A zram, and what a real kernel of the same version answered to the same program."""

    name = "recorded"
    sentence = "a zram beside what a real kernel was recorded to answer to the same program"
    kernels = ZRAM.kernels
    settings = ZRAM.settings
    operations = Compared.operations
    promises = Compared.promises
    fault_points: tuple[Point, ...] = ()
    cannot_be_searched = (
        "a recording knows the programs that it was made with, and no other; "
        "`swapstorm conform` draws new ones and asks a kernel"
    )

    def __init__(self, folder: Path = FOLDER) -> None:
        """Look for recordings in a folder."""
        self._folder = folder

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse what the model cannot be."""
        kernel_of(kernel, settings)

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> ComparedSystem:
        """Make a machine of the model that is to answer as the recording says."""
        try:
            compared = Compared(load_recording(self._folder / f"{kernel}{SUFFIX}"))
            compared.learn_sizes(settings, tasks)
            return compared.build(world, kernel, settings, tasks, launch)
        except FileNotFoundError:
            raise CannotRun(f"no real kernel {kernel} was recorded in {self._folder}") from None
        except UnknownProgram:
            raise CannotRun(
                f"the real kernel {kernel} was not recorded with this program; "
                "`swapstorm conform` compares any program with a kernel that is here"
            ) from None


TARGET: Final = RecordedTarget()
