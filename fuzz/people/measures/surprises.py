"""Cases on systems that are said to be clean: what one draws, and what is found all the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import refused
from fuzz.program.execute import execute, materialised
from fuzz.program.text import case_text
from fuzz.search.mutate import Mutator
from fuzz.search.recall import Recall, passage_of
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.recall import Passage

FRESH_PERCENT: Final = 40
"""How many cases have no parent; the others are children of kept cases, which reach further."""
AGAIN_PERCENT: Final = 40
"""How many children are changed once more, and so on."""
SEED_BITS: Final = 32
OUR_BUG: Final = "our-bug"


@dataclass(frozen=True, slots=True)
class Surprise:
    """Something that was found where nothing should be."""

    signature: str
    kernel: str
    number: int
    """Which of the drawn cases showed it."""
    detail: str
    case: str
    """The case, materialised, as text."""


class Surprises:
    """Draws case after case for one target, its kernels in turn, and runs them."""

    def __init__(
        self,
        target: Target,
        kernels: Sequence[str],
        parents: Sequence[Case],
        fixed: Mapping[str, str],
        seed: int,
    ) -> None:
        """`fixed` settings make each kernel clean; `parents` are cases of the target."""
        self._target = target
        self._kernels = kernels
        self._parents = parents
        self._fixed = dict(fixed)
        self._seed = seed << SEED_BITS
        self._recall = Recall()

    def kernel_of(self, number: int) -> str:
        """Say which kernel a case is for."""
        return self._kernels[number % len(self._kernels)]

    def look(self, number: int) -> list[Surprise]:
        """Run the case of a number, and return what it found."""
        case = self.case(number)
        try:
            outcome = execute(self._target, case)
        except Exception as error:  # Whatever our code raises belongs to the case that made it.
            return [self._our_bug(number, case, error)]
        explicit = replace(materialised(case, outcome), expectations=(), comments=())
        return [
            Surprise(
                finding.signature,
                case.kernel,
                number,
                f"{finding.title}: {finding.detail}",
                case_text(explicit),
            )
            for finding in outcome.findings
        ]

    def case(self, number: int) -> Case:
        """Draw the case of a number; it depends on nothing but that, the seed and the parents."""
        choices = Choices(self._seed + number)
        kernel = self.kernel_of(number)
        mutator = Mutator(self._target, kernel, self._fixed)  # One that has learned would remember.
        if not self._parents or choices.percent(FRESH_PERCENT):
            return mutator.fresh(choices)
        which = choices.below(len(self._parents))
        parent = self._on(self._parents[which], kernel)
        case = mutator.child(parent, self._passage(which, kernel, parent), choices)
        while choices.percent(AGAIN_PERCENT):
            case = mutator.child(case, None, choices)
        return case

    def _on(self, parent: Case, kernel: str) -> Case:
        """Return a kept case on a clean kernel; where that cannot have its settings, without."""
        settings = {**dict(parent.settings), **self._fixed}
        case = replace(
            parent,
            kernel=kernel,
            settings=tuple(settings.items()),
            expectations=(),
            comments=(),
        )
        if refused(self._target, case):
            return replace(case, settings=tuple(self._fixed.items()))
        return case

    def _passage(self, which: int, kernel: str, case: Case) -> Passage:
        key = f"{which} {kernel}".encode()
        passage = self._recall.of(key)
        if passage is None:
            passage = passage_of(execute(self._target, case))
            self._recall.remember(key, passage)
        return passage

    def _our_bug(self, number: int, case: Case, error: Exception) -> Surprise:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = frame.tb_frame.f_code.co_name if frame is not None else "nowhere"
        detail = f"{type(error).__name__}: {error}"
        return Surprise(f"{OUR_BUG}-{place}", case.kernel, number, detail, case_text(case))
