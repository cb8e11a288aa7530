"""Stopping in order: Ctrl-C and SIGTERM end something long, a second one ends the process."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


def _nothing() -> None:
    pass


@contextmanager
def stopped_by_signals(
    stop: Callable[[], None], caught: list[int], abandon: Callable[[], None] = _nothing
) -> Generator[None]:
    """Call `stop` at the first signal, which is noted in `caught`.

    At a second one `abandon` ends what must not outlive this process, and then that ends.
    """

    def handle(number: int, _: object) -> None:
        caught.append(number)
        if len(caught) > 1:
            abandon()
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
