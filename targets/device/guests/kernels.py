"""Where the kernels that scripts/setup-kernels has unpacked are kept."""

from __future__ import annotations

import os
from pathlib import Path

from targets.device.guests.errors import CannotStart


def cache_folder() -> Path:
    """One folder a kernel, called after its version."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "swapstorm" / "kernels"


def kernel_image(where: str, name: str) -> Path:
    """Find the image of a kernel that is named by its path or by its version."""
    if "/" in where:
        return Path(where)
    images = sorted((cache_folder() / where / "boot").glob("vmlinuz-*"))
    if not images:
        raise CannotStart(f"{name}: this kernel is not installed; run scripts/setup-kernels")
    return images[-1]
