"""What the machine under all targets keeps: the kernel lives, and memory belongs to its owner."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.machine.sanitizers import MACHINE_MEMORY_PROMISES

KERNEL_BUG: Final = Promise(
    "kernel-bug",
    "The kernel never finds what it must never see (BUG_ON).",
    Harm.CRASH,
    "BUG_ON",
)
FOREIGN_MEMORY_CORRUPTED: Final = Promise(
    "foreign-memory-corrupted",
    "Nobody writes past the end of his page frame into that of another.",
    Harm.CRASH,
    "page_poison, oracle 4",
)
PAGE_LEAK: Final = Promise(
    "page-leak",
    "Every page frame in use belongs to somebody who can give it back.",
    Harm.LEAK,
    "oracle 5",
)
HOTPLUG_WRONG_INSTANCES: Final = Promise(
    "hotplug-wrong-instances",
    "Whoever has something for each CPU is told of CPUs, once, and as long as he is there.",
    Harm.CRASH,
    "oracles 5 and 6",
)
HOTPLUG_WRONG_CPUS: Final = Promise(
    "hotplug-wrong-cpus",
    "Whoever has something for each CPU has it for those that are online, and no other.",
    Harm.CRASH,
    "oracles 5 and 6",
)
DISK_WRONG_OPENERS: Final = Promise(
    "disk-wrong-openers",
    "A block device is open as often as somebody has it open, and has a holder while it is.",
    Harm.LEAK,
    "oracle 5",
)
RECLAIM_STARTS_IO: Final = Promise(
    "reclaim-starts-io",
    "Reclaim for a request that must not wait for I/O (GFP_NOIO) starts none.",
    Harm.HANG,
    "linux/gfp.h, oracle 7",
)
CPUHP_STATE_IN_USE: Final = Promise(
    "cpuhp-state-in-use",
    "No state of the hotplug machine is removed while there is somebody whom it tells.",
    Harm.CRASH,
    "WARN in __cpuhp_remove_state_cpuslocked, oracle 6",
)
MACHINE_PROMISES: Final = (
    RECLAIM_STARTS_IO,
    KERNEL_BUG,
    FOREIGN_MEMORY_CORRUPTED,
    PAGE_LEAK,
    CPUHP_STATE_IN_USE,
    HOTPLUG_WRONG_INSTANCES,
    HOTPLUG_WRONG_CPUS,
    DISK_WRONG_OPENERS,
    *MACHINE_MEMORY_PROMISES,
)
"""What every target on the model keeps."""
