"""The target `zram`: a block device, its I/O and its files."""

from targets.zram.target import TARGET as TARGET
