"""Packs the agent into one file that any Python runs, with nothing else of the project in it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "agent"
INSIDE: Final = "targets/device/agent"
EMPTY: Final = ("targets/__init__.py", "targets/device/__init__.py")


def write_bundle(path: Path, entry: str) -> None:
    """Write the agent as a program that starts with the function `main` of a module of it."""
    start = f"import sys\nfrom targets.device.agent.{entry} import main\nsys.exit(main())\n"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("__main__.py", start)
        for name in EMPTY:
            bundle.writestr(name, "")
        for file in sorted(PACKAGE.glob("*.py")):
            bundle.writestr(f"{INSIDE}/{file.name}", file.read_text(encoding="utf-8"))
