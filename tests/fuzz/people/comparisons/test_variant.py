"""What the options of a comparison mean."""

import pytest

from fuzz.people.comparisons.variant import Asked, variants_of, what_all_have
from fuzz.people.errors import UserError
from fuzz.program.text import case_text
from tests.fuzz.people.toys import LOST, TARGETS, case_of

COUNTER, DESIGNED = TARGETS["counter"], TARGETS["designed"]


def titles(
    *names: str, kernels: str | None = None, designs: str | None = None, configs: str = ""
) -> list[str]:
    asked = Asked(kernels, designs, tuple(filter(None, configs.split(";"))))
    return [variant.title for variant in variants_of([TARGETS[name] for name in names], asked)]


def test_without_options_all_designs_are_compared_or_else_all_kernels() -> None:
    assert titles("designed") == ["none", "lock"]
    assert titles("counter") == ["1", "2"]
    assert titles("counter", "designed") == ["none", "lock"]


def test_every_kernel_comes_with_every_design_and_configuration() -> None:
    assert titles("designed", kernels="1,0", designs="lock,none", configs="as-is;cpus=1") == [
        f"{kernel} {design} {config}"
        for kernel in ("1", "0")
        for design in ("lock", "none")
        for config in ("as-is", "cpus=1")
    ]


def test_a_title_leaves_out_what_all_columns_have() -> None:
    assert titles("designed", kernels="1", designs="all") == ["none", "lock"]
    assert titles("designed", kernels="all", designs="lock") == ["0", "1"]
    assert titles("designed", kernels="1", designs="lock") == ["1 lock"]
    assert titles("designed", configs="cpus=1") == ["cpus=1"]


def test_what_all_columns_have_is_said() -> None:
    both = variants_of([DESIGNED], Asked("1", "all", ("cpus=1",)))
    assert what_all_have(both) == "kernel 1, cpus=1"
    assert what_all_have(variants_of([DESIGNED], Asked("all", "lock", ()))) == "design=lock"
    assert what_all_have(variants_of([DESIGNED], Asked("all", "all", ()))) == ""


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (Asked("3", None, ()), "--kernels: expected one of 1, 2, not '3'"),
        (Asked("1,", None, ()), "--kernels: expected one of 1, 2, not ''"),
        (Asked(None, "lock", ()), "--designs: expected a target that has them, not 'lock'"),
        (Asked(None, "all", ()), "--designs: expected a target that has them, not 'all'"),
        (Asked(None, None, ("cpus=5",)), "--config: cpus: expected a number from 1 to 4, not '5'"),
        (Asked(None, None, ("cpus",)), "--config: cpus: expected a number from 1 to 4, not ''"),
        (
            Asked(None, None, ("gpus=1",)),
            "--config: expected a setting of a target of the cases, not 'gpus'",
        ),
        (Asked(None, None, ("",)), "--config: expected NAME=VALUE or as-is, not ''"),
        (
            Asked("all", None, tuple(f"cpus=1{' cpus=1' * n}" for n in range(101))),
            "expected at most 200 columns, not 202",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(asked: Asked, complaint: str) -> None:
    with pytest.raises(UserError) as error:
        variants_of([COUNTER], asked)
    assert str(error.value) == complaint


def test_a_case_stays_as_it_is_in_all_that_is_not_asked_for() -> None:
    case = case_of(LOST.replace("target counter", "target designed") + "expect 1 lost-update\n")
    (variant,) = variants_of([DESIGNED], Asked(None, "lock", ()))
    assert case_text(variant.of(DESIGNED, case)) == LOST.replace(
        "target counter\nkernel 1\n", "target designed\nkernel 1\nconfig design=lock\n"
    )


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Asked("0", "lock", ()), "kernel 0 has no locks"),
        (Asked("2", None, ()), "the target designed has no kernel 2"),
    ],
)
def test_why_a_case_cannot_be_run_is_said(asked: Asked, reason: str) -> None:
    case = case_of(LOST.replace("target counter", "target designed"))
    (variant,) = variants_of([COUNTER, DESIGNED], asked)
    with pytest.raises(ValueError, match=f"^{reason}$"):
        variant.of(DESIGNED, case)


def test_a_target_without_the_setting_cannot_be_configured_so() -> None:
    (variant,) = variants_of([COUNTER, DESIGNED], Asked(None, "lock", ()))
    with pytest.raises(ValueError, match="has no setting design"):
        variant.of(COUNTER, case_of(LOST))
