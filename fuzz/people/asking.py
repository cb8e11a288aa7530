"""What a person may ask of a case besides running it as it is: another kernel, another design."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.errors import UserError
from fuzz.program.case import with_settings
from fuzz.program.target import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Setting, Target

DESIGN: Final = "design"
"""The setting that `--design` stands for: which of several proposed fixes the system has."""


def case_on(target: Target, case: Case, kernel: str | None, design: str | None) -> Case:
    """Return the case on another kernel, with another design; UserError when that cannot be."""
    if kernel is not None:
        if kernel not in target.kernels:
            known = ", ".join(target.kernels)
            raise UserError(f"--kernel: expected one of {known}, not {kernel!a}")
        case = replace(case, kernel=kernel)
    if design is not None:
        setting = design_setting(target)
        if setting is None:
            raise UserError(f"--design: the target {target.name} has no designs to choose from")
        case = with_settings(case, ((DESIGN, _checked(setting, "--design", design)),))
    if refusal := refused(target, case):
        raise UserError(f"kernel {case.kernel}: {refusal}")
    return case


def design_setting(target: Target) -> Setting | None:
    """Return the target's setting that `--design` stands for, if it has one."""
    return next((setting for setting in target.settings if setting.name == DESIGN), None)


def designs_of(target: Target) -> tuple[str, ...]:
    """List the designs of a target: the words that its setting takes, if it takes words."""
    setting = design_setting(target)
    return tuple(getattr(setting.domain, "words", ())) if setting is not None else ()


def refused(target: Target, case: Case) -> str:
    """Say why a kernel cannot be configured as a case wants it; nothing when it can."""
    try:
        target.check(case.kernel, settings_of(target, dict(case.settings)))
    except ValueError as error:
        return str(error)
    return ""


def configuration(target: Target, case: Case) -> tuple[str, Mapping[str, Any]]:
    """Return the kernel and the value of every setting, so that two cases can be compared."""
    return case.kernel, settings_of(target, dict(case.settings))


def settings_in(
    target: Target, option: str, pairs: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Read settings that an option names, the last of each; UserError when one cannot be."""
    known = {setting.name: setting for setting in target.settings}
    chosen: dict[str, str] = {}
    for name, text in pairs:
        if name not in known:
            raise UserError(f"{option}: expected one of {', '.join(known)}, not {name!a}")
        chosen[name] = _checked(known[name], f"{option} {name}", text)
    return tuple(chosen.items())


def _checked(setting: Setting, option: str, text: str) -> str:
    try:
        return setting.domain.text(setting.domain.parse(text))
    except ValueError as error:
        raise UserError(f"{option}: expected {error}, not {text!a}") from None
