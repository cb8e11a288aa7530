"""How compression changed: streams, algorithms, recompression."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class Streams(Enum):
    """How zcomp hands out compression streams."""

    LOCKED = "one mutex-guarded stream, or a list of idle ones"
    PER_CPU = "one stream a CPU, held with preemption disabled"


@dataclass(frozen=True)
class CompressionFeatures:
    """The answers of zcomp; the defaults are those of 4.6."""

    streams: Streams = Streams.LOCKED
    decompression_stream: bool = False


COMPRESSION: Final = (
    change(
        (4, 7),
        "Compression streams became per-CPU: who holds one cannot sleep.",
        commit="da9556a2367c",
        streams=Streams.PER_CPU,
    ),
    change(
        (4, 8),
        "Compressors come from the crypto API, where decompression needs a stream as well.",
        decompression_stream=True,
    ),
)
