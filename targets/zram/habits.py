"""How a zram is used: what administrators and users do one thing after another [zram.rst]."""

from __future__ import annotations

from typing import Final

ZRAM_HABITS: Final = (
    "reset, comp_algorithm, disksize, write, read",
    "reset, comp_algorithm, algorithm_params, disksize, write, read",
    "reset, recomp_algorithm, disksize, write, recompress, read",
    "reset, recomp_algorithm, algorithm_params, disksize, write, idle, recompress type=idle, read",
    "reset, max_comp_streams, disksize, write, write",
    "reset, backing_dev, disksize, write, idle, writeback mode=idle, read",
    "show file=backing_dev, reset, backing_dev, show file=backing_dev, disksize",
    "reset, show file=initstate, disksize, show file=disksize",
    "reset, disksize, reset, disksize",
    "reset, backing_dev, disksize, writeback mode=idle, writeback mode=huge",
    "write, read, write, read",
    "write, discard, read",
    "write_many, write_zeroes, read",
    "write_many, write_many, read",
    "write, idle, writeback mode=idle, read, write",
    "write with=random:0, writeback mode=huge, read, discard",
    "write, writeback mode=named, read, write",
    "write, writeback mode=idle, read",
    "write, writeback mode=huge, read",
    "write, idle, write, writeback mode=huge_idle, read",
    "writeback_limit_enable on=1, writeback_limit, write, idle, writeback mode=idle,"
    " show file=writeback_limit",
    "writeback_batch_size, write_many, idle, writeback mode=idle, read",
    "write with=random:0, recompress type=huge, read",
    "write, recompress, idle, writeback mode=idle, read",
    "mem_limit, write, write, show file=mm_stat",
    "write_many, mem_used_max, write_many, show file=mm_stat",
    "write_many, discard, discard, compact, read",
    "write, show file=io_stat, show file=mm_stat, show file=bd_stat, show file=debug_stat",
    "scribble, direct_write, scribble, read",
    "writeback_limit_enable on=1, writeback_limit, write with=random:0, writeback mode=huge,"
    " show file=writeback_limit, show file=bd_stat",
    "write_many, idle, writeback mode=idle, discard, write, idle, writeback mode=idle, read",
    "write_many, idle, reset, disksize pages=1, idle",
)
"""Uses of one device that every target with a zram knows."""

DEVICES_HABITS: Final = (
    "hot_add, use, comp_algorithm, disksize, write, read, reset, hot_remove",
    "reset, backing_dev, hot_remove, hot_add, use, disksize",
    "open, write, close, reset",
    "open, hot_remove, close, hot_remove",
    "reset, rmmod, modprobe, disksize, write, read",
    "rmmod, modprobe, rmmod, modprobe, disksize, write",
    "hot_add, hot_remove, rmmod",
    "cpu_offline, write, read, cpu_online, write",
    "write, idle, block_state, writeback mode=idle, block_state",
    "write_part, read_part, write_part, read_part",
    "write, write_part, discard_part, read, read_part",
    "write_part, idle, writeback mode=idle, write_part, read_part",
    "write_across, read, write",
    "write, discard_part, read",
    "write block=1, discard_part block=0, read block=1",
    "write_part, discard_part, read_part",
    "write_part, idle, writeback mode=idle, write_part with=zeros",
)
"""Uses of several devices, of parts of pages, of the module, of CPUs."""
ECHO_HABITS: Final = (
    "reset, comp_algorithm name=deflate, echo to=algorithm_params, disksize, write, read",
    "reset, echo to=backing_dev text=/dev/zram0, disksize, write",
    "reset, echo to=backing_dev text=/dev/zram0%0A, disksize, write",
    "hot_add, use, echo to=backing_dev text=/dev/zram1, disksize, write",
    "hot_add, use, comp_algorithm name=deflate, echo to=algorithm_params, disksize, write",
    "hot_add, use, comp_algorithm name=deflate,"
    " echo to=algorithm_params text=priority=0%20deflate.winbits=99, disksize",
    "reset, echo to=recomp_algorithm, disksize, write, echo to=recompress, read",
    "write, echo to=idle, echo to=writeback, read",
)
"""Files written to by hand."""
