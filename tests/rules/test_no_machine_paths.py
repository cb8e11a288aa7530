"""No file names a folder of the machine that it was made on."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.rules.source import ROOT

MACHINE_PATH: Final = re.compile(r"(?<![\w.])/(?:home|root|work)/\S*")


def files_of_the_project() -> Iterator[Path]:
    """Yield what git tracks or would track; the folder may belong to another user, as in CI."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in sorted(filter(None, listing.stdout.split("\0"))):
        if (ROOT / name).is_file():
            yield ROOT / name


def machine_paths(text: str) -> list[str]:
    return MACHINE_PATH.findall(text)


def test_no_file_names_a_folder_of_its_machine() -> None:
    assert [
        f"{file.relative_to(ROOT)}:{number}: {' '.join(paths)}"
        for file in files_of_the_project()
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), start=1)
        if (paths := machine_paths(line))
    ] == []


def test_the_listing_finds_this_file() -> None:
    assert Path(__file__) in list(files_of_the_project())


@pytest.mark.parametrize("folder", ["home", "root", "work"])
def test_the_rule_objects_to_a_path_of_a_machine(folder: str) -> None:
    path = f"/{folder}/swapstorm"
    assert machine_paths(f"file://{path} and '{path}'") == [path, f"{path}'"]


@pytest.mark.parametrize("text", ["/usr/bin/python3", "a/work/b", "kernel.org/home/", "/workers/"])
def test_the_rule_lets_other_paths_pass(text: str) -> None:
    assert machine_paths(text) == []
