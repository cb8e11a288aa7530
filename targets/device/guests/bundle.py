"""Packs the agent into one file that any Python runs, with nothing else of the project in it."""

from __future__ import annotations

import marshal
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "agent"
INSIDE: Final = "targets/device/agent"
UNCHECKED: Final = (1).to_bytes(4, "little")
HASH_BYTES: Final = 8
"""After the magic number: flags that say hashed but unchecked, then a hash that nobody reads."""

EMPTY: Final = ("targets/__init__.py", "targets/device/__init__.py")


def write_bundle(path: Path, entry: str) -> None:
    """Write the agent as a program that starts with the function `main` of a module of it."""
    start = f"import sys\nfrom targets.device.agent.{entry} import main\nsys.exit(main())\n"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("__main__.py", start)
        for name in EMPTY:
            bundle.writestr(name, "")
        for file in sorted(PACKAGE.glob("*.py")):
            bundle.writestr(f"{INSIDE}/{file.name}", file.read_bytes())
            bundle.writestr(f"{INSIDE}/{file.name}c", _compiled(file))


def _compiled(file: Path) -> bytes:
    """The byte code, in the form that is taken without a look at the source: guests are slow."""
    code = compile(file.read_bytes(), f"{INSIDE}/{file.name}", "exec", dont_inherit=True)
    return MAGIC_NUMBER + UNCHECKED + bytes(HASH_BYTES) + marshal.dumps(code)
