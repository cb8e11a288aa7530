"""The target `swap`: processes over swap over a compressed or a checksumming disk."""

from targets.swap.target import TARGET as TARGET
