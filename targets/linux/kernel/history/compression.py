"""How compression changed: streams, algorithms, recompression."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class Streams(Enum):
    """How zcomp hands out compression streams."""

    LOCKED = "one mutex-guarded stream, or a list of idle ones"
    PER_CPU = "one stream a CPU, held with preemption disabled"
    MUTEX = "one stream a CPU, behind a mutex: its holder may sleep and move"


class CpuCallbacks(Enum):
    """Who is told when a CPU comes or goes."""

    NOTIFIERS = "a chain of notifiers, which can say no but not why"
    STATES = "instances of a state of the hotplug machine, whose error is passed on"


class AlgorithmSource(Enum):
    """Where zcomp finds an algorithm by its name."""

    BACKENDS = "in zcomp's own list"
    CRYPTO = "in the crypto API, listed or not"


class DefaultCompressor(Enum):
    """Which algorithm a device has before anybody chooses."""

    LZO = "lzo"
    LZO_RLE = "lzo-rle"
    BUILD = "what the kernel was built for (CONFIG_ZRAM_DEF_COMP)"


class MaxCompStreams(Enum):
    """What the file max_comp_streams is for."""

    COUNTED = "how many compressions may run at a time"
    IGNORED = "nothing: it takes anything and shows the CPUs that are online"
    GONE = "there is no such file"


class LongName(Enum):
    """What the files that choose an algorithm say to a name that is too long."""

    TRUNCATED = "it is cut short, and then unknown"
    E2BIG = "it is refused with E2BIG"


class AlgorithmNames(Enum):
    """Where the names of a device's algorithms are kept."""

    ARRAY = "in the device itself"
    ALLOCATED = "in memory of their own (kstrdup), but for the default one"


class DefaultNamed(Enum):
    """When a new device gets its default algorithm."""

    FIRST = "before others can see the device"
    LAST = "once its disk and its files are there: until then its name is empty, or not there"


class StreamsMade(Enum):
    """How one sees that the streams of a new compressor are there."""

    BY_ERROR = "by what their constructor returns"
    BY_POINTER = "by the pointer to them, which a constructor that fails leaves behind"


class RecompShow(Enum):
    """Under which lock the algorithms to recompress with are shown."""

    EACH = "init_lock for each, taken once it is seen that there is one"
    ALL = "init_lock, for all of them"


class ResetAlgorithms(Enum):
    """Which algorithms a device has after a reset."""

    KEPT = "those that were chosen"
    PRIMARY = "its first one is the default again"
    ALL = "the default one only, without parameters"


class Recompression(Enum):
    """How pages are compressed again, with another algorithm."""

    NONE = "they are not"
    IN_PLACE = "slot after slot, in the order of the device"
    SELECTED = "slots are selected first, and the largest go first"
    BY_PRIORITY = "as before, but only slots that a higher priority is left for are selected"


class Incompressible(Enum):
    """When a page is marked as one that no algorithm makes smaller."""

    ALL_TRIED = "all further algorithms were tried, and the last one saves no memory"
    LAST_TRIED = "the last priority was tried, if there is anything to try with or not"


class AlgorithmParams(Enum):
    """Which parameters of an algorithm can be set."""

    NONE = "none"
    LEVEL = "its level and a dictionary"
    WINBITS = "its level, a dictionary, and the window of deflate"


@dataclass(frozen=True)
class CompressionFeatures:
    """The answers of zcomp; the defaults are those of 4.6."""

    streams: Streams = Streams.LOCKED
    cpu_callbacks: CpuCallbacks = CpuCallbacks.NOTIFIERS
    streams_made: StreamsMade = StreamsMade.BY_ERROR
    """From 4.3 on; from 3.15 on it had been the pointer."""
    decompression_stream: bool = False
    backends: tuple[str, ...] = ("lzo", "lz4")
    """What comp_algorithm lists, in its order, as far as the kernel was built with it."""
    algorithm_source: AlgorithmSource = AlgorithmSource.BACKENDS
    crypto_asked_first: bool = False
    """Whether the crypto API is asked for a listed algorithm, which loads it, before all else."""
    local_stream_lock: bool = False
    """Whether the stream of a CPU has a lock of its CPU, which only its order tells of."""
    streams_enter_reclaim: bool = False
    """Whether memory for one more stream is asked for in a way that may do I/O; no release does."""
    default_compressor: DefaultCompressor = DefaultCompressor.LZO
    algorithm_names: AlgorithmNames = AlgorithmNames.ARRAY
    default_named: DefaultNamed = DefaultNamed.LAST
    static_names_freed: bool = False
    """Whether a reset frees names whoever owns them; one release candidate did."""
    max_comp_streams: MaxCompStreams = MaxCompStreams.COUNTED
    long_name: LongName = LongName.TRUNCATED
    reset_algorithms: ResetAlgorithms = ResetAlgorithms.KEPT
    recompression: Recompression = Recompression.NONE
    recomp_show: RecompShow = RecompShow.EACH
    recompression_threshold: bool = False
    """Whether a threshold must lie below huge_class_size, and not just below a page."""
    recompression_limits: bool = False
    """Whether a request may name a priority and the most pages to try."""
    recompression_clears_idle: bool = False
    """Whether a page that is tried is no longer idle."""
    incompressible: Incompressible = Incompressible.ALL_TRIED
    algorithm_params: AlgorithmParams = AlgorithmParams.NONE
    refusal_keeps_algorithms: bool = False
    """Whether a disksize that is refused leaves the choice of algorithms alone; no release does."""
    params_locked: bool = False
    """Whether algorithm_params takes init_lock, and nothing of a device in use [241f9005b1c8]."""
    window_checked: bool = False
    """Whether algorithm_params refuses windows that deflate has not; no release does."""


