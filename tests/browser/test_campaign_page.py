"""The web page of a campaign as a browser shows it: it fills live, and what it shows stays text.

Screenshots are kept in `artefacts/`, for a person to look at.
"""

from collections.abc import Generator
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from fuzz.keep.lock import FolderLock
from fuzz.people.campaign.view import URL, WORKERS
from fuzz.people.campaign.web.server import WebPage
from tests.fuzz.people.campaign.stored import HOSTILE, WORKER, StoredCampaign

pytest.importorskip("playwright", reason="`scripts/setup` installs the extra `browser`")
pytest.importorskip("axe_playwright_python", reason="`scripts/setup` installs the extra `browser`")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT: Final = Path(__file__).parents[2]
ARTEFACTS: Final = ROOT / "artefacts"
CHROMIUM: Final = which("chromium")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: run `scripts/setup-browser`"),
]

TITLE: Final = f"BUG: {HOSTILE} in <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def stored(tmp_path: Path) -> Generator[StoredCampaign]:
    """A campaign in a folder with a name that is none of its own fault."""
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    stored = StoredCampaign(folder)
    lock = FolderLock(folder)
    yield stored
    stored.hub.close()
    lock.release()


@pytest.fixture
def served(stored: StoredCampaign) -> Generator[str]:
    page = WebPage(stored.folder, 0)
    yield page.url
    page.close()


class Visit:
    """A page, and whatever the console has said."""

    def __init__(self, browser: Browser, url: str, scheme: str = "light") -> None:
        self.context = browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": 1280, "height": 900},
        )
        self.noises: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.noises.append(message.text))
        self.page.on("pageerror", lambda error: self.noises.append(str(error)))
        self.page.on("dialog", lambda dialog: self.noises.append(dialog.message))
        self.page.goto(url)

    def shoot(self, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"campaign-{name}.png", full_page=True)


def filled(stored: StoredCampaign, report: str = "<h1>Report</h1>") -> None:
    """Let a campaign come along, with a finding that is filed."""
    for second in range(1, 40):
        stored.search(100 + second, *range(second, 2 * second), lane=f"zram@{4 + second % 3}.0")
        stored.chronicle.sample(float(second), {WORKERS: [WORKER], URL: "http://127.0.0.1/"})
    signature = stored.find("torn-image", HOSTILE, "crash", TITLE)
    stored.file(signature, "torn-image", f"<!doctype html><title>Report</title>{report}")
    stored.find("leak", "zs_malloc", "leak", "an object is never freed")
    stored.find("stale", "slot_size", "wrong-report", "a count is wrong")
    stored.chronicle.say(f"worker-1 was killed {HOSTILE}", 0.0)


def test_the_page_starts_empty_and_fills_live_and_a_report_opens(
    browser: Browser, stored: StoredCampaign, served: str
) -> None:
    visit = Visit(browser, served)
    page = visit.page
    expect(page.locator("#status")).to_have_text("running")
    expect(page.locator("#no-findings")).to_be_visible()
    expect(page.locator("#findings tr")).to_have_count(0)
    expect(page.locator("#executions")).to_have_text("0")
    visit.shoot("empty")
    filled(stored)
    expect(page.locator("#findings tr")).to_have_count(3)
    expect(page.locator("#no-findings")).to_be_hidden()
    expect(page.locator("#harms li")).to_have_text(["crash 1", "leak 1", "wrong-report 1"])
    expect(page.locator("#kernels tr")).to_have_count(4)
    expect(page.locator("#workers tr")).to_have_count(1)
    assert page.locator("#coverage-path").get_attribute("d", timeout=5000)
    assert page.locator("#speed-path").get_attribute("d")
    visit.shoot("filled")
    before = page.locator("#executions").text_content()
    stored.search(5000)
    expect(page.locator("#executions")).not_to_have_text(before or "")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", name="Report")).to_be_visible()
    page.go_back()
    expect(page.locator("#findings tr")).to_have_count(3)
    assert visit.noises == []
    visit.context.close()


def test_hostile_names_stay_text(browser: Browser, stored: StoredCampaign, served: str) -> None:
    filled(stored)
    visit = Visit(browser, served)
    page = visit.page
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    expect(page.locator("#folder")).to_have_text(str(stored.folder))
    assert page.locator("main img, main script, h1 img").count() == 0
    expect(page.locator("#events li").first).to_contain_text(HOSTILE)
    assert visit.noises == []
    visit.context.close()


def test_the_script_of_a_report_is_not_run(
    browser: Browser, stored: StoredCampaign, served: str
) -> None:
    filled(stored, f"{HOSTILE}<p>the end</p>")
    visit = Visit(browser, served)
    visit.page.get_by_role("link", name=TITLE).click()
    expect(visit.page.get_by_text("the end")).to_be_visible()
    assert all("Blocked script execution" in noise for noise in visit.noises), visit.noises
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_roles_names_and_contrast_are_as_they_must_be(
    browser: Browser, stored: StoredCampaign, served: str, scheme: str
) -> None:
    filled(stored)
    visit = Visit(browser, served, scheme)
    expect(visit.page.locator("#findings tr")).to_have_count(3)
    visit.context.close()
    # The checker is a script of somebody else, which the page's own policy forbids.
    context = browser.new_context(
        bypass_csp=True, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(served)
    expect(page.locator("#findings tr")).to_have_count(3)
    page.screenshot(path=ARTEFACTS / f"campaign-{scheme}.png", full_page=True)
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()
    context.close()


def test_a_narrow_page_scrolls_its_tables_and_not_itself(
    browser: Browser, stored: StoredCampaign, served: str
) -> None:
    filled(stored)
    visit = Visit(browser, served)
    visit.page.set_viewport_size({"width": 390, "height": 800})
    expect(visit.page.locator("#findings tr")).to_have_count(3)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.context.close()
