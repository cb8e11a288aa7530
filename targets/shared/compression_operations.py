"""Operations on a zram's algorithms: the further ones, their parameters, recompression; on CPUs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import Operation, argument
from targets.shared.settings import ALGORITHM_NAMES

if TYPE_CHECKING:
    from targets.shared.device import DeviceSeat

ANY: Final = "any"
"""An algorithm that a request leaves open."""

DEFAULT_LEVEL: Final = 0
UNLIMITED: Final = 0
"""Of a level, a number of pages, a priority and a threshold: what is not written."""

PRIORITIES: Final = Number(0, 4)


@dataclass(frozen=True, slots=True)
class SetRecompAlgorithm(Operation["DeviceSeat"]):
    """Write `recomp_algorithm`."""

    word = "recomp_algorithm"
    weight = 3
    name: str = argument(Word((*ALGORITHM_NAMES, "none")))
    priority: int = argument(PRIORITIES, default=1)

    def run(self, seat: DeviceSeat) -> str:
        """Choose an algorithm to recompress with; EBUSY once the device has a size."""
        seat.write_file(self.word, f"algo={self.name} priority={self.priority}")
        return "ok"


@dataclass(frozen=True, slots=True)
class SetAlgorithmParams(Operation["DeviceSeat"]):
    """Write `algorithm_params`."""

    word = "algorithm_params"
    weight = 1
    priority: int = argument(PRIORITIES)
    level: int = argument(Number(-3, 12), default=DEFAULT_LEVEL)

    def run(self, seat: DeviceSeat) -> str:
        """Set the level of the algorithm that has a priority."""
        level = f" level={self.level}" if self.level else ""
        seat.write_file(self.word, f"priority={self.priority}{level}")
        return "ok"


@dataclass(frozen=True, slots=True)
class Recompress(Operation["DeviceSeat"]):
    """Write `recompress`."""

    word = "recompress"
    weight = 4
    kind: str = argument(Word(("all", "idle", "huge", "huge_idle")), key="type", default="all")
    threshold: int = argument(Number(0, 4096), default=UNLIMITED)
    name: str = argument(Word((ANY, *ALGORITHM_NAMES)), default=ANY)
    priority: int = argument(PRIORITIES, default=UNLIMITED)
    pages: int = argument(Number(0, 8), default=UNLIMITED)

    def run(self, seat: DeviceSeat) -> str:
        """Recompress what is worth it; EINVAL without a size, EAGAIN while somebody is at it."""
        words = {
            "type": self.kind,  # to a type that it does not know, the kernel says all
            "threshold": self.threshold or "",
            "algo": self.name if self.name != ANY else "",
            "priority": self.priority or "",
            "max_pages": self.pages or "",
        }
        seat.write_file(self.word, " ".join(f"{key}={word}" for key, word in words.items() if word))
        return "ok"


@dataclass(frozen=True, slots=True)
class CpuOffline(Operation["DeviceSeat"]):
    """Write 0 to the file `online` of a CPU."""

    word = "cpu_offline"
    weight = 2
    cpu: int = argument(Number(0, 3))

    def run(self, seat: DeviceSeat) -> str:
        """Take the CPU down; its tasks go on elsewhere. ENOENT for the boot CPU."""
        seat.set_cpu(self.cpu, online=False)
        return "ok"


@dataclass(frozen=True, slots=True)
class CpuOnline(Operation["DeviceSeat"]):
    """Write 1 to the file `online` of a CPU."""

    word = "cpu_online"
    weight = 2
    cpu: int = argument(Number(0, 3))

    def run(self, seat: DeviceSeat) -> str:
        """Bring the CPU back, unless somebody has no memory for it."""
        seat.set_cpu(self.cpu, online=True)
        return "ok"


COMPRESSION_OPERATIONS: Final = (
    SetRecompAlgorithm,
    SetAlgorithmParams,
    Recompress,
    CpuOffline,
    CpuOnline,
)
