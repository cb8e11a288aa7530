"""Defects of compressors: what a reset or a refusal leaves of a device's choice of them."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.compression import AlgorithmParams, ResetAlgorithms

COMPRESSION_DEFECTS: Final = (
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
        "while a reset frees both.",
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
