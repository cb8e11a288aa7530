"""A kernel to compare with that is the model itself, and may be made to lie."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fuzz.program.target import settings_of
from fuzz.values.refusal import Refusal
from fuzz.world.world import World
from targets.conform.observing import model_file
from targets.linux.block.ram_disk import RamDisk
from targets.linux.machine.page import PAGE_SIZE
from targets.shared.backing_disk import DISK_NAME, DISK_NUMBER
from targets.shared.settings import kernel_of
from targets.zram import TARGET as ZRAM
from targets.zram.system import ZramSeat, ZramSystem

Seen = dict[str, str | None]
Lie = Callable[[Seen, Mapping[str, Any]], Seen]
"""Makes of what is seen after a step what the kernel shows instead."""

FILES: Final = (
    "comp_algorithm", "compact", "debug_stat", "disksize", "initstate", "io_stat",
    "max_comp_streams", "mem_limit", "mem_used_max", "mm_stat", "reset",
)  # fmt: skip


def honest(seen: Seen, step: Mapping[str, Any]) -> Seen:
    del step
    return seen


class ModelKernel:
    """Runs steps as the agent does, on a device of the model."""

    def __init__(self, version: str, lie: Lie = honest) -> None:
        self._version = version
        self._lie = lie
        self.programs = 0
        self.hello: dict[str, Any] = {
            "release": f"{version}.7",
            "cpus": 2,
            "files": FILES,
            "algorithms": ["lz4"],
            "default_algorithm": "lz4",
            "config": {},
        }

    def run(
        self, steps: Sequence[Mapping[str, Any]], watch: Sequence[str] = (), devices: int = 1
    ) -> list[dict[str, Any]]:
        assert devices == 1
        self.programs += 1
        world = World()
        settings = settings_of(ZRAM, {"writeback": "no", "multi_comp": "no", "algorithms": "lz4"})
        system = ZramSystem(world, kernel_of(self._version, settings), settings)
        replies: list[dict[str, Any]] = []
        world.spawn("agent", lambda: replies.extend(self._serve(system, steps, watch)))
        world.run()
        assert not world.findings
        return replies

    def _serve(
        self, system: ZramSystem, steps: Sequence[Mapping[str, Any]], watch: Sequence[str]
    ) -> list[dict[str, Any]]:
        seat = system.seat("agent")
        replies: list[dict[str, Any]] = []
        for step in steps:
            reply: dict[str, Any] = {}
            try:
                reply["ok"] = _done(seat, step)
            except Refusal as refusal:
                reply["errno"] = refusal.name
            seen = {name: model_file(system.zram, name) for name in watch}
            replies.append({**reply, "seen": [self._lie(seen, step)]})
        return replies


def _done(seat: ZramSeat, step: Mapping[str, Any]) -> object:
    match step["op"]:
        case "show":
            return seat.read_file(step["file"])
        case "store":
            seat.write_file(step["file"], step["text"])
            return len(step["text"])
        case "read":
            return base64.b64encode(seat.read_block(step["block"])).decode()
        case "write":
            seat.write_block(step["block"], base64.b64decode(step["data"]))
            return PAGE_SIZE
        case "discard":
            return seat.discard_blocks(step["block"], step["count"])
        case "attach":
            RamDisk(seat.zram.machine, DISK_NAME, DISK_NUMBER, step["pages"])
            return None
        case other:
            raise AssertionError(other)
