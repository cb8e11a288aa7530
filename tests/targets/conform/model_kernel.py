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
from targets.linux.zram.device import Zram
from targets.shared.backing_disk import DISK_NAME, DISK_NUMBER
from targets.shared.settings import kernel_of
from targets.zram import TARGET as ZRAM
from targets.zram.seat import ZramSeat
from targets.zram.system import ZramSystem

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
            "own_machine": False,
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
        devices = [system.zram]
        replies: list[dict[str, Any]] = []
        for step in steps:
            reply: dict[str, Any] = {}
            try:
                reply["ok"] = _done(seat, devices, step)
            except Refusal as refusal:
                reply["errno"] = refusal.name
            there = system.control.devices.values()
            seen = [
                self._lie({name: model_file(zram, name) for name in watch}, step)
                if any(zram is each for each in there)
                else None
                for zram in devices
            ]
            replies.append({**reply, "seen": seen})
        return replies


def _done(seat: ZramSeat, devices: list[Zram], step: Mapping[str, Any]) -> object:
    if step["op"] == "hot_add":
        number = int(seat.hot_add())
        devices.append(seat.control.devices[number])
        return len(devices) - 1
    if step["op"] == "attach":
        return str(RamDisk(seat.control.machine, DISK_NAME, DISK_NUMBER, step["pages"]))
    zram = devices[step.get("device", 0)]
    if step["op"] == "hot_remove":
        return seat.hot_remove(zram.number)
    seat.use(zram.number)
    return ACTS[step["op"]](seat, step)


def _store(seat: ZramSeat, step: Mapping[str, Any]) -> int:
    seat.write_file(step["file"], step["text"])
    return len(step["text"])


def _write(seat: ZramSeat, step: Mapping[str, Any]) -> int:
    data = base64.b64decode(step["data"])
    pages = [data[start : start + PAGE_SIZE] for start in range(0, len(data), PAGE_SIZE)]
    seat.write_many(step["block"], pages)
    return PAGE_SIZE


ACTS: Final[dict[str, Callable[[ZramSeat, Mapping[str, Any]], object]]] = {
    "show": lambda seat, step: seat.read_file(step["file"]),
    "store": _store,
    "read": lambda seat, step: base64.b64encode(seat.read_block(step["block"])).decode(),
    "write": _write,
    "discard": lambda seat, step: seat.discard_blocks(step["block"], step["count"]),
    "write_zeroes": lambda seat, step: seat.write_zeroes(step["block"], step["count"]),
    "open": lambda seat, _: seat.open(),
    "close": lambda seat, _: seat.close(),
}
