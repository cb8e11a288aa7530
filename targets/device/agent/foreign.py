"""Programs of others on a machine that is ours: what is written for people, is tried there."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Final

from targets.device.agent.arguments import Arguments, Json, Misuse

SEARCHED: Final = "/usr/bin:/bin:/usr/sbin:/sbin"
EXECUTABLE: Final = 0o755


def run_foreign(request: Arguments, *, own_machine: bool) -> Json:
    """Write files where none are, run a command, and answer how it ended and what it said.

    Only where the machine is the agent's own: whatever the command does ends with it.
    """
    if not own_machine:
        raise Misuse("programs of others run only on a machine that is the agent's own")
    for file in request.objects("files"):
        path = Path(file.text("path"))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(file.text("data")))
            path.chmod(EXECUTABLE)
    done = subprocess.run(
        request.texts("command"),
        env={"PATH": SEARCHED},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = {"out": done.stdout, "err": done.stderr}
    texts: dict[str, Json] = {name: data.decode("latin-1") for name, data in said.items()}
    return {"status": done.returncode, **texts}
