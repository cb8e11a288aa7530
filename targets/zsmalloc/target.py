"""The target `zsmalloc`, as the framework sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.linux.zsmalloc.handle import NO_HANDLE
from targets.linux.zsmalloc.migration import NEW_PAGE
from targets.linux.zsmalloc.zspage import NO_PAGE, NO_STRUCT
from targets.shared.modelled import ModelledTarget
from targets.shared.settings import BUILD, CPUS, DESIGN, WITH, WITHOUT
from targets.zsmalloc.habits import POOL_HABITS
from targets.zsmalloc.operations import OPERATIONS
from targets.zsmalloc.promises import PROMISES
from targets.zsmalloc.system import FIRST_OBJECTS, ZsmallocSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.world.world import World


class ZsmallocTarget(ModelledTarget):
    """A pool of compressed objects that several tasks use at once."""

    name = "zsmalloc"
    sentence = "the allocator of compressed objects alone: allocation, use, compaction, migration"
    settings = (CPUS, FIRST_OBJECTS, DESIGN, WITH, WITHOUT, *BUILD)
    operations = OPERATIONS
    habits = POOL_HABITS
    fault_points = (NO_PAGE, NO_HANDLE, NO_STRUCT, NEW_PAGE)
    promises = PROMISES

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> ZsmallocSystem:
        """Make a machine with one pool."""
        del tasks, launch
        return ZsmallocSystem(world, self.kernel_in(world, kernel, settings), settings)


TARGET: Final = ZsmallocTarget()
