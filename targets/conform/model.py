"""Which kernel of the model stands beside a real one, and how it was built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from targets.linux.kernel.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

LEADING_RELEASE: Final = re.compile(r"(\d+)\.(\d+)")
BACKEND_OPTION: Final = "CONFIG_ZRAM_BACKEND_"
CRYPTO_OPTIONS: Final = (
    ("lzo", "CONFIG_CRYPTO_LZO"),
    ("lz4", "CONFIG_CRYPTO_LZ4"),
    ("lz4hc", "CONFIG_CRYPTO_LZ4HC"),
    ("zstd", "CONFIG_CRYPTO_ZSTD"),
    ("deflate", "CONFIG_CRYPTO_DEFLATE"),
    ("842", "CONFIG_CRYPTO_842"),
)
PAGES_PER_ZSPAGE: Final = "CONFIG_ZSMALLOC_CHAIN_SIZE"


def nearest_version(release: str) -> str:
    """Name the newest kernel of the model that is not newer than a release such as `6.1.176`."""
    found = LEADING_RELEASE.match(release)
    assert found is not None, f"a kernel says its release, not {release!r}"
    own = int(found[1]), int(found[2])
    older = [version for version in VERSIONS if _release(version) <= own]
    return older[-1] if older else VERSIONS[0]


def _release(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)


def settings_for(hello: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings of a case that make the model the kernel that said hello."""
    config, files = hello["config"], hello["files"]
    tracking = ("CONFIG_ZRAM_MEMORY_TRACKING", "CONFIG_ZRAM_TRACK_ENTRY_ACTIME")
    return {
        "cpus": str(min(4, hello["cpus"])),
        "streams": "1",
        "asynchronous": "no",
        "writeback": _yes("backing_dev" in files),
        "multi_comp": _yes("recompress" in files),
        "tracking": _yes("block_state" in files or any(name in config for name in tracking)),
        "algorithms": ",".join(_algorithms(hello)),
        "default_algorithm": hello["default_algorithm"],
        "chain_size": config.get(PAGES_PER_ZSPAGE, "8"),
    }


def _algorithms(hello: Mapping[str, Any]) -> list[str]:
    """List what the kernel can compress with: what zram lists, and what else its crypto API has.

    Where zram has backends of its own, what it lists is all.
    """
    config = hello["config"]
    if any(option.startswith(BACKEND_OPTION) for option in config):
        return list(hello["algorithms"])
    unlisted = [name for name, option in CRYPTO_OPTIONS if option in config]
    return list(dict.fromkeys([*hello["algorithms"], *unlisted]))


def _yes(condition: object) -> str:
    return "yes" if condition else "no"
