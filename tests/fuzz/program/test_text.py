from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.program.case import BugStatus, Case, Expectation, Injection, Program, Schedule
from fuzz.program.reading import CaseError
from fuzz.program.text import case_text, parse_case
from fuzz.search.hypothesis_cases import cases
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.world.faults import Attributes
from fuzz.world.schedule.by_name import STRATEGY_NAMES
from fuzz.world.schedule.hints import Hints
from tests.toys import counter, depot
from tests.toys.counter import Add, Read

TARGETS = {"counter": counter.TARGET, "depot": depot.TARGET}

TEXT = """\
# an update is lost
target counter
kernel 1
config cpus=1
task A
  add amount=3
  # the reader is not needed
  read
task B
  add amount=4
fault B counter.note#2 ENOMEM
switch A counter.write#1 B
schedule surw seed=7 after=2 steps=40 among=counter.read,counter.write \
counts=A:3,B:1 take=set>get avoid=get>set,put>set
inject seed=5 capability=memory probability=10 times=-1
expect 1 lost-update add
expect 1 cpus=2 lost-update
expect 2 clean
status open
# the end
"""

HINTS = Hints(
    among=("counter.read", "counter.write"),
    counts=(("A", 3), ("B", 1)),
    take=(("set", "get"),),
    avoid=(("get", "set"), ("put", "set")),
)

CASE = Case(
    target="counter",
    kernel="1",
    settings=(("cpus", "1"),),
    programs=(Program("A", (Add(3), Read())), Program("B", (Add(4),))),
    faults=(Fault(Anchor("B", "counter.note", 2), "ENOMEM"),),
    switches=(Switch(Anchor("A", "counter.write", 1), "B"),),
    schedule=Schedule("surw", 7, 2, 40, HINTS),
    injections=(Injection(Attributes("memory", probability=10, times=-1), 5),),
    expectations=(
        Expectation("1", (), "lost-update", "add"),
        Expectation("1", (("cpus", "2"),), "lost-update"),
        Expectation("2"),
    ),
    status=BugStatus.OPEN,
    comments=((0, "# an update is lost"), (5, "  # the reader is not needed"), (16, "# the end")),
)

expectations = st.sampled_from(
    (
        Expectation("1"),
        Expectation("1", (("cpus", "4"),), "lost-update", "add"),
        Expectation("2", (("cpus", "2"),), "lost-update"),
    )
)
comments = st.builds("{}# {}".format, st.sampled_from(["", "  ", "\t"]), st.sampled_from("aé#="))


@st.composite
def annotated_cases(draw: st.DrawFn) -> Case:
    expected = tuple(draw(st.lists(expectations, max_size=2)))
    status = st.sampled_from((None, *BugStatus)) if any(e.kind for e in expected) else st.none()
    case = replace(draw(cases(counter.TARGET)), expectations=expected, status=draw(status))
    places = st.integers(0, len(case_text(case).splitlines()))
    remarks = draw(st.lists(st.tuples(places, comments), max_size=4))
    return replace(case, comments=tuple(sorted(remarks, key=lambda remark: remark[0])))


def message_for(text: str | bytes) -> str:
    with pytest.raises(CaseError) as caught:
        parse_case(text, TARGETS)
    return str(caught.value)


def test_a_text_is_a_case_and_a_case_is_a_text() -> None:
    assert parse_case(TEXT, TARGETS) == CASE
    assert case_text(CASE) == TEXT


@given(annotated_cases())
def test_every_case_survives_its_text(case: Case) -> None:
    assert parse_case(case_text(case), TARGETS) == case


@given(annotated_cases())
def test_bytes_and_other_ends_of_lines_read_the_same(case: Case) -> None:
    text = case_text(case)
    assert parse_case(text.replace("\n", "\r\n").encode(), TARGETS) == case


def test_tabs_and_empty_lines_separate_as_blanks_do() -> None:
    text = "\ntarget\tcounter\n\n\t\nkernel 1\ntask A\n\tadd\t amount=1\t\n \n"
    assert case_text(parse_case(text, TARGETS)) == (
        "target counter\nkernel 1\ntask A\n  add amount=1\n"
    )


def test_settings_and_arguments_with_their_default_are_left_out() -> None:
    text = "target depot\nkernel 1\n# x\nconfig room=9 cpus=2\n# y\ntask A\n  put load=1\n"
    case = parse_case(text, TARGETS)
    assert case_text(case) == "target depot\nkernel 1\n# x\n# y\ntask A\n  put\n"
    assert parse_case(case_text(case), TARGETS) == case


def test_settings_are_written_in_the_order_of_the_target() -> None:
    case = parse_case("target depot\nkernel 1\nconfig room=5 cpus=1\n", TARGETS)
    assert case.settings == (("cpus", "1"), ("room", "5"))


