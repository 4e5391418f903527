"""The page in a real Chromium: desktop, phone, paper, and long names, sources and addresses."""

import json
import re

import pytest
from helpers_app import CHROMIUM, browsing
from helpers_report import write_pages

from referee_calib.report import render_html

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]
HEIGHTS = {1280: 9_000, 390: 16_000}  # of the page as it opens
SCREENS = {1280: 1_600, 390: 2_300}  # of page one


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_pages(folder)
    return folder


@pytest.fixture(scope="module")
def address(folder):
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def resize(page, address, width, height=844):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)


def open_all(page):
    page.locator("#open-all").click()
    assert page.locator("details.part:not([open])").count() == 0


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_page_fits_the_screen_and_asks_nobody_for_anything(page, address, width):
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    resize(page, address, width)
    height = page.evaluate("document.documentElement.scrollHeight")
    open_all(page)
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert said == []  # the policy stopped nothing, because nothing was tried
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    # whatever is wider than the screen scrolls by itself
    assert page.evaluate(
        "[...document.querySelectorAll('.sections table')].every(t => t.parentElement.scrollWidth <= innerWidth"
        " || getComputedStyle(t.parentElement).overflowX === 'auto')"
    )
    if width in HEIGHTS:
        assert height < HEIGHTS[width]
        assert page.evaluate("document.querySelector('.overview').offsetHeight") < SCREENS[width]


@pytest.mark.parametrize("width", [1280, 390])
def test_page_one_holds_verdict_dimensions_every_check_the_curve_and_what_to_do(page, address, width):
    resize(page, address, width)
    assert page.locator("h1").inner_text().split()[:2] == ["✗", "Fail"]
    assert page.locator("table.dimensions tbody tr").count() == 3
    cells = page.locator("table.matrix td")
    assert cells.count() == 21  # 7 thresholds on 3 dimensions
    words = {text.split("\n")[-1].strip() for text in cells.all_inner_texts()}
    assert {re.sub(r"^[✓✗?]\s*", "", word) for word in words} == {"pass", "fail", "cannot tell"}
    assert page.locator(".overview svg.plot").count() == 1
    assert page.locator(".next li").count() >= 2
    # no cell runs out of its table on a phone
    assert page.evaluate(
        "[...document.querySelectorAll('.overview td')].every(c => c.scrollWidth <= c.clientWidth + 1)"
    )


def test_letters_in_figures_stay_readable_on_a_phone(page, address):
    resize(page, address, 390)
    open_all(page)
    sizes = page.evaluate(
        """[...document.querySelectorAll('svg.plot')].flatMap(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
        })"""
    )
    assert min(sizes) > 8.5  # CSS pixels


def test_model_text_runs_nothing(page, address):
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    assert alarms == []
    assert page.evaluate("document.scripts.length") == 1  # our own


def test_keyboard_reaches_the_results_first_and_opens_a_section(page, address):
    resize(page, address, 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the results"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main", timeout=10_000)
    page.locator("#subgroups summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#subgroups table").is_visible()
    page.keyboard.press("Enter")
    assert not page.locator("#subgroups table").is_visible()


def test_a_link_opens_the_section_it_leads_to(page, address):
    page.goto(f"{address}#calibration")
    assert page.locator("#calibration table").first.is_visible()
    page.locator("table.matrix a").first.click()
    page.locator("#verdict table").first.wait_for(state="visible")
    assert not page.locator("#agreement table").first.is_visible()


def test_paper_shows_page_one_on_one_page_and_more_where_it_is_open(page, address):
    resize(page, address, 1280)
    assert pages(page) == 1
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('#open-all')).display") == "none"
    page.emulate_media(media="screen")
    open_all(page)
    assert pages(page) > 3


def pages(page):
    paper = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", paper))


OSLO = [f"annotator-university-of-oslo-{name}" for name in ("anna", "bert", "carl", "dora")]
URL = f"https://example.org/{'a' * 90}"


def with_long_names(report):
    """The same report with long names of raters, study and files, and an address as a reason."""
    report["study"] = 120 * "W"
    for item in report["dimensions"]:
        for rows in (item["leave_one_out"], item["leniency"]["raters"]):
            for row, name in zip(rows, OSLO, strict=True):
                row["rater"] = name
    for claim in report["disagreements"]:
        for vote in claim["people"]:
            vote["rater"] = f"{OSLO[0]}-{'x' * 60}"
    report["excluded_rows"][0]["reason"] = URL
    report["parse_failures"][0]["file"] = f"{'b' * 80}.jsonl"
    return report


@pytest.fixture(scope="module")
def long_page(folder, browser):
    """Open the made-up report with long names, which has slices too."""
    found = with_long_names(json.loads((folder / "report.json").read_text(encoding="utf-8")))
    (folder / "long.html").write_text(render_html(found, full=True), encoding="utf-8")
    opened = browser.new_page()
    opened.goto((folder / "long.html").as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_long_names_do_not_make_the_page_scroll_sideways(long_page, width):
    long_page.set_viewport_size({"width": width, "height": 844})
    assert long_page.evaluate("document.documentElement.scrollWidth") <= width
    assert long_page.evaluate(
        "[...document.querySelectorAll('.kicker strong, .votes')]"
        ".every(one => one.getBoundingClientRect().right <= one.parentElement.getBoundingClientRect().right + 1)"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_an_address_as_a_reason_leaves_room_for_the_other_columns(long_page, width):
    long_page.set_viewport_size({"width": width, "height": 844})
    table = long_page.locator("table.exclusions")
    assert table.locator("td:nth-child(4)").first.bounding_box()["width"] >= 90
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")


def test_on_paper_a_head_stays_with_its_table(long_page):
    long_page.emulate_media(media="print")
    for selector in ("thead", "caption", "tr:has(> th.group)"):
        found = f"[...document.querySelectorAll('#subgroups {selector}')].map(one => getComputedStyle(one).breakAfter)"
        assert set(long_page.evaluate(found)) == {"avoid"}
    long_page.emulate_media(media="screen")
