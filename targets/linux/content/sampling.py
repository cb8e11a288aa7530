"""A sample of real pages: equal numbers of every compressed size, nothing that tells of a machine.

`scripts/sample-pages` runs this module.
"""

import argparse
import os
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from pwd import getpwall
from typing import Final

from targets.linux.content.live import NotReadable, private_pages, running_workload
from targets.linux.content.measure import block_size, page_name
from targets.linux.content.samples import CHECKOUT_PAGES

PAGES_DEFAULT: Final = 160
"""Nine or ten of each bucket, 640 KiB."""

PAGES_MAX: Final = 256
"""A mebibyte: what a repository carries without noticing."""

BUCKET_BYTES: Final = 256
"""Width of a bucket of compressed sizes: sixteen of them and one for what does not compress."""

FILE_NAME: Final = "interpreter.pages"
"""The one file that a sampling writes."""

MARK_LENGTH_MIN: Final = 3
"""A shorter name of a user or machine would match noise, and tells nothing."""

TELLING: Final = re.compile(
    rb"/(?:root|home|work|usr|tmp)|/[\w.-]+/[\w.-]+|[A-Z][A-Z0-9_]{2,}=[!-~]", re.ASCII
)
"""Paths and environment strings: `/home`, `/opt/thing`, `LANG=C`."""


def marks_of_this_machine() -> list[bytes]:
    """List the names that must not be in a sample: of the user, the machine and their folders."""
    users = [user for user in getpwall() if user.pw_uid == os.getuid()]
    names = [os.uname().nodename, sys.prefix, str(Path.cwd())]
    names += [name for user in users for name in (user.pw_name, user.pw_dir)]
    return [name.encode() for name in names if len(name) >= MARK_LENGTH_MIN]


def shareable(pages: Iterable[bytes], marks: Collection[bytes]) -> Iterator[bytes]:
    """Pass on each page once, unless it holds a path, an environment string or one of `marks`."""
    for page in dict.fromkeys(pages):
        if not TELLING.search(page) and not any(mark in page for mark in marks):
            yield page


def stratified(pages: Iterable[bytes], budget: int) -> list[bytes]:
    """Choose at most `budget` pages, as equally from all compressed sizes as their numbers allow.

    Within a bucket the names decide, which are as good as random; the result is sorted by size.
    """
    buckets: defaultdict[int, list[bytes]] = defaultdict(list)
    for page in sorted(pages, key=page_name):
        buckets[block_size(page) // BUCKET_BYTES].append(page)
    dealt = _dealt([buckets[key] for key in sorted(buckets)])
    return sorted(islice(dealt, budget), key=block_size)


def _dealt(buckets: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
    """Take one page of every bucket in turn until all are empty."""
    for turn in range(max(map(len, buckets), default=0)):
        yield from (bucket[turn] for bucket in buckets if turn < len(bucket))


def write_pages(pages: Sequence[bytes], folder: Path) -> Path:
    """Write the file of pages: the old one or the new one is there at every moment."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE_NAME
    unfinished = file.with_suffix(".unfinished")
    try:
        unfinished.write_bytes(b"".join(pages))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file


def sample(folder: Path, budget: int) -> str:
    """Sample a live interpreter into `folder`; returns a sentence on what was kept.

    Raises `NotReadable` when the kernel forbids to read the child.
    """
    with running_workload() as pid:
        seen = list(private_pages(pid))
    chosen = stratified(shareable(seen, marks_of_this_machine()), budget)
    file = write_pages(chosen, folder)
    sizes = f"{block_size(chosen[0])} to {block_size(chosen[-1])} bytes compressed"
    return f"kept {len(chosen)} of {len(seen)} pages, {sizes}, in {file}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0, 2 when refused, 130 after Ctrl-C."""
    options = _options(arguments)
    file = options.into / FILE_NAME
    if file.exists() and not options.replace:
        return _refuse(f"{file} exists and cases may name its pages: give --replace to lose them")
    try:
        sys.stdout.write(sample(options.into, options.pages) + "\n")
    except NotReadable as refusal:
        return _refuse(str(refusal))
    except KeyboardInterrupt:
        return 130
    return 0


class _Options(argparse.Namespace):
    """What the command line says, with types."""

    into: Path
    pages: int
    replace: bool


def _options(arguments: Sequence[str] | None) -> _Options:
    parser = argparse.ArgumentParser("sample-pages", description=__doc__)
    parser.add_argument("--into", type=Path, default=CHECKOUT_PAGES, help="folder to write to")
    parser.add_argument(
        "--pages",
        type=_budget,
        default=PAGES_DEFAULT,
        metavar="N",
        help=f"pages to keep, 1 to {PAGES_MAX}; %(default)s unless told",
    )
    parser.add_argument("--replace", action="store_true", help="give up the pages sampled before")
    return parser.parse_args(arguments, _Options())


def _budget(text: str) -> int:
    pages = int(text)
    if not 1 <= pages <= PAGES_MAX:
        raise argparse.ArgumentTypeError(f"expected 1 to {PAGES_MAX} pages, not {pages}")
    return pages


def _refuse(reason: str) -> int:
    sys.stderr.write(f"sample-pages: {reason}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
