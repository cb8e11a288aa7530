"""Cases as tests: what is collected, how it is named, when it passes, what a failure shows."""

import subprocess
import sys
from typing import Final

import pytest

from tests.fuzz.people.toys import LOST

pytest_plugins = ["pytester"]

OFFERED: Final = """
from tests.fuzz.people.toys import TARGETS

def pytest_swapstorm_targets():
    return TARGETS
"""
"""The toys are not installed, so a `conftest.py` offers them."""

EXPECTED: Final = LOST + "expect 1 lost-update add\nexpect 1 cpus=1 clean\nexpect 2 clean\n"


@pytest.fixture
def pester(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(OFFERED)
    return pytester


def outcomes(pester: pytest.Pytester, *options: str) -> dict[str, int]:
    return pester.runpytest_inprocess(*options).parseoutcomes()


def put(pester: pytest.Pytester, name: str, text: str) -> None:
    (pester.path / name).write_text(text)


def collected(pester: pytest.Pytester, *options: str) -> list[str]:
    lines = pester.runpytest_inprocess("--collect-only", "-q", *options).outlines
    return [line for line in lines if "::" in line]


def test_each_expectation_is_a_test_that_is_named_by_it(pester: pytest.Pytester) -> None:
    put(pester, "a.case", EXPECTED)
    assert collected(pester) == [
        "a.case::1:lost-update:add",
        "a.case::1:cpus=1:clean",
        "a.case::2:clean",
    ]


def test_a_case_without_expectations_is_to_be_clean(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST)
    assert collected(pester) == ["a.case::1:clean"]
    assert outcomes(pester) == {"failed": 1}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("lost-update", ["a.case::1:lost-update:add"]),
        ("clean and not cpus", ["a.case::2:clean"]),
        ("depot", []),
    ],
)
def test_tests_are_chosen_by_what_they_expect(
    pester: pytest.Pytester, words: str, names: list[str]
) -> None:
    put(pester, "a.case", EXPECTED)
    assert collected(pester, "-k", words) == names


def test_one_test_can_be_named(pester: pytest.Pytester) -> None:
    put(pester, "a.case", EXPECTED)
    assert outcomes(pester, "a.case::2:clean") == {"passed": 1}


def test_a_test_passes_when_its_expectation_holds(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST + "expect 1 lost-update add\nexpect 1 other\n")
    assert outcomes(pester) == {"passed": 1, "failed": 1}


def test_a_failure_shows_what_was_expected_and_the_timeline(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST.replace("kernel 1", "kernel 2") + "expect 2 lost-update\n")
    said = pester.runpytest_inprocess().outlines
    start = said.index("expect 2 lost-update: the run shows clean")
    assert said[start + 1].startswith("  kernel 1 shows it")
    assert "Injected: ENOMEM at counter.note (B, visit 1)." in said
    assert any("waits for counter" in line for line in said)
    assert any(line.endswith("a.case --kernel 2") for line in said)


def test_a_short_failure_shows_no_timeline(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST + "expect 1 other\n")
    said = pester.runpytest_inprocess("--tb=line").outlines
    assert "expect 1 other: the run shows lost-update in add" in said
    assert not any(line.startswith("Injected") for line in said)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("expect 1 lost-update\nstatus open\n", {"xfailed": 1}),
        ("expect 2 lost-update\nstatus open\n", {"failed": 1}),
        ("expect 2 lost-update\nstatus fixed\n", {"passed": 1}),
        ("expect 1 lost-update\nstatus fixed\n", {"failed": 1}),
        ("expect 1 lost-update\nexpect 1 cpus=1 clean\nstatus open\n", {"xfailed": 1, "failed": 1}),
    ],
)
def test_an_open_bug_is_a_failure_that_has_to_be_there(
    pester: pytest.Pytester, text: str, status: dict[str, int]
) -> None:
    put(pester, "a.case", LOST + text)
    assert outcomes(pester) == status


def test_who_fixes_a_bug_is_told_to_say_so(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST + "expect 2 lost-update\nstatus open\n")
    said = pester.runpytest_inprocess().outlines
    told = "[XPASS(strict)] a.case says 'status open': once this passes, say 'status fixed'"
    assert told in said


@pytest.mark.parametrize("option", ["--kernel=2", "--case-kernel=2"])
def test_on_another_kernel_its_expectations_count_or_cleanliness(
    pester: pytest.Pytester, option: str
) -> None:
    put(pester, "a.case", LOST + "expect 1 lost-update\nexpect 2 other\n")
    put(pester, "b.case", LOST + "expect 1 lost-update\n")
    assert collected(pester, option) == ["a.case::2:other", "b.case::2:clean"]
    assert outcomes(pester, option) == {"passed": 1, "failed": 1}


def test_a_case_that_cannot_be_had_on_a_kernel_is_skipped(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST)
    put(pester, "b.case", "target depot\nkernel 1\ntask A\n  put\n")
    said = pester.runpytest_inprocess("--kernel", "2", "-rs")
    assert said.parseoutcomes() == {"passed": 1, "skipped": 1}
    assert any("depot has no kernel 2" in line for line in said.outlines)


def test_a_kernel_that_no_case_knows_is_refused(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST)
    result = pester.runpytest_inprocess("--kernel", "9")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --kernel: counter has no kernel 9" in result.errlines


def test_a_bad_case_is_an_error_that_says_where(pester: pytest.Pytester) -> None:
    put(pester, "a.case", "target counter\nkernel 7\n")
    said = pester.runpytest_inprocess()
    assert said.parseoutcomes() == {"errors": 1}
    assert any(line.endswith("a.case:2:8: expected one of 1, 2, not '7'") for line in said.outlines)


def test_files_of_others_are_left_alone_unless_they_are_named(pester: pytest.Pytester) -> None:
    put(pester, "theirs.case", "<case/>\n")
    assert pester.runpytest_inprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert outcomes(pester, "theirs.case") == {"errors": 1}


def test_an_option_of_somebody_else_is_left_to_them(pester: pytest.Pytester) -> None:
    pester.makeconftest("def pytest_addoption(parser): parser.addoption('--kernel', type=int)")
    pester.makepyfile("def test_it(request): assert request.config.getoption('kernel') == 3")
    assert outcomes(pester, "--kernel", "3") == {"passed": 1}


def test_cases_can_be_spread_over_processes(pester: pytest.Pytester) -> None:
    put(pester, "a.case", LOST + "expect 1 lost-update add\nexpect 2 clean\n")
    put(pester, "b.case", LOST + "expect 1 other\n")
    assert outcomes(pester, "-n", "2") == {"passed": 2, "failed": 1}


def test_a_run_that_has_no_cases_loads_nothing_of_swapstorm() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import fuzz.people.pytest_plugin; "
        "print(sorted(name for name in set(sys.modules) - before if name.startswith('fuzz')))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode().strip() == "['fuzz', 'fuzz.people', 'fuzz.people.pytest_plugin']"
