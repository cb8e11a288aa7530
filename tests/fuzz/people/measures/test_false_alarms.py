"""What somebody asks false-alarms for that cannot be is one line, before anything runs."""

import pytest

from fuzz.people.measures.false_alarms import Asked, look_through, main
from fuzz.people.measures.standalone import ended
from fuzz.people.output import Status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--cases -1", "--cases: expected a number that is not negative, not -1"),
        ("--config without=nonsense", "--config without: expected - or a comma-separated list of"),
        ("--config colour=red --target zram", "--config: expected one of cpus, "),
        ("--config algorithm=842 --kernel 4.6", "kernel 4.6: 4.6 has no algorithm 842 here"),
        ("--config algorithm=842 --target zram", "--config: 6.19 has no algorithm 842 here"),
        ("--kernel 3.0", "--kernel: expected one of 4.6, "),
    ],
)
def test_what_cannot_be_is_refused(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["false-alarms", "--target", "zram", *words.split()])
    assert ended(main) == Status.MISUSED
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err


def test_kernels_that_cannot_be_so_are_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "--config without=all with=zram-wb-endio-uaf --cases 2 --workers 1"
    monkeypatch.setattr("sys.argv", ["false-alarms", "--target", "zram", *words.split()])
    assert ended(main) == Status.GOOD
    table = capsys.readouterr().out.splitlines()[1:-1]
    assert [(row.split()[0]) for row in table] == ["6.19"]


@pytest.mark.parametrize("workers", [1, 2])
def test_who_waits_learns_how_far_it_is(workers: int) -> None:
    asked = Asked("zsmalloc", ("6.19",), (), "nowhere", 0)
    lines: list[str] = []
    look_through(asked, 60, workers, lines.append)
    assert lines == [f"zsmalloc: {done} of 60 cases, 0 findings" for done in (50, 60)]