HEAD = "target counter\nkernel 1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: expected a line 'target NAME'"),
        ("# only a remark\n", "line 1, column 1: expected a line 'target NAME'"),
        ("target counter\n", "line 2, column 1: expected a line 'kernel NAME'"),
        ("kernel 1\n", "line 1, column 1: expected a line 'target NAME', not 'kernel'"),
        (" target counter", "line 1, column 2: expected a line 'target NAME', not 'target'"),
        ("target\n", "line 1, column 7: expected 'target NAME'"),
        ("target toaster\n", "line 1, column 8: expected one of counter, depot, not 'toaster'"),
        ("target counter\nkernel 3\n", "line 2, column 8: expected one of 1, 2, not '3'"),
        (HEAD + "tusk A\n", "line 3, column 1: expected one of config, task, fault, switch, "
         "schedule, inject, expect, status, not 'tusk'"),
        (HEAD + "config\n", "line 3, column 7: expected 'config NAME=VALUE ...'"),
        (HEAD + "config cpus\n", "line 3, column 8: expected NAME=VALUE, not 'cpus'"),
        (HEAD + "config cores=1\n", "line 3, column 8: expected one of cpus, once, not 'cores'"),
        (HEAD + "config cpus=1 cpus=1\n",
         "line 3, column 15: expected one of cpus, once, not 'cpus'"),
        (HEAD + "config cpus=9\n",
         "line 3, column 13: expected a number from 1 to 4, not '9'"),
        (HEAD + "config cpus=1\nconfig cpus=1\n", "line 4, column 1: expected one of task, fault, "
         "switch, schedule, inject, expect, status, not 'config'"),
        ("target counter\nkernel 2\nconfig cpus=4\n", "line 3, column 1: expected another "
         "configuration: kernel 2 has never been run on 4 CPUs"),
        (HEAD + "task 1\n",
         "line 3, column 6: expected a new name of letters, digits and _, not '1'"),
        (HEAD + "task é\n",
         r"line 3, column 6: expected a new name of letters, digits and _, not '\xe9'"),
        (HEAD + "task A\ntask A\n",
         "line 4, column 6: expected a new name of letters, digits and _, not 'A'"),
        (HEAD + "task A B\n",
         "line 3, column 8: expected the end of the line 'task NAME', not 'B'"),
        (HEAD + "  read\n", "line 3, column 3: expected a line 'task NAME' before operations, "
         "not 'read'"),
        (HEAD + "task A\n  write\n", "line 4, column 3: expected one of add, read, not 'write'"),
        (HEAD + "task A\n  add\n", "line 4, column 6: expected amount=a number from 1 to 9"),
        (HEAD + "task A\n  add amount=0\n",
         "line 4, column 14: expected a number from 1 to 9, not '0'"),
        (HEAD + "task A\n  add amount=1 amount=1\n",
         "line 4, column 16: expected one of amount, once, not 'amount'"),
        (HEAD + "task A\n  add many=1\n",
         "line 4, column 7: expected one of amount, once, not 'many'"),
        (HEAD + "task A\n  read x=1\n", "line 4, column 8: expected the end of the line, not 'x'"),
    ],
)  # fmt: skip
def test_an_error_says_where_and_what_was_expected(text: str, message: str) -> None:
    assert message_for(text) == message


