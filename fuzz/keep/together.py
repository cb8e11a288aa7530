"""Cases that show something only together: a folder with all of them, `1.case`, `2.case`..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.keep.files import locked, make_folder, safe_name, write_together

if TYPE_CHECKING:
    from pathlib import Path

STORY: Final = "together.md"
"""What a person reads; no `report.md`, since no case of the folder shows the whole."""


def store_together(folder: Path, signature: str, detail: str, cases: tuple[str, ...]) -> Path:
    """Store what several cases, as texts, have shown together; KeepError when that fails.

    What was stored under the signature before is replaced; return its folder.
    """
    make_folder(folder, "crashes")
    place = folder / safe_name(signature)
    files = {f"{number}.case": text for number, text in enumerate(cases, 1)}
    parts = "\n".join(f"* {part}" for part in detail.split("; "))
    files[STORY] = (
        f"# {signature}\n\n"
        f"No run showed all of it; these {len(cases)} cases did, each a part:\n\n{parts}\n"
    )
    with locked(folder):
        make_folder(place, "cases")
        write_together(place, files)
    return place
