"""Long names, sources and addresses: they stay apart in figures, and the page stays within its screen."""

import copy
import json

import pytest
from helpers_app import CHROMIUM, browsing
from helpers_report import make_analysis, write_pages
from referee_calib.report.figures.report_figures import all_figures
from referee_calib.report.figures.marks import LONGEST, short_names, shorten

from referee_calib.report import build, render_html
from referee_calib.report.figures import response_marks as robust
from referee_calib.report.figures import svg_figure as fig
from referee_calib.rubric import load

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


@pytest.fixture(scope="module")
def report():
    return with_long_names(build(make_analysis(), load()))


def test_a_long_name_keeps_its_beginning_and_its_end():
    # 10 letters, the mark, 9 letters
    assert shorten(OSLO[0]) == "annotator-…oslo-anna"
    assert shorten("openai:Qwen/Qwen2.5-VL-7B-Instruct 3fa9c2d4").endswith(" 3fa9c2d4")
    assert shorten("x" * LONGEST) == "x" * LONGEST


def test_raters_and_slices_with_long_names_stay_apart_in_figures(report):
    drawn = all_figures(report)
    for key in ("leniency-relevance", "leave-one-out-relevance"):
        for name in ("anna", "bert", "carl", "dora"):
            assert f">annotator-…oslo-{name}<" in drawn[key].svg
    short = short_names([f"from checkpoints/qwen-run-17/rollouts-{i}.jsonl (64)" for i in (1, 2)])
    assert all(name.endswith("(64)") and len(name) <= LONGEST for name in short)


@pytest.mark.parametrize(
    "names",
    [
        [f"runs/policy-{step}/rollouts/part.jsonl (64)" for step in (100, 200, 1000)],  # one place in the middle
        [f"{'a' * 12}{x}{'b' * 20}{y}{'c' * 20}" for x in "12" for y in "12"],  # two places
        [f"{'a' * 30}", f"{'a' * 31}", "short"],  # one is the beginning of the other
        ["a" * 20 + x + "b" * 9 for x in "12"],  # the last letter before the end that is kept
    ],
)
def test_names_that_would_look_alike_are_shown_where_they_differ(names):
    short = short_names(names)
    assert len(set(short)) == len(names)
    assert max(map(len, short)) <= LONGEST


def test_the_heading_of_a_comparison_keeps_both_fingerprints():
    labels = ["openai:Qwen/Qwen2.5-VL-7B-Instruct 3fa9c2d4", "openai:Qwen/Qwen2.5-VL-7B-Instruct 81c0aa57"]
    assert [name[-9:] for name in short_names(labels)] == [" 3fa9c2d4", " 81c0aa57"]


def test_names_of_points_meet_no_marker_no_line_and_no_other_name():
    # as in the demo: three rewards nearly in one place, one beside them, one on the dashed line with its interval
    points = [
        (0.025, "IoU", "g", 0.0), (0.026, "Open-o3 as shipped", "y", 0.0), (0.0262, "Open-o3 as meant", "y", 0.0),
        (0.043, "GIoU", "g", 0.0), (0.103, "Referee", "b", 0.18), (0.129, "Constant: no end", "k", 1.0),
    ]  # fmt: skip
    right, bar = 0.129, (0.103, 0.06, 0.103, 0.3)
    with fig.style():
        figure, (axes,) = fig.panel(2.9)
        axes.set(xlim=(-0.02 * right, 1.5 * right), ylim=(-0.06, 1.08), xlabel="plateau", ylabel="groups of 8 tied")
        robust.name_points(axes, points, right, [(-1, 0.2, 1, 0.2), bar])
        fig.fit(figure)
        renderer = figure.canvas.get_renderer()
    names = [_text_of(text, renderer) for text in axes.texts]
    assert len(names) == len(points)
    for i, one in enumerate(names):
        assert not any(one.overlaps(other) for other in names[i + 1 :]), axes.texts[i].get_text()
        for x, _, _, y in points:
            assert not one.contains(*axes.transData.transform((x, y)))
        low, high = (axes.transData.inverted().transform(corner)[1] for corner in (one.min, one.max))
        assert not low <= 0.2 <= high  # the dashed line of 20 %
        left, end = (axes.transData.inverted().transform(corner)[0] for corner in (one.min, one.max))
        assert not (left <= bar[0] <= end and low <= bar[3] and bar[1] <= high)
        assert axes.bbox.x0 <= one.x0 < one.x1 <= axes.bbox.x1


def _text_of(annotation, renderer):
    """Box around an annotation's text without the line to its point."""
    from matplotlib.text import Text

    annotation.update_positions(renderer)
    return Text.get_window_extent(annotation, renderer)


def test_a_failed_score_is_said_to_count_in_the_verdict(report):
    page = render_html(report)
    assert "counted here and nowhere else" not in page
    assert "holds how many there are against “Claims left without a score”" in page


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
    (folder / "long.html").write_text(render_html(found), encoding="utf-8")
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
        "[...document.querySelectorAll('.kicker strong, .votes li')]"
        ".every(one => one.getBoundingClientRect().right <= one.parentElement.getBoundingClientRect().right + 1)"
    )


@in_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_an_address_as_a_reason_leaves_room_for_the_other_columns(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    table = page.locator("#c-losses").locator("xpath=ancestor::table")
    assert table.locator("td:nth-child(2)").first.bounding_box()["width"] >= 90
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")


@in_browser
def test_on_paper_a_head_stays_with_its_table(page):
    page.emulate_media(media="print")
    for selector in ("thead", "caption", "tr:has(> th.group)"):
        found = f"[...document.querySelectorAll('#slices {selector}')].map(one => getComputedStyle(one).breakAfter)"
        assert set(page.evaluate(found)) == {"avoid"}
    page.emulate_media(media="screen")
