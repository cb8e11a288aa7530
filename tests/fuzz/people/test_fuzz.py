"""The command `swapstorm fuzz`, as a person or a script meets it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from fuzz.people.commands import fuzz as fuzzing
from fuzz.people.output import Status
from fuzz.search.engines.by_name import ENGINE_NAMES
from tests.fuzz.people.toys import LOST, swapstorm
from tests.toys.waiting import has_ended, wait_until

ROOT: Final = Path(__file__).parents[3]
TIMEOUT: Final = 60
DEPOT: Final = "tests.toys.depot:TARGET"
START: Final = (
    "import signal, sys; from fuzz.people.cli import main; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "  # A shell's `&` ignores it.
    "sys.exit(main(sys.argv[1:]))"
)

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--target", "moon"], "--target: expected one of counter, depot, designed, not 'moon'"),
        (["--target", "no.such:THING"], "target no.such:THING does not load: ModuleNotFoundError"),
        (["--target", "tests.toys.depot:ROOM"], "target tests.toys.depot:ROOM does not load"),
        (["--target", "sys:path"], "target sys:path is no target: it has no name"),
        (["--kernel", "7"], "--kernel: expected one of 1, 2, not '7'"),
        (["--design", "v2"], "--design: the target counter has no designs to choose from"),
        (["--target", "designed", "--kernel", "0", "--design", "lock"], "kernel 0: kernel 0 has"),
        (["--target", "designed", "--design", "v9"], "--design: expected one of none, lock, not"),
        (["--set", "cpus"], "--set cpus: expected a number from 1 to 4, not ''"),
        (["--set", "cpus=9"], "--set cpus: expected a number from 1 to 4, not '9'"),
        (["--set", "colour=red"], "--set: expected one of cpus, not 'colour'"),
        (["--set", "cpus=4", "--kernel", "2"], "kernel 2: kernel 2 has never been run on 4 CPUs"),
        (["--engine", "steam"], "Invalid value for '--engine': 'steam' is not one of 'inprocess'"),
        (["--without-mutation", "x"], "Invalid value for '--without-mutation': 'x' is not one of"),
        (["--signals", "smoke"], "--signals: expected - or a list of edges, "),
        (["--seconds", "-1"], "Invalid value for '--seconds'"),
        (["--seconds", "nan"], "--seconds: expected a number, not nan"),
        (["--runs", "1.5"], "Invalid value for '--runs'"),
        (["--seed", "-1"], "Invalid value for '--seed'"),
        (["--corpus", "file"], "Invalid value for '--corpus': Directory 'file' is a file."),
        (["--corpus", "file/deeper"], "--corpus: "),
        (["--crashes", "/proc/self/crashes"], "--crashes: cannot write to the folder /proc/"),
        (["--fast"], "No such option '--fast'."),
        (["more"], "Got unexpected extra argument (more)"),
    ],
    ids=" ".join,
)
def test_a_bad_option_is_said_in_one_line(capsys: Said, words: list[str], expected: str) -> None:
    Path("file").touch()
    assert swapstorm("fuzz", "--target", "counter", *words) == Status.MISUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"swapstorm: {expected}")
    assert said.err.count("\n") == 1


@pytest.fixture
def _nobody(tmp_path: Path) -> Generator[None]:
    """Be nobody for a while: root may write everywhere."""
    tmp_path.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)
    tmp_path.chmod(0o755)


@pytest.mark.usefixtures("_nobody")
@pytest.mark.parametrize("option", ["--crashes", "--corpus"])
def test_a_folder_that_cannot_be_written_is_an_error(capsys: Said, option: str) -> None:
    words = ("--target", "counter", "--corpus", "/tmp", "--crashes", "/tmp", option, "a/b")
    assert swapstorm("fuzz", *words) == Status.MISUSED
    said = capsys.readouterr().err
    assert said.startswith(f"swapstorm: {option}: cannot write to the folder /")
    assert said.count("\n") == 1


def test_without_atheris_there_is_one_clear_line(
    capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzing, "find_spec", lambda _: None)
    assert swapstorm("fuzz", "--target", "counter", "--engine", "atheris") == Status.MISUSED
    said = capsys.readouterr().err
    assert said.startswith("swapstorm: --engine atheris: Atheris is not installed here: ")
    assert said.count("\n") == 1


def test_only_some_engines_count_edges(capsys: Said) -> None:
    words = ("fuzz", "--target", "counter", "--engine", "uniform", "--signals", "edges")
    assert swapstorm(*words) == Status.MISUSED
    said = capsys.readouterr().err
    assert said == "swapstorm: --signals edges: only atheris, bytes can use them\n"


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_each_engine_searches_end_to_end(engine: str, capsys: Said) -> None:
    words = ("fuzz", "--target", DEPOT, "--engine", engine, "--runs", "300", "--json")
    assert swapstorm(*words) == Status.GOOD
    told = json.loads(capsys.readouterr().out)
    assert 300 <= told["runs"] <= 305
    assert told["findings"]


@contextmanager
def searching(*words: str, **options: Any) -> Generator[subprocess.Popen[str]]:
    """Search in a process of its own, which ends with the test."""
    command = [sys.executable, "-c", START, "fuzz", "--target", DEPOT, *words]
    environment = {**os.environ, "TMPDIR": str(Path.cwd())}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def searched(*words: str) -> tuple[int, str, str]:
    with searching(*words) as process:
        out, err = process.communicate(timeout=TIMEOUT)
        return process.returncode, out, err


def worker_of(process: subprocess.Popen[str]) -> int:
    """Return the number of the worker, once it searches."""
    found: list[int] = []

    def look() -> None:
        for child in psutil.Process(process.pid).children():
            with suppress(psutil.Error):  # It may be gone already: it only tried something out.
                if "fuzz.people.worker" in child.cmdline():
                    found.append(child.pid)

    wait_until(lambda: found, look)
    return found[0]


def left_behind() -> list[str]:
    return [path.name for path in Path.cwd().iterdir() if path.name not in {"crashes", "corpus"}]


def test_a_search_for_a_kind_ends_well_when_it_is_found() -> None:
    status, out, err = searched("--until", "leak", "--crashes", "kept here")
    assert status == Status.GOOD
    assert err.splitlines()[0].startswith("Looking for bugs in depot (a shelf, a van and a door)")
    assert "found leak in reserve (leak)" in err
    assert "\x1b" not in out + err
    assert out.splitlines()[0].endswith(("finding", "findings"))
    assert swapstorm("run", "kept here/leak-reserve/minimal.case") == Status.GOOD


def test_a_search_that_does_not_find_what_it_is_for_fails_and_counts_its_runs() -> None:
    status, out, err = searched("--until", "moon", "--runs", "50", "--json", "--seed", "3")
    assert status == Status.FAILED
    told = json.loads(out)
    assert (out.count("\n"), told["runs"]) == (1, 50)
    assert "until moon is found" in err


def test_a_search_within_limits_ends_well() -> None:
    status, out, _ = searched("--seconds", "0.5", "--json")
    assert status == Status.GOOD
    assert json.loads(out)["seconds"] < TIMEOUT
    assert left_behind() == []


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, Status.INTERRUPTED), (signal.SIGTERM, 143)]
)
def test_a_signal_ends_a_search_with_what_was_found(number: signal.Signals, status: int) -> None:
    with searching("--json") as process:
        worker = worker_of(process)
        assert process.stderr is not None
        wait_until(lambda: any(Path("crashes").glob("*/report.md")))
        process.send_signal(number)
        out, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == status
    assert "Traceback" not in err
    assert has_ended(worker)
    assert left_behind() == []
    told = json.loads(out)["findings"]
    assert told
    assert all(Path(one["folder"], "minimal.case").is_file() for one in told)


def test_a_second_signal_ends_everything_at_once() -> None:
    with searching("--json") as process:
        worker = worker_of(process)
        process.send_signal(signal.SIGSTOP)  # So that both are there when it wakes up.
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode in {Status.INTERRUPTED, 143}
    assert out == ""
    wait_until(lambda: has_ended(worker))
    assert left_behind() == []


def test_a_killed_search_takes_its_worker_along_and_leaves_what_it_had() -> None:
    with searching("--corpus", "corpus") as process:
        worker = worker_of(process)
        wait_until(lambda: any(Path("corpus").glob("*.case")))
        wait_until(lambda: any(Path("crashes").glob("*/report.md")))
        process.kill()
        process.wait(timeout=TIMEOUT)
    wait_until(lambda: has_ended(worker))
    for path in Path("crashes").glob("[!.]*"):
        assert {file.name for file in path.iterdir()} >= {"minimal.case", "first.case", "report.md"}


def test_a_crash_that_cannot_be_stored_is_one_line(tmp_path: Path) -> None:
    """There is a file where each folder should be."""
    crashes = tmp_path / "crashes"
    crashes.mkdir()
    for name in (
        "leak-reserve",
        "hung-task-move",
        "hung-task-put",
        "overflow-put",
        "locked-in-take",
    ):
        (crashes / name).write_text(LOST)
    status, out, err = searched("--json")
    assert status == Status.MISUSED
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("swapstorm: cannot ")
    assert "Traceback" not in err
    assert left_behind() == []


def test_a_bug_of_ours_has_a_status_of_its_own() -> None:
    status, out, err = searched("--target", "tests.toys.troubled:WRONG")
    assert status == Status.BUG
    assert out == ""
    assert "AssertionError: two and two are five" in err
    assert err.splitlines()[-1].startswith("swapstorm: this is a bug of Swapstorm")


def test_a_reader_that_leaves_is_no_error() -> None:
    with searching("--runs", "20") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(timeout=TIMEOUT)
    assert process.returncode == Status.READER_GONE
    assert "Traceback" not in err


def test_only_what_is_not_known_fails(capsys: Said) -> None:
    words = ("fuzz", "--target", DEPOT, "--runs", "300", "--json")
    assert swapstorm(*words, "--crashes", "before") == Status.GOOD
    assert swapstorm(*words, "--crashes", "after", "--known", "before") == Status.GOOD
    Path("nothing").mkdir()
    assert swapstorm(*words, "--crashes", "again", "--known", "nothing") == Status.FAILED
    told = [json.loads(line)["findings"] for line in capsys.readouterr().out.splitlines()]
    first, second, third = map(len, told)
    assert (first == third, second) == (True, 0)
    assert first > 1
