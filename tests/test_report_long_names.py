"""Long names, sources and addresses: the page stays within its screen."""

import copy
import json

import pytest
from helpers_app import CHROMIUM, browsing
from helpers_report import write_pages

from referee_calib.report import render_html

OSLO = [f"annotator-university-of-oslo-{name}" for name in ("anna", "bert", "carl", "dora")]
URL = f"https://example.org/{'a' * 90}"


def with_long_names(report):
    """The same report with long names of raters, study and files, and an address as a reason."""
    report = copy.deepcopy(report)
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


def in_browser(test):
    """Mark a test that needs Chromium."""
    without = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")
    return pytest.mark.browser(pytest.mark.xdist_group("browser")(without(test)))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Open the made-up report with long names, which has slices too."""
    folder = tmp_path_factory.mktemp("long")
    write_pages(folder)
    found = with_long_names(json.loads((folder / "report.json").read_text(encoding="utf-8")))
    (folder / "long.html").write_text(render_html(found, full=True), encoding="utf-8")
    with browsing() as browser:
        opened = browser.new_page()
        opened.goto((folder / "long.html").as_uri())
        yield opened


@in_browser
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_long_names_do_not_make_the_page_scroll_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "[...document.querySelectorAll('.kicker strong, .votes')]"
        ".every(one => one.getBoundingClientRect().right <= one.parentElement.getBoundingClientRect().right + 1)"
    )


@in_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_an_address_as_a_reason_leaves_room_for_the_other_columns(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    table = page.locator("table.exclusions")
    assert table.locator("td:nth-child(4)").first.bounding_box()["width"] >= 90
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")


@in_browser
def test_on_paper_a_head_stays_with_its_table(page):
    page.emulate_media(media="print")
    for selector in ("thead", "caption", "tr:has(> th.group)"):
        found = f"[...document.querySelectorAll('#subgroups {selector}')].map(one => getComputedStyle(one).breakAfter)"
        assert set(page.evaluate(found)) == {"avoid"}
    page.emulate_media(media="screen")
