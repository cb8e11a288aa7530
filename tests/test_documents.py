"""What the documents say is so: links lead somewhere, commands exist, what is shown was printed.

`SWAPSTORM_REWRITE=1 .venv/bin/pytest tests/test_documents.py` pastes anew what has changed.
"""

import os
import re
from pathlib import Path
from typing import Final

import click
import pytest

from fuzz.people.catalogue import Catalogue
from fuzz.people.cli import main, swapstorm
from fuzz.people.output import Status
from fuzz.people.reports.explain import explain
from fuzz.people.reports.markdown.document import report_markdown
from fuzz.people.verdict import judge
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.program.text import case_text, parse_case
from tests.toys import lost_update

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
TARGETS: Final = ROOT / "docs/targets.md"
COMPARE: Final = ROOT / "docs/compare.md"
TOY: Final = ROOT / "tests/toys/lost_update.py"
DOCUMENTS: Final = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "corpus/**/*.md")
    for path in ROOT.glob(pattern)
    if ".venv" not in path.parts
)

BLOCK: Final = re.compile(r"^(```+)(\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"\[[^]\n]*\]\(([^)\s]+)\)")
CODE: Final = re.compile(r"`([^`\n]+)`")
COMMAND: Final = re.compile(r"\bswapstorm ([a-z]+)\b([^#|\n]*)")
SCRIPT: Final = re.compile(r"(?<![\w./])scripts/[a-z-]+")

CONTEXT: Final = click.Context(swapstorm)
COMMANDS: Final = {
    name: command
    for name in swapstorm.list_commands(CONTEXT)
    if (command := swapstorm.get_command(CONTEXT, name)) is not None
}
"""Ours, and those that the targets' distribution contributes."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(text: str, language: str) -> list[str]:
    return [block[3] for block in BLOCK.finditer(text) if block[2] == language]


def codes(text: str) -> str:
    """All that is set as code: blocks of text or shell, and words between backquotes."""
    shown = [*blocks(text, "sh"), *blocks(text, "text")]
    return "\n".join([*shown, *CODE.findall(BLOCK.sub("", text))])


def insist(document: Path, shown: str, printed: str) -> None:
    """Insist that a document shows what is printed, or paste it there when that was asked for."""
    if shown != printed and os.environ.get("SWAPSTORM_REWRITE"):
        document.write_text(document.read_text().replace(shown, printed))
    else:
        assert shown == printed


def test_there_are_documents() -> None:
    assert {README, TARGETS, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_relative_link_leads_to_a_file(document: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(document.read_text())]
    nearby = [link for link in links if link and "://" not in link]
    assert [link for link in nearby if not (document.parent / link).exists()] == []


def test_every_page_is_in_the_index() -> None:
    named = LINK.findall((ROOT / "docs/README.md").read_text())
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert sorted(set(pages) - set(named)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_script_that_is_named_exists(document: Path) -> None:
    names = SCRIPT.findall(document.read_text())
    assert [name for name in names if not (ROOT / name).is_file()] == []


def options_of(command: click.Command, rest: str) -> list[str]:
    """The options of a command or, of a group, those of the command that comes next."""
    if isinstance(command, click.Group) and rest.split()[:1]:
        command = command.commands.get(rest.split(maxsplit=1)[0], command)
    return [option for one in command.params for option in one.opts]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_command_that_is_named_exists_and_has_its_options(document: Path) -> None:
    for name, rest in COMMAND.findall(codes(document.read_text())):
        assert name in COMMANDS
        known = options_of(COMMANDS[name], rest)
        assert [word for word in re.findall(r"--[a-z-]+", rest) if word not in known] == []


def test_the_lone_sanitizer_of_the_document_finds_what_is_said_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (program,) = blocks((ROOT / "docs/sanitizers.md").read_text(), "python")
    exec(program, {})
    said = capsys.readouterr().out
    assert "kind='lock-order', places=('left', 'right')" in said


def test_every_command_is_in_the_readme() -> None:
    named = [name for name, _ in COMMAND.findall(codes(README.read_text()))]
    assert set(COMMANDS) <= set(named)


def test_every_exit_code_is_in_the_readme() -> None:
    listed = re.findall(r"^\| ([0-9, ]+) \|", README.read_text(), re.MULTILINE)
    codes_listed = [int(code) for row in listed for code in row.split(",")]
    assert [status for status in Status if status not in codes_listed] == []


def test_the_report_in_the_readme_is_what_its_case_gives() -> None:
    (shown,) = blocks(README.read_text(), "markdown")
    targets = Catalogue()
    case = parse_case(blocks(shown, "text")[0], targets)
    target = targets[case.target]
    outcome = execute(target, case)
    insist(
        README,
        shown,
        report_markdown(
            explain(target, case, outcome, demonstrate(target, case, outcome.findings[0]))
        ),
    )


def test_the_case_in_the_readme_is_one_and_shows_what_it_expects() -> None:
    (text,) = [block for block in blocks(README.read_text(), "text") if "expect" in block]
    targets = Catalogue()
    case = parse_case(text, targets)
    assert len(case.expectations) == 3
    assert judge(targets[case.target], case).holds


def test_the_comparison_in_the_documents_is_what_its_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = COMPARE.read_text()
    (command,) = [block for block in blocks(text, "sh") if "swapstorm compare" in block]
    words = command.replace("\\\n", " ").split()[1:]
    cases = [path for word in words if word.endswith(".case") for path in sorted(ROOT.glob(word))]
    options = [word for word in words if not word.endswith(".case")]
    assert len(cases) > 9
    assert main([*options, *map(str, cases)]) == Status.GOOD
    (shown,) = blocks(text, "text")
    insist(COMPARE, f"```text\n{shown}```", f"```text\n{capsys.readouterr().out}```")


def test_the_target_in_the_documents_is_the_one_that_is_tested() -> None:
    insist(TARGETS, blocks(TARGETS.read_text(), "python")[0], TOY.read_text())


def test_the_timeline_in_the_documents_is_what_its_case_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, shown = blocks(TARGETS.read_text(), "text")
    targets = {lost_update.TARGET.name: lost_update.TARGET}
    assert case_text(parse_case(text, targets)) == text
    (tmp_path / "lost.case").write_text(text)
    assert main(["show", str(tmp_path / "lost.case")], targets) == Status.GOOD
    insist(TARGETS, shown, capsys.readouterr().out)


@pytest.mark.parametrize("text", ["`swapstorm fly`", "```sh\nswapstorm fly away\n```"])
def test_the_rule_for_commands_sees_them_wherever_they_stand(text: str) -> None:
    assert [name for name, _ in COMMAND.findall(codes(text))] == ["fly"]
