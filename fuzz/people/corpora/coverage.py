"""Coverage of corpora, target by target, as a value, as JSON that diffs well, and compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from fuzz.people.corpora.reach import NAMED, Reach, joined
from fuzz.people.errors import in_file
from fuzz.search.feedback import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fuzz.people.corpora.reading import Entry

VERSION: Final = 1
SHOWN_MAX: Final = 8
"""Lost things of a kind that are named."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases of one target reach together."""

    cases: int
    reach: Reach


def coverage_of(entries: Iterable[Entry]) -> dict[str, Coverage]:
    """Put together what cases reach, by the names of their targets, sorted."""
    by_target: dict[str, list[Reach]] = {}
    for entry in entries:
        by_target.setdefault(entry.case.target, []).append(entry.reach)
    return {name: Coverage(len(each), joined(each)) for name, each in sorted(by_target.items())}


def coverage_json(coverage: Mapping[str, Coverage]) -> str:
    """Write it for `--against`: names one a line, numbers as ranges."""
    targets = {
        name: {
            "cases": each.cases,
            **{kind: sorted(each.reach.named[kind]) for kind in NAMED},
            "signals": {
                signal: {"count": len(numbers), "numbers": _ranges(sorted(numbers))}
                for signal, numbers in each.reach.signals.items()
            },
        }
        for name, each in coverage.items()
    }
    return json.dumps({"version": VERSION, "targets": targets}, indent=1) + "\n"


def read_coverage(path: Path) -> dict[str, Coverage]:
    """Read what `coverage_json` wrote; UserError says why a file is none."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise in_file(path, f"expected version {VERSION}, not {data['version']!a}")
        return {name: _read_one(each) for name, each in data["targets"].items()}
    except OSError as error:
        raise in_file(path, error.strerror or type(error).__name__) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise in_file(path, "expected what 'swapstorm corpus stats --json' printed") from None


def _read_one(data: Mapping[str, Any]) -> Coverage:
    written = cast("Mapping[str, Any]", data["signals"])
    texts = {signal: str(written.get(signal, {}).get("numbers", "")) for signal in SIGNALS}
    signals = {signal: frozenset(_numbers(text)) for signal, text in texts.items()}
    named = {kind: frozenset(str(word) for word in data.get(kind, ())) for kind in NAMED}
    return Coverage(int(data["cases"]), Reach(signals, named))


def lost(before: Mapping[str, Coverage], now: Mapping[str, Coverage]) -> list[str]:
    """Say what was reached and is no more, one line a kind; what is new is no loss."""
    lines: list[str] = []
    for target, old in before.items():
        if target not in now:
            lines.append(f"{target}: all of it: no case is left")
            continue
        lines += [f"{target}: {line}" for line in _lost_of(old.reach, now[target].reach)]
    return lines


def _lost_of(old: Reach, new: Reach) -> Iterator[str]:
    for kind, words in old.named.items():
        if gone := sorted(words - new.named[kind]):
            yield f"{kind}: {len(gone)} of {len(words)}: {_some(gone)}"
    for signal, numbers in old.signals.items():
        if missing := sorted(numbers - new.signals[signal]):
            yield f"signal {signal}: {len(missing)} of {len(numbers)}"


def _some(words: Sequence[str]) -> str:
    rest = len(words) - SHOWN_MAX
    return ", ".join(words[:SHOWN_MAX]) + (f" and {rest} more" if rest > 0 else "")


def _ranges(numbers: Iterable[int]) -> str:
    """Write sorted numbers, runs of them as `first-last`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _numbers(text: str) -> Iterator[int]:
    for word in text.split():
        first, _, last = word.partition("-")
        yield from range(int(first), int(last or first) + 1)
