"""Findings: broken promises, as values.

Identity (kind and place) groups findings into bugs; everything else is the circumstance of one run.
"""

from dataclasses import dataclass, field
from enum import Enum


class Harm(Enum):
    """What a finding does to the user, worst first; the answer to "who cares?"."""

    CRASH = "crash"
    DATA_LOSS = "data-loss"
    CORRUPTION_READ_BACK = "corruption-read-back"
    LEAK = "leak"
    HANG = "hang"
    WRONG_REPORT = "wrong-report"
    LATENT = "latent"

    @property
    def rank(self) -> int:
        """0 for the worst harm, growing as harm shrinks."""
        return list(Harm).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise in one run."""

    kind: str
    places: tuple[str, ...]
    """Functions of the model, or what else is nearest to the cause; a race has two."""
    harm: Harm
    title: str
    detail: str
    task: str
    step: int
    demonstrated: tuple[str, ...] = field(default=(), repr=False)
    """Steps that show the harm, as sentences; they come after the run, and are no part of it."""

    @property
    def place(self) -> str:
        """The places as one word, as signatures, `expect` lines and folders have them."""
        return "+".join(self.places)

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two findings the same bug: kind and place."""
        return self.kind, self.place

    @property
    def signature(self) -> str:
        """The identity as a folder name."""
        return f"{self.kind}-{self.place}"
