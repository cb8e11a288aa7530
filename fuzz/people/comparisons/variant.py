"""Variants: what is asked of every case of a comparison, one column each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.people.asking import DESIGN, designs_of, refused
from fuzz.people.errors import UserError
from fuzz.program.case import bare, with_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target

Settings: TypeAlias = tuple[tuple[str, str], ...]
Configuration: TypeAlias = tuple[Settings, str]
"""Settings, and the text that asked for them."""

AS_IS: Final = "as-is"
"""The word for a configuration in which nothing is changed."""
AS_IT_IS: Final[Configuration] = ((), "")
ALL: Final = "all"
"""The word for every kernel, or every design, that a target has."""
VARIANTS_MAX: Final = 200
"""More columns than anybody reads; a product of three lists gets there fast."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run every case; whatever it does not name stays as the case has it."""

    kernel: str | None
    settings: Settings
    title: str
    """What tells it from its neighbours."""

    def of(self, target: Target, case: Case) -> Case:
        """Return the case as it is run here; ValueError says in a sentence why it cannot be."""
        if self.kernel is not None and self.kernel not in target.kernels:
            raise ValueError(f"the target {target.name} has no kernel {self.kernel}")
        known = [setting.name for setting in target.settings]
        for name, _ in self.settings:
            if name not in known:
                raise ValueError(f"the target {target.name} has no setting {name}")
        elsewhere = replace(bare(case), kernel=self.kernel or case.kernel)
        varied = with_settings(elsewhere, self.settings)
        if refusal := refused(target, varied):
            raise ValueError(refusal)
        return varied


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say, as they were typed; None for an option that was not given."""

    kernels: str | None
    designs: str | None
    configs: tuple[str, ...]


def variants_of(targets: Sequence[Target], asked: Asked) -> list[Variant]:
    """Return the columns that are asked for: every kernel with every design, configured each way.

    Without any option these are all designs or, of targets that have none, all kernels.
    """
    designs_known = _known(*(designs_of(target) for target in targets))
    kernels_known = _known(*(target.kernels for target in targets))
    kernels, designs = asked.kernels, asked.designs
    if kernels is None and designs is None and not asked.configs:
        kernels, designs = (None, ALL) if designs_known else (ALL, None)
    choices = (
        _words("--kernels", kernels, kernels_known),
        _words("--designs", designs, designs_known),
        [_configuration(targets, text) for text in dict.fromkeys(asked.configs)] or [AS_IT_IS],
    )
    columns = list(product(*choices))
    if len(columns) > VARIANTS_MAX:
        raise UserError(f"expected at most {VARIANTS_MAX} columns, not {len(columns)}")
    told = [len(choice) > 1 or len(columns) == 1 for choice in choices]
    return [_variant(column, told) for column in columns]


def _variant(column: tuple[str | None, str | None, Configuration], told: Sequence[bool]) -> Variant:
    """Make a column; its title leaves out what all of them have."""
    kernel, design, (settings, text) = column
    chosen = ((DESIGN, design),) if design is not None else ()
    words = [word for word, tell in zip((kernel, design, text), told, strict=True) if word and tell]
    return Variant(kernel, (*chosen, *settings), " ".join(words) or AS_IS)


def what_all_have(variants: Sequence[Variant]) -> str:
    """Say what is asked of every column alike: `kernel 4.9, design=v2`; nothing if nothing is."""
    first, *others = variants
    kernels = [first.kernel] if all(other.kernel == first.kernel for other in others) else []
    same = [pair for pair in first.settings if all(pair in other.settings for other in others)]
    return ", ".join([*(f"kernel {kernel}" for kernel in kernels if kernel), *map("=".join, same)])


def _known(*lists: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word for words in lists for word in words))


def _words(option: str, text: str | None, known: Sequence[str]) -> Sequence[str | None]:
    """Read a list of words with commas between them; a list of None says nothing about it."""
    if text is None:
        return [None]
    if text == ALL and known:
        return known
    words = list(dict.fromkeys(text.split(",")))
    for word in words:
        if word not in known:
            expected = f"one of {', '.join(known)}" if known else "a target that has them"
            raise UserError(f"{option}: expected {expected}, not {word!a}")
    return words


def _configuration(targets: Sequence[Target], text: str) -> Configuration:
    """Read `NAME=VALUE ...`, which at least one of the targets must be able to have."""
    if text == AS_IS:
        return (), AS_IS
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in text.split())]
    if not pairs:
        raise UserError(f"--config: expected NAME=VALUE or {AS_IS}, not {text!a}")
    return tuple(_checked(targets, name, value) for name, value in pairs), " ".join(text.split())


def _checked(targets: Sequence[Target], name: str, value: str) -> tuple[str, str]:
    settings = [one for target in targets for one in target.settings if one.name == name]
    if not settings:
        raise UserError(f"--config: expected a setting of a target of the cases, not {name!a}")
    try:
        return name, settings[0].domain.text(settings[0].domain.parse(value))
    except ValueError as error:
        raise UserError(f"--config: {name}: expected {error}, not {value!a}") from None
