"""Promises: what a system under test keeps, or a sanitizer holds it to, as values.

A promise is declared once, as a module constant; whoever sees it broken reports it by that name.
So the list of all promises is the list of all kinds that a finding can have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.values.finding import Harm


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that is kept in every run, and what a finding is called that breaks it."""

    kind: str
    """What its findings are called, as in a signature: `lost-update`."""
    sentence: str
    """What is kept: one sentence, in the present tense."""
    harm: Harm
    """What breaking it does to the user, before anything worse is demonstrated."""
    source: str = ""
    """Where it is written down, or what it is like: `lockdep`, a section of a specification."""
    sanitizer: str = ""
    """The sanitizer that sees it broken; empty for a judge of the target's own."""
