"""Stopping in order: Ctrl-C and SIGTERM end something long, a second one ends the process."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


@contextmanager
def stopped_by_signals(stop: Callable[[], None], caught: list[int]) -> Generator[None]:
    """Call `stop` at the first signal, which is noted in `caught`."""

    def handle(number: int, _: object) -> None:
        caught.append(number)
        if len(caught) > 1:
            os._exit(128 + number)
        stop()

    # One that is ignored stays so: whoever started this in the background wants it that way.
    numbers = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
