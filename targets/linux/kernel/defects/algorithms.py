"""Defects of a device's algorithms: their names, who sees them, the streams to run them."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.compression import (
    AlgorithmNames,
    DefaultNamed,
    Recompression,
    RecompShow,
    ResetAlgorithms,
    Streams,
    StreamsMade,
)
from targets.linux.kernel.history.zram_life import ResetFrees

RECOMPRESSION: Final = (
    (
        "recompression",
        (Recompression.IN_PLACE, Recompression.SELECTED, Recompression.BY_PRIORITY),
    ),
)

ALGORITHM_DEFECTS: Final = (
    Defect(
        "zram-secondary-comp-leak",
        "A reset keeps the names of further algorithms, "
        "and so does a removal, after which nobody can free them.",
        introduced=(6, 2),
        fixed=(6, 12),
        came_with="001d92735701",
        went_with="684826f8271a",
        catalogue="C13",
        switches=(switch(reset_algorithms={ResetAlgorithms.PRIMARY: ResetAlgorithms.ALL}),),
        needs=RECOMPRESSION,
    ),
    Defect(
        "zram-unsized-names-leak",
        "A removal takes nothing back from a device without a size, "
        "so that the names of its algorithms are lost.",
        introduced=(6, 2),
        fixed=(6, 12),
        came_with="7ac07a26dea7",
        went_with="74363ec674cb, which resets such a device too",
        switches=(switch(reset_frees={ResetFrees.UNDER_INIT_LOCK: ResetFrees.ALWAYS}),),
        needs=(("algorithm_names", (AlgorithmNames.ALLOCATED,)),),
    ),
    Defect(
        "zram-kfree-static-comp",
        "A kernel without CONFIG_ZRAM_MULTI_COMP frees the name of the default algorithm, "
        "which is part of its image: there, the first further algorithm is the only one.",
        introduced=None,
        fixed=None,
        came_with="684826f8271a [6.12-rc]",
        went_with="the test of default_compressor [6.12]",
        catalogue="C14",
        switches=(switch(static_names_freed={True: False}),),
        needs=(
            ("algorithm_names", (AlgorithmNames.ALLOCATED,)),
            ("reset_algorithms", (ResetAlgorithms.ALL,)),
        ),
    ),
    Defect(
        "zram-compressor-named-late",
        "A new device can be asked for its algorithm, or given another, before it has its default.",
        introduced=(4, 6),
        fixed=(6, 2),
        went_with="7ac07a26dea7, with which the same order is zram-comp-show-null",
        switches=(switch(default_named={DefaultNamed.LAST: DefaultNamed.FIRST}),),
        needs=(("algorithm_names", (AlgorithmNames.ARRAY,)),),
    ),
    Defect(
        "zram-comp-show-null",
        "A new device can be asked for its algorithm before it has one.",
        introduced=(6, 2),
        fixed=(6, 13),
        came_with="7ac07a26dea7",
        went_with="f364cdeb3893",
        catalogue="C15",
        switches=(switch(default_named={DefaultNamed.LAST: DefaultNamed.FIRST}),),
        needs=(("algorithm_names", (AlgorithmNames.ALLOCATED,)),),
    ),
    Defect(
        "zram-recomp-show-relock",
        "Whoever shows the algorithms to recompress with looks for each without a lock, "
        "and compares its name with the lock held, when a reset may have taken it away.",
        introduced=(6, 2),
        fixed=(6, 18),
        came_with="001d92735701",
        catalogue="C16",
        switches=(switch(recomp_show={RecompShow.EACH: RecompShow.ALL}),),
        needs=RECOMPRESSION,
    ),
    Defect(
        "zram-zcomp-create-uaf",
        "A compressor whose streams could not be made is used, as the pointer to them, "
        "which are freed by then, is not NULL.",
        introduced=None,
        fixed=None,
        came_with="3.15 to 4.2",
        went_with="3aaf14da807a [4.3]",
        catalogue="C19",
        switches=(switch(streams_made={StreamsMade.BY_POINTER: StreamsMade.BY_ERROR}),),
        needs=(("streams", (Streams.LOCKED,)),),
    ),
)
