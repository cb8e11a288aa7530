"""A worker of a verification: it runs a program again and again, rewritten so that all is noted.

Nothing of the system under test is imported before that.
"""

from __future__ import annotations

import gc
import json
import sys
import traceback
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Final

from fuzz.people.child import die_with_parent, open_channel
from fuzz.people.packages import package_at
from fuzz.verify.bounds import Bounds
from fuzz.verify.instrument.loader import Instrumented
from fuzz.verify.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

GARBAGE: Final = 20_000
"""Objects made before garbage is looked for: a run makes some thousands, nearly all of them last
as long as it does."""


def main() -> int:
    """Do what each line of the input says; the first one says what is verified."""
    channel = open_channel()
    try:
        _serve(json.loads(sys.stdin.readline()), channel)
    except BrokenPipeError:  # Nobody listens any more.
        return 1
    except Exception:
        _say(channel, {"failed": traceback.format_exc()})
        return 1
    return 0


def _serve(what: Mapping[str, Any], channel: IO[bytes]) -> None:
    die_with_parent()
    ledger = Ledger()
    if Bounds.of(what["bounds"]).reduces:
        Instrumented(ledger, [package_at(what["target"])]).install()
    _work(what, ledger, channel)


def _work(what: Mapping[str, Any], ledger: Ledger, channel: IO[bytes]) -> None:
    # All of these import what is to be rewritten.
    from fuzz.people.address import target_at  # noqa: PLC0415
    from fuzz.program.text import parse_case  # noqa: PLC0415
    from fuzz.values.sanitizers import all_without  # noqa: PLC0415
    from fuzz.verify.bounds import Space  # noqa: PLC0415
    from fuzz.verify.job import do  # noqa: PLC0415
    from fuzz.verify.run import Subject  # noqa: PLC0415
    from fuzz.verify.wire import Job  # noqa: PLC0415

    target = target_at(what["target"])
    case = parse_case(what["case"], {target.name: target})
    subject = Subject(target, case, Bounds.of(what["bounds"]), Space())
    sanitizers = all_without(*what["without"])
    gc.freeze()  # What was imported stays; a run leaves little behind.
    gc.set_threshold(GARBAGE, 20, 50)
    for line in sys.stdin:
        order = json.loads(line)
        ledger.ordered = {(maker, number) for maker, number in order["ordered"]}
        subject = replace(subject, space=Space(*order["space"]))
        _say(channel, do(Job(**order["job"]), subject, ledger, sanitizers))


def _say(channel: IO[bytes], words: Mapping[str, Any]) -> None:
    channel.write(json.dumps(words).encode() + b"\n")
    channel.flush()


if __name__ == "__main__":
    sys.exit(main())
