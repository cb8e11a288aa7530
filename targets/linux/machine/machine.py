"""The machine that the parts of the model share: a world, a kernel, memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.memory import Memory


@dataclass(frozen=True, slots=True)
class Machine:
    """What every subsystem is given when it is made."""

    world: World
    kernel: Kernel
    memory: Memory
