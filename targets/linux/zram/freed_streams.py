"""Streams whose constructor has failed, and was believed to have succeeded [3.15 to 4.2 zcomp.c].

It had stored the pointer to them before it freed them, and the pointer was all that was looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from targets.linux.machine.oops import paging_request
from targets.linux.machine.sanitizers import SLAB_USE_AFTER_FREE

if TYPE_CHECKING:
    from targets.linux.machine.machine import Machine
    from targets.linux.zram.streams import Stream


class FreedStreams:
    """What the pointer of such a compressor leads to: memory of others."""

    unfit = False

    def __init__(self, machine: Machine) -> None:
        """Be freed from the beginning."""
        self._machine = machine

    def get(self) -> Stream:
        """Follow the pointer."""
        self._follow()

    def put(self, stream: Stream) -> None:
        """Follow the pointer."""
        del stream
        self._follow()

    def set_max(self, count: int) -> bool:
        """Follow the pointer."""
        del count
        self._follow()

    def destroy(self) -> None:
        """Follow the pointer, in order to free what is free."""
        self._follow()

    def _follow(self) -> NoReturn:
        paging_request(
            self._machine.world,
            SLAB_USE_AFTER_FREE,
            "the streams of the compressor were freed by their constructor",
            accessors=frozenset({"_follow", "destroy", "get", "put", "set_max"}),
        )
