"""Defects of compressors: what a reset or a refusal leaves of a device's choice of them."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.compression import (
    AlgorithmParams,
    AlgorithmSource,
    ResetAlgorithms,
    Streams,
)
from targets.linux.kernel.history.zsmalloc import Locking

COMPRESSION_DEFECTS: Final = (
    Defect(
        "zram-zcomp-gfp-kernel",
        "Memory for one more stream is asked for in a way that may do I/O, "
        "by who serves a request that reclaim may be waiting for.",
        introduced=None,
        fixed=None,
        came_with="3.15, where streams came",
        went_with="3d5fe03a3ea0 in 4.5",
        catalogue="D03",
        switches=(switch(streams_enter_reclaim={True: False}),),
        needs=(("streams", (Streams.LOCKED,)),),
    ),
    Defect(
        "zram-stream-vs-map-order",
        "A read maps its object and then takes the stream of its CPU; "
        "a write takes them in the opposite order.",
        introduced=(5, 8),
        fixed=(5, 10),
        came_with="the local lock of the streams",
        catalogue="D06",
        switches=(switch(stream_before_map={False: True}),),
        needs=(
            ("local_stream_lock", (True,)),
            ("locking", (Locking.PIN, Locking.PIN_AND_ZSPAGE)),
        ),
    ),
    Defect(
        "zram-modprobe-under-cpuhp",
        "The module of an algorithm is loaded with the CPUs kept as they are; "
        "its init may wait for a device whose probing wants to look at them.",
        introduced=(4, 8),
        fixed=(6, 0),
        catalogue="D07",
        switches=(switch(crypto_asked_first={False: True}),),
        needs=(
            ("streams", (Streams.PER_CPU,)),
            ("algorithm_source", (AlgorithmSource.CRYPTO,)),
        ),
    ),
    Defect(
        "zram-refused-disksize-forgets-algorithms",
        "A disksize that is refused for lack of memory leaves a device without any algorithm, "
        "and the next one sets it up with nothing to compress with.",
        introduced=(6, 12),
        fixed=None,
        switches=(switch(refusal_keeps_algorithms={False: True}),),
        needs=(("reset_algorithms", (ResetAlgorithms.ALL,)),),
    ),
    Defect(
        "zram-params-unlocked",
        "algorithm_params looks for an algorithm and sets its parameters without init_lock, "
        "while a reset frees both, or a device that has a size makes streams of them.",
        introduced=(6, 12),
        fixed=None,
        switches=(switch(params_locked={False: True}),),
        needs=(("algorithm_params", (AlgorithmParams.LEVEL, AlgorithmParams.WINBITS)),),
    ),
    Defect(
        "zram-deflate-window-unchecked",
        "algorithm_params takes any window for deflate, and zlib answers a wrong one with a BUG.",
        introduced=(6, 16),
        fixed=None,
        switches=(switch(window_checked={False: True}),),
        needs=(("algorithm_params", (AlgorithmParams.WINBITS,)),),
    ),
)
