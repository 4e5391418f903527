"""The page and report.json of a made-up analysis: nothing leaves it, nothing is left unsaid."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from helpers_report import SCRIPT, dimension, make_analysis, make_small, undefined

from agreement import Estimate
from referee_calib.report import SCHEMA, build, dumps, render_html
from referee_calib.report.document.number_format import interval, number, signed
from referee_calib.rubric import load

VOID = {"meta", "img", "br", "link", "hr"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.cells, self.open, self.texts, self.unbalanced = [], {}, [], [], []
        self._key = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)
        if "data-key" in attrs:
            self._key = attrs["data-key"]
            self.cells[self._key] = ""

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)
        if tag == "td":
            self._key = None

    def handle_data(self, data):
        self.texts.append(data)
        if self._key:
            self.cells[self._key] += data.strip()

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def report():
    return build(make_analysis(), load())


@pytest.fixture(scope="module")
def text(report):
    return render_html(json.loads(dumps(report)))


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_json_holds_no_nan_and_is_the_same_twice(report):
    text = dumps(report)
    json.loads(text, parse_constant=pytest.fail)
    assert dumps(build(make_analysis(), load())) == text


def test_json_refuses_nan():
    with pytest.raises(ValueError, match="JSON"):
        dumps({"value": float("nan")})


def test_json_says_where_it_comes_from(report):
    assert report["schema"] == SCHEMA
    assert report["referee"]["fingerprint"] == "3fa9c2d4b1e07a66"
    assert report["referee"]["description"]["name"] == "pixels"
    assert [row["sha256"] for row in report["inputs"]] == ["a" * 64, "b" * 64, "c" * 64]
    assert report["rubric"]["version"] == load().version
    assert set(report["versions"]) >= {"python", "referee-calib", "numpy", "scipy"}
    assert report["seed"] == 0
    assert report["limits"]
    assert all(row["link"].startswith("https://doi.org/") for row in report["references"])


def test_the_reward_that_was_examined_is_named(report, page):
    assert report["rewards"]["examined"]["fingerprint"] == "0123456789abcdef"
    assert "0123456789abcdef" in "".join(page.texts)


def test_page_is_drawn_from_json_alone_and_the_same_twice(report, text):
    assert render_html(json.loads(dumps(report))) == text


def test_page_is_well_formed_with_unique_ids(page):
    assert page.unbalanced == []
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    anchors = {attrs["href"][1:] for attrs in page.named("a") if attrs["href"].startswith("#")}
    assert anchors <= set(ids)
    named = {i for _, a in page.tags for key in ("aria-labelledby",) if key in a for i in a[key].split()}
    assert named <= set(ids)


def test_no_request_leaves_the_page(page, text):
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.tags}
    for tag, attrs in page.tags:
        for key in ("src", "href", "xlink:href", "srcset", "poster", "action"):
            value = attrs.get(key)
            if value is None:
                continue
            plain_link = tag == "a" and value.startswith("https://doi.org/")
            assert plain_link or value.startswith(("#", "data:image/jpeg;base64,")), (tag, key, value)
    assert all(inner.startswith("#") for inner in re.findall(r"url\(\s*['\"]?([^)]*)", text))
    assert "@import" not in text
    policy = next(a["content"] for a in page.named("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy


def test_texts_of_models_are_never_html(page, text):
    assert SCRIPT not in text
    assert not page.named("script")
    assert "".join(page.texts).count(SCRIPT) >= 3  # question, object and reason are shown as they are


def test_no_handler_hides_in_an_attribute(page):
    assert not [(tag, key) for tag, attrs in page.tags for key in attrs if key.startswith("on")]


def test_every_agreement_cell_shows_the_number_of_the_json(report, page):
    seen = 0
    for item in report["dimensions"]:
        for row in item["coefficients"]:
            for who in ("people", "referee", "difference"):
                value = (signed if who == "difference" else number)(row[who]["value"])
                assert page.cells[f"{item['dimension']}.{row['name']}.{who}"] == value + interval(row[who])
                seen += 1
        for row in item["leave_one_out"]:
            shown = page.cells[f"{item['dimension']}.leave_one_out.{row['rater']}"]
            assert shown == number(row["estimate"]["value"]) + interval(row["estimate"])
        for row in item["leniency"]["raters"]:
            shown = page.cells[f"{item['dimension']}.leniency.{row['rater']}"]
            assert shown == signed(row["estimate"]["value"]) + interval(row["estimate"])
        for key in ("msc_corrected", "dsc_corrected", "unc", "noise_floor"):
            assert page.cells[f"{item['dimension']}.calibration.{key}"] == number(item["calibration"][key], 3)
        assert len(item["by_level"]) == 7
        for row in item["by_level"]:
            shown = page.cells[f"{item['dimension']}.by_level.{row['name']}"]
            assert shown == number(row["estimate"]["value"]) + interval(row["estimate"])
        for key, value in item["counts"].items():
            if f"{item['dimension']}.counts.{key}" in page.cells:
                assert page.cells[f"{item['dimension']}.counts.{key}"] == str(value)
    assert seen == 36  # 3 dimensions × 4 coefficients × 3 columns


def test_every_response_cell_shows_the_number_of_the_json(report, page):
    for item in report["responses"]:
        for line in item["rewards"]:
            for i, value in enumerate(line["mean"]):
                assert page.cells[f"{item['key']}.{line['role']}.{i}"] == number(value)
            assert page.cells[f"{item['key']}.{line['role']}.background"] == number(line["wrong"][0]["mean"])


def test_what_is_kept_at_a_small_step_is_said_under_the_figure(report, page):
    # IoU of a box moved by 0.1 widths is (1 − 0.1) / (1 + 0.1) = 0.818 of the 1 it starts from
    assert report["responses"][0]["rewards"][1]["kept"] == pytest.approx(0.9 / 1.1)
    assert "IoU keeps 82 %" in "".join(page.texts)


def test_dropped_rows_are_counted_and_named(report, page):
    shown = [page.cells[f"losses.{i}.rows"] for i in range(2)]
    assert shown == ["3", "50"]
    assert report["losses"][1]["rows"] == len(report["losses"][1]["names"]) == 50
    said = "".join(page.texts)
    assert "c01/anna" in said
    assert page.cells["unread.0"] == "3"
    assert "box reversed" in said
    assert "A note on the study." in said
    assert "and 10 more in report.json" in said  # 50 names, 40 are listed


def test_simulated_ratings_wear_a_badge(page):
    assert [a for tag, a in page.tags if a.get("class") == "badge"]
    real = Page(render_html(build(make_small(n_simulated=0), load())))
    assert not [a for tag, a in real.tags if a.get("class") == "badge"]
    assert "imulated" not in "".join(t for t in real.texts if "Simulated" in t or "simulated ratings" in t)


def test_tables_have_captions_and_header_cells_have_a_scope(page):
    assert len(page.named("caption")) == len(page.named("table")) > 5
    assert all("scope" in attrs for attrs in page.named("th"))
    assert all(attrs.get("alt") for attrs in page.named("img"))


def test_headings_do_not_skip_a_step(page):
    steps = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert steps[0] == 1
    assert steps.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(steps))


def test_a_claim_without_a_frame_says_why(page):
    assert len(page.named("img")) == 5  # of six claims, one could not be read
    assert "clip_03.mp4: the file ends before 4.2 s" in "".join(page.texts)


def test_undefined_figures_are_shown_with_their_reason():
    import numpy as np

    from agreement.calibration.curve import calibration_curve

    broken = dimension("timing", 0.66, 0.63, -0.05, 3)
    none: Estimate = undefined("no claim has two ratings")
    broken = replace(
        broken,
        coefficients=tuple(replace(row, people=none, difference=none) for row in broken.coefficients),
        leniency=undefined("nothing was scored"),
        leniency_by_rater=(),
        leave_one_out=(),
        calibration=calibration_curve(np.full(3, np.nan), np.ones((3, 2))),
        confusion=((0,) * 5,) * 5,
    )
    report = json.loads(dumps(build(make_analysis(dimensions=(broken,)), load())))
    page = Page(render_html(report))
    assert page.cells["timing.cohen_kappa_quadratic.people"] == "not definedno claim has two ratings"
    assert page.cells["timing.leniency.overall"] == "not definednothing was scored"
    assert page.cells["timing.calibration.msc_corrected"].startswith("not defined")
    assert not [a for tag, a in page.tags if tag == "figure" and a.get("id", "").startswith("figure-calibration")]


def test_a_number_without_an_interval_says_why():
    part = make_small().dimensions[0]
    bare = Estimate(0.0, None, None, reason="the rater gave one level only")
    rows = (replace(part.leave_one_out[0], estimate=bare), *part.leave_one_out[1:])
    page = Page(render_html(build(make_small(dimensions=(replace(part, leave_one_out=rows),)), load())))
    assert page.cells["relevance.leave_one_out.anna"] == "0.00no interval: the rater gave one level only"


def test_an_empty_analysis_still_makes_a_page():
    empty = make_analysis(dimensions=(), rewards=(), responses=(), disagreements=(), losses=())
    said = "".join(Page(render_html(build(empty, load()))).texts)
    assert "Nothing was rated" in said
    assert "Nothing was left out." in said


def test_the_documented_keys_are_those_of_the_json(report):
    from pathlib import Path

    text = (Path(__file__).parents[1] / "docs" / "reference" / "report.md").read_text(encoding="utf-8")
    table = text.split("## report.json")[1]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {name.removesuffix("[]") for cell in first for name in re.findall(r"`([^`]+)`", cell)}
    assert documented <= set(report)
    # what the table leaves out is said elsewhere in the page or is plain
    assert set(report) - documented == {
        "title", "study", "counts", "ratings", "notes", "methods", "references", "limits", "confidence",
    }  # fmt: skip
