"""What makes one kind of kernel differ from another: what it needs, and how it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Protocol):
    """A kind of kernel."""

    @property
    def name(self) -> str:
        """How a person names it: `running`, `qemu:6.12`."""
        ...

    @property
    def boot_seconds_max(self) -> float:
        """How long it may take until its agent speaks."""
        ...

    @property
    def takes_files(self) -> bool:
        """Whether long requests go through files in a folder `mail`: the channel loses them."""
        ...

    @property
    def tidy_seconds(self) -> float:
        """How long its agent may take to tidy up; 0 where all of it ends with the guest.

        Such a guest is killed if we are; an agent that tidies up learns that by itself.
        """
        ...

    def command(self, folder: Path, channel: int) -> list[str]:
        """Prepare what it needs in a folder of its own, and return the command that starts it.

        `channel` is a descriptor that the command inherits: one end of a stream socket, on which
        the agent talks.
        Raises `CannotStart` with one line that says what is missing and how to get it.
        """
        ...
