"""Every way in which a guest can fail is one clear line, and nothing of it runs on."""

import re
from pathlib import Path

import pytest

from targets.device.guests.errors import GuestLost
from targets.device.guests.guest import CONSOLE_LINES, Guest, Refused
from tests.targets.device.guests.fake import HELLO, Fake
from tests.targets.device.left_behind import guest_processes, left_since, things

STUBBORN = f"""
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"
subprocess.Popen([sys.executable, "-IS", "-c", child], start_new_session=True)
{HELLO}
time.sleep(1000)
"""


def lost_at_boot(fake: Fake) -> GuestLost:
    before = things()
    with pytest.raises(GuestLost) as caught, Guest(fake):
        pass
    assert left_since(before) == []
    return caught.value


def test_a_guest_that_never_speaks_is_ended_after_its_time() -> None:
    error = lost_at_boot(Fake("print('waiting', flush=True)\ntime.sleep(1000)", 1.0))
    assert str(error) == "fake: did not boot within 1 seconds"
    assert error.console == ("waiting",)


def test_a_guest_that_ends_is_told_with_its_last_words() -> None:
    error = lost_at_boot(Fake("for n in range(40): print('line', n)"))
    assert str(error) == "fake: is gone"
    assert error.console == tuple(f"line {n}" for n in range(40))[-CONSOLE_LINES:]
    assert error.full.splitlines()[:2] == ["fake: is gone", "  | line 25"]


def test_a_panic_explains_why_a_guest_is_gone() -> None:
    error = lost_at_boot(Fake("print('[ 1.0] Kernel panic - not syncing: no init')"))
    assert str(error) == "fake: [ 1.0] Kernel panic - not syncing: no init"


def test_a_panic_explains_why_a_guest_is_silent() -> None:
    script = f"{HELLO}\nprint('Kernel panic: Oops', flush=True)\ntime.sleep(1000)"
    with (
        Guest(Fake(script)) as guest,
        pytest.raises(GuestLost, match=r"^fake: Kernel panic: Oops$"),
    ):
        guest.request({"do": "run"}, seconds=0.5)


def test_a_guest_that_stops_answering_is_ended_after_the_time_of_the_request() -> None:
    before = things()
    with Guest(Fake(f"{HELLO}\ntime.sleep(1000)")) as guest:
        with pytest.raises(GuestLost, match=r"^fake: did not answer within 0.3 seconds$"):
            guest.request({"do": "run"}, seconds=0.3)
        assert left_since(before) == []


def test_a_guest_that_takes_no_request_is_ended_too() -> None:
    late = pytest.raises(GuestLost, match=r"^fake: did not answer within 0.3 seconds$")
    with Guest(Fake(f"{HELLO}\ntime.sleep(1000)")) as guest, late:
        guest.request({"do": "x" * 10_000_000}, seconds=0.3)


def test_a_guest_that_goes_between_requests_is_gone() -> None:
    with Guest(Fake(HELLO)) as guest:
        for process in guest_processes():  # It may have gone already.
            process.wait(10)
        with pytest.raises(GuestLost, match=r"^fake: is gone$"):
            guest.request({"do": "run"})


def test_processes_that_ignore_being_asked_are_killed_wherever_they_moved() -> None:
    before = things()
    with Guest(Fake(STUBBORN)):
        [process] = guest_processes()
        assert len(process.children()) == 1
    assert left_since(before) == []


def test_what_a_console_says_before_the_agent_is_passed_over() -> None:
    script = f"channel.sendall(b'SeaBIOS\\r\\nBooting...\\n')\n{HELLO}"
    with Guest(Fake(script)) as guest:
        assert guest.hello == {"release": "fake"}


def test_a_long_request_is_a_letter_where_lines_lose_bytes() -> None:
    script = f"""
{HELLO}
folder = os.path.join(os.path.dirname(sys.argv[0]), "mail")
for line in lines:
    say({{"answer": [line.decode().strip()[:9], sorted(os.listdir(folder))]}})
"""
    with Guest(Fake(script, takes_files=True)) as guest:
        long = {"do": "x" * 5000}
        assert [guest.request(each) for each in (long, {"do": "short"}, long)] == [
            ["@1", ["1"]],
            ['{"do":"sh', ["1"]],
            ["@2", ["2"]],
        ]


def test_a_request_that_the_agent_cannot_make_sense_of_is_refused() -> None:
    script = f"{HELLO}\nlines.readline()\nsay({{'error': 'Misuse: no'}})\ntime.sleep(1000)"
    with Guest(Fake(script)) as guest, pytest.raises(Refused, match="Misuse: no"):
        guest.request({"do": "nonsense"})


def test_an_agent_that_could_not_tidy_up_is_an_error() -> None:
    script = f"{HELLO}\nlines.readline()\nprint('zram 3 is busy')\nsys.exit(1)"
    with pytest.raises(GuestLost) as caught, Guest(Fake(script, tidy_seconds=10.0)):
        pass
    assert str(caught.value) == "fake: the agent ended with status 1"
    assert caught.value.console == ("zram 3 is busy",)


def test_the_folder_of_a_guest_is_gone_with_it(tmp_path: Path) -> None:
    with Guest(Fake(HELLO)) as guest:
        folder = guest._console.parent
        assert re.match(r"swapstorm-guest-\w+$", folder.name)
    assert not folder.exists()
