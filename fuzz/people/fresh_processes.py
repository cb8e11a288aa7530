"""Forks fresh processes: each runs one case, which is the first that it runs, and ends.

What to run comes as lines of JSON on standard input; how many came to the same goes out as such.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from fuzz.people.address import target_at
from fuzz.people.child import die_with_parent, open_channel
from fuzz.people.errors import UserError
from fuzz.program.execute import execute
from fuzz.program.text import parse_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.case import Case
    from fuzz.program.target import Target


def main(where: str) -> int:
    """Do what each line says; whatever goes wrong is on standard error, and ends with 1."""
    channel = open_channel()
    die_with_parent()
    try:
        target = target_at(where)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    gc.freeze()  # What the collector never looks at stays shared between the processes.
    for line in sys.stdin:
        asked = json.loads(line)
        case = parse_case(asked["case"], {target.name: target})
        reproduced = sum(
            _in_a_process(partial(_comes_again, target, case, asked["digest"]))
            for _ in range(asked["processes"])
        )
        channel.write(json.dumps({"reproduced": reproduced}).encode() + b"\n")
        channel.flush()
    return 0


def _comes_again(target: Target, case: Case, digest: str) -> bool:
    return execute(target, case).digest == digest


def _in_a_process(holds: Callable[[], bool]) -> bool:
    """Ask a question in a process of its own, which does nothing else."""
    child = os.fork()
    if child == 0:
        status = os.EX_SOFTWARE
        try:
            status = int(not holds())
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    status = os.waitstatus_to_exitcode(ended)
    if status not in (0, 1):
        raise ChildProcessError(f"a process of one case ended with status {status}")
    return status == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
