"""Figures: titles, units, marks for simulated ratings, and the same bytes for the same numbers."""

import re
from xml.etree import ElementTree

import pytest
from helpers_report import small_report

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.figures.report_figures import all_figures
from referee_calib.report.figures.svg_figure import SIMULATED_TAG

FED_BY_RATINGS = ("calibration",)
AXES = {
    "calibration": ["referee's score (level)", "people's mean rating (level)", "claims"],
    "response-box_shift": ["shift of the box (share of the object's width)", "mean reward (0 to 1)"],
    "response-span_shift": ["shift of the span (share of its length)", "mean reward (0 to 1)"],
    "rewards": ["reward by overlap, IoU (0 to 1)", "reward by the referee (0 to 1)"],
}


@pytest.fixture(scope="module")
def figures(report):
    return all_figures(report)


def texts(drawing):
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<text\b.*?</text>", drawing.svg, re.DOTALL)]


def unescaped(words):
    return [word.replace("&#x27;", "'").replace("&apos;", "'").replace("&amp;", "&") for word in words]


def test_all_figures_of_a_full_report_are_drawn(figures):
    assert len(figures) == 3 + 2 + 1  # calibration per dimension, responses, rewards


def test_every_figure_has_title_description_and_axis_labels(figures):
    for key, drawing in figures.items():
        root = ElementTree.fromstring(drawing.svg)
        assert root.find("title").text == drawing.title
        assert root.find("desc").text == drawing.alt
        assert root.get("role") == "img"
        wanted = next(labels for start, labels in AXES.items() if key.startswith(start))
        shown = unescaped(texts(drawing))
        assert set(wanted) <= set(shown), (key, shown)


def test_figures_fed_by_simulated_ratings_say_so_and_others_do_not(figures):
    for key, drawing in figures.items():
        assert (SIMULATED_TAG in texts(drawing)) == key.startswith(FED_BY_RATINGS), key


def test_real_ratings_are_not_called_simulated():
    for drawing in all_figures(small_report(n_simulated=0)).values():
        assert SIMULATED_TAG not in texts(drawing)


def test_drawing_twice_gives_the_same_bytes(figures):
    again = all_figures(small_report())
    assert {key: figures[key].svg for key in again} == {key: drawing.svg for key, drawing in again.items()}


def test_figures_carry_no_program_name_or_date(figures):
    for drawing in figures.values():
        assert "<metadata" not in drawing.svg
        assert "matplotlib" not in drawing.svg.lower()
        assert "<style" not in drawing.svg  # it would reach into the page


def test_drawing_leaves_settings_of_matplotlib_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    all_figures(small_report())
    assert dict(mpl.rcParams) == before


def test_what_is_undefined_has_no_figure(report):
    import copy

    changed = copy.deepcopy(report) | {"dimensions": copy.deepcopy(report["dimensions"][:1])}
    changed["dimensions"][0]["calibration"]["fitted"] = []
    for line in changed["response_curves"][0]["rewards"]:
        line["mean"] = [None] * len(line["mean"])
    changed["rewards"]["rollouts"] = []
    drawn = set(all_figures(changed))
    assert not {"calibration-relevance", "response-box_shift", "rewards"} & drawn
    assert "response-span_shift" in drawn


@pytest.mark.parametrize(
    ("keep", "said"), [(None, []), (slice(1, None), ["consistency band: if calibrated"])], ids=["no band", "a part"]
)
def test_the_key_names_the_bands_that_are_known(keep, said):
    report = small_report()
    curve = report["dimensions"][0]["calibration"]
    none = [None] * len(curve["scores"])
    for end in ("low", "high"):
        curve[f"confidence_{end}"] = none
        curve[f"consistency_{end}"] = [None, *curve[f"consistency_{end}"][keep]] if keep else none
    (drawn,) = [drawing for key, drawing in all_figures(report).items() if key.startswith("calibration")]
    assert "people's mean, given the score" in unescaped(texts(drawn))
    assert [one for one in texts(drawn) if "band" in one] == said


def test_titles_and_labels_lie_within_the_figure():
    figure, (axes,) = fig.panel(2.0)
    axes.set(xlim=(0, 1), ylim=(0, 1), ylabel="level", title="A title")
    axes.set_yticks([0.2, 0.8], ["a long name of a row", "short"])
    axes.set_xlabel("share")
    fig.fit(figure)
    around = axes.get_tightbbox(figure.canvas.get_renderer())
    width, height = figure.get_size_inches() * figure.dpi
    assert 0 <= around.x0 < around.x1 <= width
    assert 0 <= around.y0 < around.y1 <= height
    assert around.width > 0.97 * width  # and nothing is given away: 0.04 in on each side of 4.1 in
