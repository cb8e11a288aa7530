"""Reports as a browser shows them: quiet, complete without scripts, readable, reachable by key.

Screenshots are kept in `artefacts/`, for a person to look at.
"""

from collections.abc import Generator
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from fuzz.people.catalogue import Catalogue
from fuzz.people.reports.explain import explain
from fuzz.people.reports.html.page import report_html
from fuzz.people.source import read_case
from fuzz.program.case import bare
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from tests.fuzz.people.toys import TARGETS as TOYS
from tests.fuzz.people.toys import case_of

pytest.importorskip("playwright", reason="`scripts/setup` installs the extra `browser`")
pytest.importorskip("axe_playwright_python", reason="`scripts/setup` installs the extra `browser`")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).parents[2]
ARTEFACTS: Final = ROOT / "artefacts"
CHROMIUM: Final = which("chromium")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: run `scripts/setup-browser`"),
]

OVERRUN: Final = ROOT / "crashes/zsmalloc-out-of-bounds-zram_bvec_write/minimal.case"
HUNG: Final = (
    "target depot\nkernel 1\ntask A\n  move way=out\ntask B\n  move way=back\n"
    "switch A van.lock#1 B\n"
)

CONTRASTS: Final = """
() => {
  const light = c => {
    const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = text => {
    const box = text.getBoundingClientRect();
    const [x, y] = [box.left + Math.min(box.width, 40) / 2, box.top + box.height / 2];
    let paper = getComputedStyle(document.body).backgroundColor;
    for (const rect of text.ownerSVGElement.querySelectorAll("rect")) {
      const r = rect.getBoundingClientRect(), fill = getComputedStyle(rect).fill;
      if (fill !== "none" && r.left <= x && x <= r.right && r.top <= y && y <= r.bottom
          && rect.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) paper = fill;
    }
    return paper;
  };
  return [...document.querySelectorAll("svg text")].filter(t => t.textContent).map(t => {
    const [a, b] = [getComputedStyle(t).fill, under(t)].map(light).sort((x, y) => y - x);
    return [Math.round(100 * (a + 0.05) / (b + 0.05)) / 100, t.textContent];
  });
}
"""
"""The contrast of every text in a drawing with what is painted under it."""


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write two reports: of an overrun in the model, and of tasks that wait for each other."""
    folder = tmp_path_factory.mktemp("reports")
    installed = Catalogue()
    overrun = bare(read_case(OVERRUN, installed))
    targets = {"overrun": installed["swap"], "hung": TOYS["depot"]}
    kinds = {"overrun": "zsmalloc-out-of-bounds", "hung": "hung-task"}
    for name, case in (("overrun", overrun), ("hung", case_of(HUNG))):
        target = targets[name]
        outcome = execute(target, case)
        finding = next(found for found in outcome.findings if found.kind == kinds[name])
        report = explain(target, case, outcome, demonstrate(target, case, finding))
        (folder / f"{name}.html").write_text(report_html(report))
    return {name: folder / f"{name}.html" for name in targets}


def opened(browser: Browser, file: Path, *, scripts: bool = False, scheme: str = "light") -> Page:
    """Open a report, and fail on whatever the console says or the network is asked for."""
    context = browser.new_context(
        java_script_enabled=scripts,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": 1280, "height": 900},
        bypass_csp=scripts,
    )
    page = context.new_page()
    noises: list[str] = []
    page.on("console", lambda message: noises.append(message.text))
    page.on("pageerror", lambda error: noises.append(str(error)))
    page.on("request", lambda request: noises.append(request.url))
    page.goto(file.as_uri())
    assert noises == [file.as_uri()]
    return page


@pytest.mark.parametrize("name", ["overrun", "hung"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_is_quiet_and_its_timeline_is_seen_without_scripts(
    browser: Browser, reports: dict[str, Path], name: str, scheme: str
) -> None:
    page = opened(browser, reports[name], scheme=scheme)
    drawing = page.locator("#drawn-timeline")
    assert drawing.is_visible()
    box = drawing.bounding_box()
    assert box is not None
    assert (box["width"] > 400, box["height"] > 150) == (True, True)
    ARTEFACTS.mkdir(exist_ok=True)
    shot = ARTEFACTS / f"report-{name}-{scheme}.png"
    page.screenshot(path=shot, full_page=True)
    print(f"screenshot: {shot}")  # noqa: T201 - a person is told where to look
    assert shot.stat().st_size > 10_000
    page.context.close()


@pytest.mark.parametrize("name", ["overrun", "hung"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_roles_names_and_contrast_are_as_they_must_be(
    browser: Browser, reports: dict[str, Path], name: str, scheme: str
) -> None:
    page = opened(browser, reports[name], scripts=True, scheme=scheme)
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()
    faint = [(ratio, text) for ratio, text in page.evaluate(CONTRASTS) if ratio < 4.5]
    assert faint == []
    page.context.close()


def test_every_marked_step_is_reached_by_the_keyboard_and_leads_into_the_table(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["overrun"], scripts=True)
    wanted = page.locator("#drawn-timeline a").count()
    reached: list[str] = []
    for _ in range(wanted + 12):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
        if label.startswith("Step "):
            reached.append(label)
    assert len(reached) == wanted > 3
    page.locator("#drawn-timeline a").last.focus()
    page.keyboard.press("Enter")
    assert page.locator("tr:target").is_visible()
    page.context.close()


def test_a_narrow_page_scrolls_its_drawings_and_not_itself(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["overrun"], scripts=True)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.close()


def test_a_report_prints(browser: Browser, reports: dict[str, Path]) -> None:
    page = opened(browser, reports["overrun"])
    ARTEFACTS.mkdir(exist_ok=True)
    printed = page.pdf(path=ARTEFACTS / "report-overrun.pdf", format="A4")
    assert printed.startswith(b"%PDF")
    page.context.close()
