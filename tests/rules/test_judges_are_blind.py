"""Judges never look at how a bug is switched on: no feature, defect, design or version."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.versions import DESIGNS, VERSIONS
from tests.rules.source import ROOT, Breach, breaches_in, breaches_of, python_files

JUDGES: Final = (
    *sorted((ROOT / "targets").rglob("*promises.py")),
    *sorted((ROOT / "targets").rglob("*judges.py")),
    *sorted((ROOT / "targets").rglob("*epilogue.py")),
    *sorted((ROOT / "targets").rglob("picture.py")),
    *sorted((ROOT / "targets").rglob("refusals.py")),
    *sorted((ROOT / "targets/shared").glob("*circumstances.py")),
    ROOT / "targets/shared/store_effects.py",
    ROOT / "targets/swap/damage.py",
    ROOT / "targets/zram/history.py",
)
KERNEL: Final = "targets.linux.kernel"
FORBIDDEN_WORDS: Final = (*(defect.slug for defect in DEFECTS), *VERSIONS)
FORBIDDEN_NAMES: Final = frozenset({"kernel", "features", "defects", "design"})


def sighted(tree: ast.Module) -> Iterator[Breach]:
    """Yield what a judge must not look at."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith(KERNEL):
                yield node.lineno, f"imports {module}"
            case ast.Import(names=names) if any(each.name.startswith(KERNEL) for each in names):
                yield node.lineno, "imports the kernel table"
            case ast.Attribute(attr=name) if name in FORBIDDEN_NAMES:
                yield node.lineno, f"looks at .{name}"
            case ast.Constant(value=str(text)):
                for word in FORBIDDEN_WORDS:
                    if word in text:
                        yield node.lineno, f"mentions {word}"
            case _:
                pass


def test_judges_are_blind() -> None:
    assert len(JUDGES) > 3
    assert breaches_in(sighted, JUDGES) == []


def test_the_rule_objects() -> None:
    assert breaches_of(sighted, "from targets.linux.kernel.features import Features") == [
        "imports targets.linux.kernel.features"
    ]
    assert breaches_of(sighted, "import targets.linux.kernel.versions") == [
        "imports the kernel table"
    ]
    assert breaches_of(sighted, "system.machine.kernel") == ["looks at .kernel"]
    assert breaches_of(sighted, "'fixed in 4.10'") == ["mentions 4.10"]


def test_designs_have_names_that_no_judge_needs() -> None:
    texts = [Path(path).read_text(encoding="utf-8") for path in JUDGES]
    assert not any(f'"{design}"' in text for design in DESIGNS for text in texts)


def mentioned(tree: ast.Module) -> Iterator[Breach]:
    """Yield the defects that a text in a module names."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                yield from (
                    (node.lineno, f"mentions {defect.slug}")
                    for defect in DEFECTS
                    if defect.slug in text
                )
            case _:
                pass


def test_only_their_table_names_defects() -> None:
    """No generator, mutator, strategy, judge or function of the model knows what is looked for."""
    table = ROOT / "targets/linux/kernel/defects"
    files = [*python_files("fuzz"), *python_files("targets")]
    assert breaches_in(mentioned, [file for file in files if table not in file.parents]) == []


def test_the_rule_about_names_objects() -> None:
    slug = DEFECTS[0].slug
    assert breaches_of(mentioned, f"if kernel.has('{slug}'): pass") == [f"mentions {slug}"]
