import pytest

from fuzz.search.job import (
    Crossed,
    Failed,
    Found,
    Job,
    Message,
    Novel,
    Progress,
    message_text,
    parse_message,
)


def test_a_job_travels_on_one_line() -> None:
    job = Job(
        target="a.b:C",
        kernel="4.7",
        settings={"design": "v2"},
        seed=7,
        runs=100,
        signals=("edges", "faults"),
        inputs="/a folder\n",
        known=("overrun-here",),
        without=("locks", "memory"),
        tells_novel=True,
    )
    assert "\n" not in job.text()
    assert Job.parse(job.text()) == job


@pytest.mark.parametrize(
    "message",
    [
        Progress(runs=1, features=2, kept=3),
        Found(runs=1, kind="overrun", place="here", case="target a\n"),
        Crossed(signature="lock-order-a+b", detail="A, B", cases=("target a\n", "target b\n")),
        Novel(case="target a\ntask \N{GREEK SMALL LETTER ALPHA}\n"),
        Failed(reason="Traceback:\n  line"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_travels_on_one_line(message: Message) -> None:
    assert "\n" not in message_text(message)
    assert parse_message(message_text(message)) == message
