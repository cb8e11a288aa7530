"""The agent needs the standard library and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

from targets.device.guests.bundle import write_bundle

IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import targets.device.agent as agent
for module in pkgutil.iter_modules(agent.__path__):
    importlib.import_module(f"targets.device.agent.{module.name}")
foreign = [
    name for name in sys.modules
    if name.partition(".")[0] not in (*sys.stdlib_module_names, "targets", "__main__")
]
print(foreign, sys.modules["targets.device.agent.serve"].__file__)
"""


def test_every_module_of_the_agent_runs_on_the_standard_library_alone(tmp_path: Path) -> None:
    bundle = tmp_path / "agent.pyz"
    write_bundle(bundle, "main")
    said = subprocess.run(
        [sys.executable, "-IS", "-c", IMPORT_ALL, str(bundle)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert said == f"[] {bundle}/targets/device/agent/serve.pyc\n"


def test_the_bundle_has_nothing_else_of_the_project(tmp_path: Path) -> None:
    write_bundle(tmp_path / "agent.pyz", "main")
    names = zipfile.ZipFile(tmp_path / "agent.pyz").namelist()
    others = [name for name in names if not name.startswith("targets/device/agent/")]
    assert others == ["__main__.py", "targets/__init__.py", "targets/device/__init__.py"]
