"""The web page answers this machine alone, changes nothing, and shows only what it means to."""

import json
import os
from collections.abc import Generator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest

from fuzz.people.campaign.web.server import WebPage
from fuzz.people.errors import UserError
from tests.fuzz.people.campaign.stored import HOSTILE, WORKER, StoredCampaign


@pytest.fixture
def stored(tmp_path: Path) -> StoredCampaign:
    return StoredCampaign(tmp_path)


@pytest.fixture
def page(stored: StoredCampaign) -> Generator[WebPage]:
    page = WebPage(stored.folder, 0)
    yield page
    page.close()


def port_of(page: WebPage) -> int:
    return int(page.url.rstrip("/").rpartition(":")[2])


def asked(
    page: WebPage, address: str, *, method: str = "GET", host: str | None = None
) -> tuple[HTTPResponse, bytes]:
    port = port_of(page)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", f"127.0.0.1:{port}" if host is None else host)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def status_of(page: WebPage, address: str, **how: str) -> int:
    return asked(page, address, **how)[0].status  # pyright: ignore[reportArgumentType]


def test_the_page_is_on_this_machine_only(page: WebPage) -> None:
    assert page.url.startswith("http://127.0.0.1:")
    answer, body = asked(page, "/")
    assert (answer.status, b"Swapstorm campaign" in body) == (200, True)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "", "127.0.0.1", "127.0.0.1:1"]
)
def test_a_name_that_was_pointed_here_is_refused(page: WebPage, host: str) -> None:
    assert status_of(page, "/status.json", host=host) == 403


def test_localhost_is_this_machine(page: WebPage) -> None:
    assert status_of(page, "/", host=f"localhost:{port_of(page)}") == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_is_read_only(page: WebPage, method: str) -> None:
    answer, _ = asked(page, "/", method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_head_has_the_same_headers_and_no_body(page: WebPage) -> None:
    whole, body = asked(page, "/style.css")
    head, nothing = asked(page, "/style.css", method="HEAD")
    assert nothing == b""
    assert int(head.headers["Content-Length"]) == len(body)
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.mark.parametrize("address", ["/", "/status.json", "/metrics", "/nothing"])
def test_everything_says_what_a_browser_may_do_with_it(page: WebPage, address: str) -> None:
    answer, _ = asked(page, address)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Server"] == "swapstorm"


@pytest.mark.parametrize(
    "address",
    [
        "/static/page.html",
        "/../state.sqlite",
        "/report/../../state.sqlite",
        "/report/" + quote("../../state.sqlite", safe=""),
        "/report/" + quote("../crashes/here", safe=""),
        "/report/" + quote("/etc/passwd", safe=""),
        "/report/%00",
        "/report/",
        "/report/unfiled-place",
        "/case/unfiled-place",
        "/live.js/..",
        "//etc/passwd",
    ],
)
def test_addresses_lead_nowhere_but_to_findings(
    page: WebPage, stored: StoredCampaign, address: str
) -> None:
    stored.find("unfiled", "place", "crash", "it is not filed yet")
    assert status_of(page, address) == 404


def test_a_report_is_shown_and_never_run(page: WebPage, stored: StoredCampaign) -> None:
    signature = stored.find("kind", "place", "crash", "title")
    stored.file(signature, "kind-place", HOSTILE)
    answer, body = asked(page, "/report/kind-place")
    assert body.decode() == HOSTILE
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert "script" not in policy
    assert "allow" not in policy


def test_a_case_is_text(page: WebPage, stored: StoredCampaign) -> None:
    stored.file(stored.find("kind", "place", "crash", "title"), "kind-place", "")
    answer, body = asked(page, "/case/kind-place")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body == b"target depot\n# <b>&\n"


@pytest.mark.parametrize("name", ["..", "../elsewhere", "a/b", ".hidden", HOSTILE])
def test_a_folder_with_a_hostile_name_is_not_opened(
    page: WebPage, stored: StoredCampaign, name: str
) -> None:
    signature = stored.find("kind", "place", "crash", "title")
    stored.file(signature, "kind-place", "")
    (stored.folder / "elsewhere").mkdir()
    (stored.folder / "elsewhere/report.html").write_text("secret")
    with stored.hub.database.writing("spoil it") as state:
        state.do("UPDATE findings SET folder = ?", name)
    assert status_of(page, "/report/kind-place") == 404


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "enormous", "linked folder", "gone"])
def test_what_is_no_report_is_not_shown(
    page: WebPage, stored: StoredCampaign, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = stored.file(stored.find("kind", "place", "crash", "title"), "kind-place", "")
    file = place / "report.html"
    secret = stored.folder / "secret"
    secret.write_text("secret")
    file.unlink()
    if what == "link":
        file.symlink_to(secret)
    elif what == "pipe":
        os.mkfifo(file)
    elif what == "folder":
        file.mkdir()
    elif what == "enormous":
        monkeypatch.setattr("fuzz.people.campaign.web.answers.FILE_BYTES_MAX", 10)
        file.write_text("x" * 11)
    elif what == "linked folder":
        file.write_text("report")
        place.rename(stored.folder / "moved")
        place.symlink_to(stored.folder / "moved")
    assert status_of(page, "/report/kind-place") == 404


def test_the_state_is_told_as_json_with_curves(page: WebPage, stored: StoredCampaign) -> None:
    for second in range(1, 20):
        stored.search(100, second)
        stored.chronicle.sample(float(second), {})
    stored.find("kind", "place", "leak", HOSTILE)
    _, body = asked(page, "/status.json")
    state = json.loads(body)
    assert (state["executions"], state["features"], state["cases"]) == (1900, 19, 19)
    assert [(one["harm"], one["title"]) for one in state["findings"]] == [("leak", HOSTILE)]
    assert state["coverage"]["path"].startswith("M")
    assert (state["coverage"]["last"], state["coverage"]["seconds"]) == (19, 19)
    assert state["speed"]["last"] == pytest.approx(100)


def test_metrics_are_in_the_format_of_prometheus(page: WebPage, stored: StoredCampaign) -> None:
    stored.search(1_234_567_890_123, 1, 2)
    stored.search(7, 3, lane='x"\n\\@1')
    stored.find("kind", "place", "leak", "title")
    stored.chronicle.sample(2.5, {"workers": [WORKER]})
    answer, body = asked(page, "/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = body.decode().splitlines()
    assert "# TYPE swapstorm_executions_total counter" in lines
    assert 'swapstorm_executions_total{lane="depot@1"} 1234567890123' in lines
    assert r'swapstorm_executions_total{lane="x\"\n\\@1"} 7' in lines
    assert 'swapstorm_findings{harm="leak"} 1' in lines
    assert "swapstorm_run_seconds_total 2.5" in lines
    assert "swapstorm_up 0" in lines
    names = [line.partition(" ")[0].partition("{")[0] for line in lines if line[0] != "#"]
    declared = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert set(names) <= set(declared)


def test_a_port_that_is_taken_is_one_clear_line(page: WebPage, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"--port {port_of(page)}: .*in use; 0 takes any"):
        WebPage(tmp_path, port_of(page))


def test_a_state_that_cannot_be_read_is_said_to_be_so(
    page: WebPage, stored: StoredCampaign
) -> None:
    stored.hub.close()
    (stored.folder / "state.sqlite").write_bytes(b"rubbish" * 1000)
    answer, body = asked(page, "/status.json")
    assert answer.status == 503
    assert b"is damaged" in body
