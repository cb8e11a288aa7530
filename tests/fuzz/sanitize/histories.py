"""Calls on registers, in few words, and a judge that is slow and obvious."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from fuzz.sanitize.registers import Call


def write(value: str, called: int, returned: int | None, register: int = 0) -> Call[str]:
    return Call(register, value, is_write=True, called=called, returned=returned, task="A")


def read(value: str, called: int, returned: int, register: int = 0) -> Call[str]:
    return Call(register, value, is_write=False, called=called, returned=returned, task="B")


def explained(calls: Sequence[Call[str]]) -> bool:
    """Whether some order of the calls, and of any of those whose outcome is unknown, is legal."""
    known = [call for call in calls if call.returned is not None]
    unknown = [call for call in calls if call.returned is None]
    return any(
        legal(order)
        for count in range(len(unknown) + 1)
        for chosen in combinations(unknown, count)
        for order in permutations([*known, *chosen])
    )


def legal(order: Sequence[Call[str]]) -> bool:
    """Whether one total order respects real time and explains every read."""
    value = "0"
    for index, call in enumerate(order):
        for later in order[index + 1 :]:
            if later.returned is not None and later.returned < call.called:
                return False
        if call.is_write:
            value = call.value
        elif call.value != value:
            return False
    return True


def when_impossible(calls: Sequence[Call[str]]) -> int | None:
    """Return when the first read returns up to which there is no legal order."""
    return next((time for time, known in prefixes(calls) if not explained(known)), None)


def prefixes(calls: Sequence[Call[str]]) -> Iterator[tuple[int, list[Call[str]]]]:
    """Yield, for each time at which a read returns, what is known of the history by then."""
    times = sorted({c.returned for c in calls if not c.is_write and c.returned is not None})
    for time in times:
        finished = [c for c in calls if c.returned is not None and c.returned <= time]
        under_way = [
            Call(c.register, c.value, is_write=True, called=c.called, returned=None, task=c.task)
            for c in calls
            if c.is_write and c not in finished and c.called <= time
        ]
        yield time, finished + under_way