ANCHOR = "expected POINT#VISIT, the visit counted from 1"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fault A counter.note ENOMEM", f"column 9: {ANCHOR}, not 'counter.note'"),
        ("fault A counter.note#0 ENOMEM", f"column 9: {ANCHOR}, not 'counter.note#0'"),
        ("fault A counter.note#x ENOMEM", f"column 9: {ANCHOR}, not 'counter.note#x'"),
        ("switch A #1 B", f"column 10: {ANCHOR}, not '#1'"),
        ("switch A x#10000000 B", f"column 10: {ANCHOR}, not 'x#10000000'"),
        ("switch A x#1", "column 13: expected 'switch TASK POINT#VISIT TASK'"),
        ("switch A x#1 B\nswitch A x#01 C",
         "column 10: expected each visit once in the switch lines, not 'x#01'"),
        ("fault A x#1 ENOMEM", "column 9: expected one of counter.note, not 'x#1'"),
        ("fault A counter.note#1 EIO", "column 24: expected one of ENOMEM, not 'EIO'"),
        ("switch A x#1 B\nfault A counter.note#1 ENOMEM",
         "column 1: expected one of switch, schedule, inject, expect, status, not 'fault'"),
        ("switch A x#1 B\n  read",
         "column 3: expected a line 'task NAME' before operations, not 'read'"),
        ("schedule chance seed=1",
         f"column 10: expected one of {', '.join(STRATEGY_NAMES)}, not 'chance'"),
        ("schedule pos after=1", "column 21: expected seed=N"),
        ("schedule pos seed=-1", "column 19: expected a number, not '-1'"),
        ("schedule pos seed=1 seed=1",
         "column 21: expected one of seed, after, steps, among, counts, take, avoid, once, "
         "not 'seed'"),
        ("schedule surw seed=1 among=a,,b",
         "column 28: expected a list without empty places, not 'a,,b'"),
        ("schedule surw seed=1 counts=A:many",
         "column 29: expected tasks such as A:3, not 'A:many'"),
        ("schedule rff seed=1 take=set", "column 26: expected pairs such as set>get, not 'set'"),
        ("inject capability=memory seed=1", "column 8: expected seed=N, not 'capability=memory'"),
        ("inject seed=1 probability=1", "column 28: expected capability=NAME"),
        ("inject seed=1 capability=memory times=x",
         "column 33: expected times=-1..2147483647, not 'x'"),
        ("inject seed=1 capability=a capability=b",
         "column 28: expected capability only once, not 'capability'"),
        ("expect 1", "column 9: expected 'expect KERNEL [NAME=VALUE ...] clean | KIND [PLACE]'"),
        ("expect 9 clean", "column 8: expected one of 1, 2, not '9'"),
        ("expect 1 clean add", "column 16: expected the end of the line "
         "'expect KERNEL [NAME=VALUE ...] clean | KIND [PLACE]', not 'add'"),
        ("expect 2 cpus=4 clean", "column 1: expected another configuration: "
         "kernel 2 has never been run on 4 CPUs"),
        ("status open",
         "column 1: expected an expect line that names a finding before a status, not 'status'"),
        ("expect 1 clean\nstatus open",
         "column 1: expected an expect line that names a finding before a status, not 'status'"),
        ("expect 1 x\nstatus", "column 7: expected 'status open | fixed'"),
        ("expect 1 x\nstatus shut", "column 8: expected one of open, fixed, not 'shut'"),
        ("expect 1 x\nstatus open\nstatus open", "column 1: expected nothing here, not 'status'"),
        ("expect 1 x\nstatus open\nexpect 2 x",
         "column 1: expected nothing here, not 'expect'"),
    ],
)  # fmt: skip
def test_an_error_in_what_follows_the_tasks_says_where(line: str, message: str) -> None:
    number = 3 + line.count("\n")
    assert message_for(HEAD + line) == f"line {number}, {message}"


@pytest.mark.parametrize(
    ("rubbish", "message"),
    [
        (b"target \xff", "line 1, column 8: expected UTF-8 text"),
        (b"target counter\n\xc3\xa9\xff", "line 2, column 2: expected UTF-8 text"),
        (b"\x7fELF\x02\x01", r"line 1, column 1: expected printable text, not '\x7f'"),
        ("target\0counter", r"line 1, column 7: expected printable text, not '\x00'"),
        ("target\rcounter", r"line 1, column 7: expected printable text, not '\r'"),
        ("target\xa0counter", r"line 1, column 7: expected printable text, not '\xa0'"),
        ("\ud800", r"line 1, column 1: expected printable text, not '\ud800'"),
        ("\ufefftarget counter", r"line 1, column 1: expected printable text, not '\ufeff'"),
        (b"x" * 10_000_000,
         "line 1, column 1: expected a case of at most 1,000,000 bytes, not 10,000,000"),
        ("y" * 999_999,
         f"line 1, column 1: expected a line 'target NAME', not '{'y' * 40}...'"),
    ],
    ids=range(10),
)  # fmt: skip
def test_rubbish_is_refused_at_its_place(rubbish: str | bytes, message: str) -> None:
    assert message_for(rubbish) == message


words = st.sampled_from(
    [*TEXT.replace("=", " = ").replace("#", " # ").split(), "=", "\n", "\n  ", " ", "0", "-1"]
)
scrambled = st.lists(words, max_size=30).map("".join) | st.permutations(TEXT.split()).map(" ".join)


@given(st.binary() | scrambled | st.text().map(lambda text: HEAD + text))
def test_whatever_is_read_is_a_case_or_a_case_error(text: str | bytes) -> None:
    try:
        case = parse_case(text, TARGETS)
    except CaseError:
        return
    assert parse_case(case_text(case), TARGETS) == case


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 40), words)
def test_a_damaged_case_is_a_case_or_a_case_error(start: int, length: int, patch: str) -> None:
    text = TEXT[:start] + patch + TEXT[start + length :]
    try:
        case = parse_case(text, TARGETS)
    except CaseError:
        return
    assert parse_case(case_text(case), TARGETS) == case
