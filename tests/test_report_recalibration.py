"""Recalibration, the mean of all scored claims, the verdict and the referee's scores, on the page and in every file."""

import csv
import json
from dataclasses import replace

import pytest
from helpers_report import estimate, make_analysis, make_small
from referee_calib.report.markdown import escape
from referee_calib.report.markdown import render_markdown
from referee_calib.report.table_files import write_tables
from test_report_page import Page

from referee_calib.analysis.recalibration.recalibrator_trials import RecalibrationResult
from referee_calib.analysis.verdict import verdict
from referee_calib.report import build, dumps, render_html
from referee_calib.report.document.number_format import interval, number, signed
from referee_calib.report.section_registry import SECTIONS, sections
from referee_calib.rubric import load
from referee_calib.thresholds import Thresholds


@pytest.fixture(scope="module")
def report():
    analysis = make_analysis()
    limits = Thresholds(videos=20, leniency=0.2)
    held = verdict([(part, None, estimate(0.02, 0.01)) for part in analysis.dimensions], limits)
    return json.loads(dumps(build(replace(analysis, verdict=held), load())))


@pytest.fixture(scope="module")
def page(report):
    return Page(render_html(report))


@pytest.fixture(scope="module")
def folder(report, tmp_path_factory):
    made = tmp_path_factory.mktemp("tables")
    write_tables(report, made)
    return made


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_means_stand_on_the_page_as_in_the_json(report, page):
    assert [item["dimension"] for item in report["mean_scores"]["dimensions"]] == ["relevance", "localization"]
    for item in report["mean_scores"]["dimensions"]:
        for key in ("people", "referee", "both"):
            assert page.cells[f"mean.{item['dimension']}.{key}"] == number(item[key]["value"]) + interval(item[key])
        assert page.cells[f"mean.{item['dimension']}.n"] == "18034 scored only"  # 180 rated and 34
    assert "seeded draw of 180 claims" in "".join(page.texts)


@pytest.mark.parametrize(
    ("kind", "said"), [("chosen", "carry that reason on"), ("added", "Draw anew"), ("all", "an order drawn for each")]
)
def test_a_sample_that_is_no_random_draw_is_said_to_be_none(kind, said):
    analysis = make_small()
    report = build(replace(analysis, draw=replace(analysis.draw, kind=kind)), load())
    assert said in report["mean_scores"]["draw_note"]
    assert said in render_markdown(report)


def test_recalibration_stands_on_the_page_as_in_the_json(report, page):
    found = report["recalibration"]
    assert found["best"] == "isotonic"
    assert "8 of 80 rollouts (10 %)" in found["sentence"]
    assert found["command"] == "referee-calib recalibrate STUDY --out recalibrator.json --kind isotonic"
    assert found["command"] in "".join(page.texts)
    for item in found["dimensions"]:
        for row in item["trials"]:
            key = f"recalibration.{item['dimension']}.{row['kind']}"
            assert page.cells[f"{key}.mse"] == number(row["mse"], 3)
            assert page.cells[f"{key}.gain"] == signed(row["gain"]["value"], 3) + interval(row["gain"], 3)
    assert page.cells["rankings.isotonic.sign_changed"] == "10 %8 of 80"
    assert "Timing left out: 12 claims in 3 videos" in " ".join("".join(page.texts).split())


def test_a_study_that_is_too_small_for_recalibrators_says_so():
    none = RecalibrationResult((), {}, "", {}, {"relevance": "3 claims in 2 videos with a rating and a score"})
    report = build(make_small(recalibration=none), load())
    text = "".join(Page(render_html(report)).texts)
    assert "No dimension has enough rated claims" in text
    assert "3 claims in 2 videos" in text
    assert report["recalibration"]["command"] is None


def test_markdown_holds_verdict_recalibration_and_means(report):
    text = render_markdown(report)
    for title in ("## Verdict", "## Recalibration", "## Mean score of all scored claims"):
        assert title in text
    assert "**Fail.**" in text  # made-up localization is 0.34 ± 0.09 levels too kind
    for row in report["verdict"]["rows"]:
        for check in row["checks"]:
            assert plain(f"{check['shown']['value']} {check['shown']['interval']}".strip()) in text
    for item in report["mean_scores"]["dimensions"]:
        assert plain(f"{number(item['both']['value'])} {interval(item['both'])}") in text


def test_the_verdict_is_a_tidy_table(report, folder):
    rows = read(folder / "verdict.csv")
    assert len(rows) == 7 * 3  # thresholds × dimensions
    found = next(r for r in rows if (r["dimension"], r["threshold"]) == ("localization", "leniency"))
    assert (found["state"], found["at_least"], found["at_most"]) == ("fail", "-0.2", "0.2")
    assert float(found["value"]) == 0.34


def test_recalibration_and_means_are_tidy_tables(report, folder):
    assert len(read(folder / "recalibration.csv")) == 2 * 3  # dimensions × forms
    assert [r["kind"] for r in read(folder / "rankings.csv")] == ["isotonic", "ordinal", "linear"]
    means = read(folder / "mean_score.csv")
    assert [(r["dimension"], r["who"]) for r in means[:3]] == [
        ("relevance", "people"), ("relevance", "referee"), ("relevance", "both"),
    ]  # fmt: skip
    assert (means[2]["power"], means[0]["power"]) == ("0.8", "")
    scores = read(folder / "referee_scores.csv")
    assert (scores[0]["modal_share"], scores[0]["rung_exact"], scores[0]["mass"]) == ("0.9", "0.9", "0.98")


def test_a_nearly_constant_referee_is_said_to_be_one(report, page):
    relevance, localization = report["referee"]["scores"]
    assert relevance["near_constant"]  # nine of ten
    assert not localization["near_constant"]
    assert relevance["line"] == (
        "Relevance: 90 % of 10 scores are 4, nearly always the same; entropy 0.47 of 2.32 bits; read 90 % from the "
        "probabilities of all answers and 10 % from the words of the reply; median probability of all answers 0.98."
    )
    assert relevance["line"] in "".join(page.texts)


def test_sections_come_in_their_order_and_the_contents_link_to_them(report, page):
    shown = [a["id"] for tag, a in page.tags if tag == "section"]
    assert shown == [section.id for section in sections(report)]
    linked = [a["href"][1:] for a in page.named("a") if a["href"].startswith("#") and a["href"] != "#main"]
    assert linked == [section.id for section in sections(report) if section.label]
    assert len({section.id for section in SECTIONS}) == len(SECTIONS)
