"""Arguments and options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from fuzz.values.sanitizers import SANITIZER_NAMES

CASE: Final = click.argument("path", metavar="CASE", type=click.Path(path_type=Path))
CASES: Final = click.argument(
    "paths", metavar="CASE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
KERNEL: Final = click.option("--kernel", metavar="V", help="Run on this kernel instead.")
DESIGN: Final = click.option("--design", metavar="D", help="Same as the setting `design=D`.")
JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
WITHOUT_SANITIZER: Final = click.option(
    "--without-sanitizer",
    "without",
    multiple=True,
    type=click.Choice(SANITIZER_NAMES),
    help="Turn a sanitizer off; may be given several times.",
)
