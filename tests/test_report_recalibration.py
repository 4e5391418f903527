"""Recalibration, the mean of all scored claims, the verdict and the referee's scores, on the page and in every file."""

import json
from dataclasses import replace

import pytest
from helpers_report import make_analysis, make_small, read, small_report, with_verdict
from test_report_page import Page

from referee_calib.analysis.recalibration.recalibrator_trials import RecalibrationResult
from referee_calib.report import build, checks, dumps, render_html
from referee_calib.report.document.verdict_document import value_and_interval
from referee_calib.report.markdown import escape, render_markdown
from referee_calib.report.table_files import write_tables
from referee_calib.report.wording.number_format import interval, number, signed
from referee_calib.rubric import load


@pytest.fixture(scope="module")
def report():
    return json.loads(dumps(build(with_verdict(make_analysis()), load())))


@pytest.fixture(scope="module")
def page(report):
    return Page(render_html(report))


@pytest.fixture(scope="module")
def folder(report, tmp_path_factory):
    made = tmp_path_factory.mktemp("tables")
    write_tables(report, made)
    return made


def test_means_stand_on_the_page_as_in_the_json(report, page):
    assert [item["dimension"] for item in report["mean_scores"]["dimensions"]] == ["relevance", "localization"]
    for item in report["mean_scores"]["dimensions"]:
        for key in ("people", "referee", "prediction_powered"):
            shown = page.cells[f"mean_scores.{key}.{item['dimension']}"]
            assert shown == number(item[key]["value"]) + interval(item[key])
        assert page.cells[f"mean_scores.n_rated.{item['dimension']}"] == "180"
        assert page.cells[f"mean_scores.n_scored_only.{item['dimension']}"] == "34"
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
    assert page.cells["rankings.isotonic.80.20.sign_changed"] == "10 %8 of 80"
    assert "Timing left out: 12 claims in 3 videos" in " ".join("".join(page.texts).split())


def test_a_study_that_is_too_small_for_recalibrators_says_so():
    none = RecalibrationResult((), {}, "", {}, {"relevance": "3 claims in 2 videos with a rating and a score"})
    report = small_report(recalibration=none)
    text = "".join(Page(render_html(report)).texts)
    assert "No dimension has enough rated claims" in text
    assert "3 claims in 2 videos" in text
    assert report["recalibration"]["command"] is None


def test_markdown_holds_verdict_recalibration_and_means(report):
    text = render_markdown(report)
    for title in ("## Verdict: all checks", "## Recalibration", "## Mean score, prediction-powered"):
        assert title in text
    assert "**Fail.**" in text  # made-up localization is 0.34 ± 0.09 levels too kind
    for check in checks(report["verdict"]):
        assert escape(" ".join(value_and_interval(check)).strip()) in text


def test_the_verdict_is_a_tidy_table(report, folder):
    rows = read(folder / "verdict.csv")
    assert len(rows) == 7 * 3  # thresholds × dimensions
    found = next(r for r in rows if (r["dimension"], r["threshold"]) == ("localization", "leniency"))
    assert (found["state"], found["at_least"], found["at_most"]) == ("fail", "-0.2", "0.2")
    assert float(found["value"]) == 0.34


def test_recalibration_and_means_are_tidy_tables(report, folder):
    tried = read(folder / "recalibration.csv")
    # dimensions × (a constant: an error; as it is: two errors; three forms: two errors and two gains)
    assert len(tried) == 2 * (1 + 2 + 3 * 4)
    assert [r["kind"] for r in read(folder / "rankings.csv")] == ["isotonic", "ordinal", "linear"]
    means = read(folder / "mean_scores.csv")
    assert [(r["who"], r["dimension"]) for r in means[:2]] == [("people", "relevance"), ("people", "localization")]
    assert [r["power"] for r in means if r["who"] == "prediction_powered"] == ["0.8", "0.8"]
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
