from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.shrink.meetings import meetings
from tests.toys import counter, depot

RACE = "target counter\nkernel 1\ntask A\n  add amount=1\n  read\ntask B\n  add amount=1\n"
DOOR = "target depot\nkernel 1\ntask A\n  open\n  take\ntask B\n  take\n"


def met(text: str) -> list[str]:
    targets = {"counter": counter.TARGET, "depot": depot.TARGET}
    case = parse_case(text, targets)
    return [str(at) for at in meetings(execute(targets[case.target], case).trace)]


def test_tasks_meet_where_one_touches_what_another_writes() -> None:
    assert met(RACE) == [
        *("A begin#1", "A operation#1", "A counter.read#1", "A counter.write#1"),
        *("A operation#2", "A counter.read#2", "A end#1"),
        *("B begin#1", "B operation#1", "B counter.read#1", "B counter.write#1", "B end#1"),
    ]


def test_who_only_reads_what_others_read_meets_nobody() -> None:
    assert met(DOOR.replace("open", "take")) == [
        *("A begin#1", "A operation#1", "A operation#2", "A end#1"),
        *("B begin#1", "B operation#1", "B end#1"),
    ]


def test_what_one_task_alone_touches_is_no_meeting() -> None:
    alone = met(DOOR.replace("task B\n  take\n", "task B\n  reserve\n"))
    assert [line for line in alone if "depot" in line] == []


def test_a_read_is_minded_by_who_writes_only() -> None:
    assert [line for line in met(DOOR) if "depot" in line] == [
        "A depot.door#1",
        "B depot.inside#1",
    ]
