"""What the files of a zram show, column by column as documented [zram.rst]: it is so.

Judged of a look by somebody who was alone at it; nothing here changes anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fuzz.program.answered import turns_of_others
from fuzz.world.cell import Unseen
from fuzz.world.hotplug import online_cpus
from targets.linux.block.files import path_of
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.device import init_done
from targets.linux.zram.sysfs import show_file
from targets.shared.attribute_judges import judge_shown
from targets.shared.promises import FILE_SHOWS_WRONG

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.zram.device import Zram

CHOSEN: Final = re.compile(r"\[([^\]]*)\]")
"""How the algorithm that a device uses stands among those that it could use."""
OF_PRIORITY: Final = re.compile(r"#(\d): .*\[([^\]]*)\].*")
MM_STAT_COLUMNS_MIN: Final = 7
"""Columns of mm_stat that every kernel shows; newer ones append others."""


def file_shown(world: World, zram: Zram, name: str) -> str:
    """Read a file of a device, and judge what it shows."""
    turns = turns_of_others(world)
    text = show_file(zram, name)
    judge_shown(zram, name, text)
    with Unseen(world):
        if turns == turns_of_others(world):
            _judge(zram, name, text)
    return text


def _judge(zram: Zram, name: str, text: str) -> None:
    possible = _possible(zram, name, text)
    if possible and text not in possible:
        zram.machine.world.report(
            FILE_SHOWS_WRONG,
            f"{zram.disk.name}: {name} shows what is not so",
            f"it shows {text!a}, and should show {possible[0]!a}",
            place=name,
        )


def _possible(zram: Zram, name: str, text: str) -> list[str]:
    """Return what a file may show now; nothing for one of which nothing is known.

    `text` is what it does show: where kernels differ in form, it says which form is meant.
    """
    stats, backing = zram.stats, zram.backing
    match name:
        case "mm_stat":
            count = max(len(text.split()), MM_STAT_COLUMNS_MIN)
            possible = [_words(*_mm_stat(zram)[:count])]
        case "io_stat":
            columns = stats.failed_reads, stats.failed_writes, stats.invalid_io, stats.notify_free
            possible = [_words(*columns)]
        case "bd_stat":
            possible = [_words(stats.bd_count, stats.bd_reads, stats.bd_writes)]
        case "debug_stat":
            possible = _debug_stat(zram)
        case "comp_algorithm":
            possible = [text if CHOSEN.findall(text) == [_alg(zram)] else f"[{_alg(zram)}]"]
        case "recomp_algorithm":
            possible = [text if _further_shown(text) == _further(zram) else f"{_further(zram)}"]
        case "max_comp_streams":
            possible = [str(zram.max_comp_streams), str(len(online_cpus(zram.machine.world)))]
        case "backing_dev":
            no_path = text.replace("/", "")
            possible = [no_path if backing.dev is None else path_of(backing.dev)]
        case _:
            plain = _plain(zram)
            possible = [str(plain[name])] if name in plain else []
    return possible


def _plain(zram: Zram) -> dict[str, int]:
    """Return the files that show one number, and the number."""
    backing = zram.backing
    most = zram.stats.max_used_pages if init_done(zram) else 0
    return {
        "initstate": int(init_done(zram)),
        "disksize": zram.disksize,
        "mem_limit": zram.limit_pages * PAGE_SIZE,
        "mem_used_max": most * PAGE_SIZE,
        "writeback_limit": backing.bd_wb_limit,
        "writeback_limit_enable": int(backing.wb_limit_enable),
        "writeback_batch_size": backing.wb_batch_size,
    }


def _mm_stat(zram: Zram) -> tuple[int, ...]:
    stats = zram.stats
    pool = zram.meta.pool if init_done(zram) else None
    return (
        stats.pages_stored * PAGE_SIZE,
        stats.compr_data_size,
        (0 if pool is None else pool.pages_allocated) * PAGE_SIZE,
        zram.limit_pages * PAGE_SIZE,
        stats.max_used_pages * PAGE_SIZE,
        stats.same_pages,
        0 if pool is None else pool.pages_compacted,
        stats.huge_pages,
        stats.huge_pages_since,
    )


def _debug_stat(zram: Zram) -> list[str]:
    """Return what each version of the format shows; later ones of the first do not count stalls."""
    stalls, misses = zram.stats.writestall, zram.stats.miss_free
    return [
        f"version: 1\n{stalls} {misses}",
        f"version: 1\n0 {misses}",
        f"version: 1\n{stalls}",
        f"version: 2\n{misses}",
    ]


def _alg(zram: Zram) -> str:
    return zram.comps.algs[0] or "its algorithm"


def _further(zram: Zram) -> list[tuple[str, str]]:
    algs = enumerate(zram.comps.algs)
    return [(str(priority), name) for priority, name in algs if priority and name is not None]


def _further_shown(text: str) -> list[tuple[str, str]]:
    return [
        (match[1], match[2]) for match in map(OF_PRIORITY.fullmatch, text.splitlines()) if match
    ]


def _words(*columns: int) -> str:
    return " ".join(map(str, columns))