COMPRESSION: Final = (
    change(
        (4, 7),
        "Compression streams became per-CPU: who holds one cannot sleep.",
        commit="da9556a2367c",
        streams=Streams.PER_CPU,
        max_comp_streams=MaxCompStreams.IGNORED,
    ),
    change(
        (4, 8),
        "Compressors come from the crypto API, where decompression needs a stream as well.",
        decompression_stream=True,
        algorithm_source=AlgorithmSource.CRYPTO,
    ),
    change(
        (4, 8),
        "comp_algorithm lists deflate, lz4hc and 842 as well.",
        backends=("lzo", "lz4", "deflate", "lz4hc", "842"),
    ),
    change(
        (4, 10),
        "The streams of a CPU come and go with a state of the hotplug machine.",
        cpu_callbacks=CpuCallbacks.STATES,
    ),
    change(
        (4, 18),
        "comp_algorithm lists zstd, and deflate no more.",
        backends=("lzo", "lz4", "lz4hc", "842", "zstd"),
    ),
    change(
        (5, 1),
        "lzo-rle, which is faster on runs of zeros, is the default.",
        backends=("lzo", "lzo-rle", "lz4", "lz4hc", "842", "zstd"),
        default_compressor=DefaultCompressor.LZO_RLE,
    ),
    change(
        (5, 8),
        "The stream of a CPU has a lock of that CPU: lockdep sees in which order it comes.",
        local_stream_lock=True,
    ),
    change(
        (6, 0),
        "zcomp asks the crypto API for every algorithm by its name, listed or not.",
        crypto_asked_first=True,
    ),
    change(
        (5, 11),
        "Which algorithm is the default is chosen when the kernel is built.",
        default_compressor=DefaultCompressor.BUILD,
    ),
    change(
        (6, 2),
        "A device has up to four algorithms, and recompresses pages with the later ones.",
        recompression=Recompression.IN_PLACE,
        long_name=LongName.E2BIG,
        reset_algorithms=ResetAlgorithms.PRIMARY,
    ),
    change(
        (6, 2),
        "Names of algorithms have memory of their own; one that is not there yet is NULL.",
        commit="7ac07a26dea7",
        algorithm_names=AlgorithmNames.ALLOCATED,
    ),
    change(
        (6, 8),
        "recompress takes only thresholds below the huge class.",
        recompression_threshold=True,
    ),
    change(
        (6, 12),
        "Compressors are backends of zcomp again, with parameters; the crypto API is not asked.",
        backends=("lzo-rle", "lzo", "lz4", "lz4hc", "zstd", "deflate", "842"),
        algorithm_source=AlgorithmSource.BACKENDS,
        algorithm_params=AlgorithmParams.LEVEL,
        reset_algorithms=ResetAlgorithms.ALL,
    ),
    change(
        (6, 12),
        "recompress takes a priority and a number of pages.",
        recompression_limits=True,
    ),
    change(
        (6, 13),
        "A device has its default algorithm before others see it.",
        commit="f364cdeb3893",
        default_named=DefaultNamed.FIRST,
    ),
    change(
        (6, 14),
        "Recompression selects slots first, begins with the largest, and makes them busy.",
        recompression=Recompression.SELECTED,
        recompression_clears_idle=True,
    ),
    change(
        (6, 15),
        "A compression stream is guarded by a mutex: its holder may sleep.",
        streams=Streams.MUTEX,
        max_comp_streams=MaxCompStreams.GONE,
    ),
    change(
        (6, 15),
        "Recompression selects only slots for which a higher priority is left.",
        recompression=Recompression.BY_PRIORITY,
        incompressible=Incompressible.LAST_TRIED,
    ),
    change(
        (6, 16),
        "algorithm_params sets the window of deflate.",
        algorithm_params=AlgorithmParams.WINBITS,
    ),
    change(
        (6, 18),
        "recomp_algorithm is shown with init_lock held throughout.",
        recomp_show=RecompShow.ALL,
    ),
)
