"""The sections on errors by human agreement and on continuous judges: from report.json to page, text and files."""

from dataclasses import replace

import numpy as np
import pytest
from helpers_continuous_judge import SCALE, odd_unit, people_and_merit
from helpers_report import make_small

from referee_calib.analysis import measure_continuous_judge, split_errors
from referee_calib.report import build, render_html, render_markdown, write_tables
from referee_calib.rubric import load


@pytest.fixture(scope="module")
def report():
    people, merit, cluster = people_and_merit(n_clusters=40)
    judge = measure_continuous_judge(
        odd_unit(merit), people, scale=SCALE, judge="<b>clip</b>", dimension="relevance", cluster=cluster,
        n_resamples=20,
    )  # fmt: skip
    judges = {"<b>clip</b>": judge.levels.expected, "random": np.random.default_rng(0).uniform(1, 5, len(merit))}
    split = split_errors(
        "relevance", people, judges, scale=SCALE, cluster=cluster, scores={"<b>clip</b>": judge.levels.name}
    )
    return build(replace(make_small(), continuous_judges=(judge,), error_splits=(split,)), load())


def test_the_sections_stand_on_the_page_with_their_figures_and_nothing_of_a_name_is_markup(report):
    page = render_html(report)
    for section in ("error-by-agreement", "continuous-judges"):
        assert f'id="{section}"' in page
    assert "what a raw score means" in page
    assert "error where people agree and differ" in page
    assert "<b>clip</b>" not in page
    assert "&lt;b&gt;clip&lt;/b&gt;" in page


def test_the_text_says_what_the_numbers_say(report):
    (found,) = report["error_by_agreement"]
    clip, random = (row["squared"] for row in found["judges"])
    assert clip["whole"]["judge"]["value"] < random["whole"]["judge"]["value"]
    assert "beyond what a second person errs" in found["judges"][1]["sentence"]
    assert [one["name"] for one in clip["strata"]] == [
        "others agree", "others differ by up to 1 level", "others differ by more than 1 level",
    ]  # fmt: skip
    text = render_markdown(report)
    assert "Error by human agreement" in text
    assert "levels recalibrated out of fold" in text


def test_every_number_is_in_the_data_files(report, tmp_path):
    names = {path.name for path in write_tables(report, tmp_path)}
    assert names >= {
        "error_by_agreement.csv", "error_curve.csv", "error_differences.csv", "error_parts.csv", "raw_correlations.csv",
        "raw_rankings.csv", "raw_score_curve.csv", "raw_scores.csv", "recalibrated_levels.csv",
    }  # fmt: skip
    lines = (tmp_path / "error_by_agreement.csv").read_text("utf-8").splitlines()
    assert sum("squared" in line for line in lines) == sum("absolute" in line for line in lines) == 2 * 4 * 4


def test_a_report_without_either_has_no_such_section():
    found = build(make_small(), load())
    assert (found["error_by_agreement"], found["continuous_judges"]) == ([], [])
    page = render_html(found)
    assert 'id="error-by-agreement"' not in page
    assert 'id="continuous-judges"' not in page


def test_a_judge_where_low_is_good_is_turned_round():
    people, merit, cluster = people_and_merit(n_clusters=30)
    asked = {"scale": SCALE, "judge": "loss", "cluster": cluster, "n_resamples": 0}
    up = measure_continuous_judge(merit, people, **asked)
    down = measure_continuous_judge(-merit, people, lower_is_better=True, **asked)
    left = measure_continuous_judge(-merit, people, **asked)
    assert up.correlations.spearman == down.correlations.spearman
    np.testing.assert_array_equal(up.levels.levels, down.levels.levels)
    assert (up.reading, left.reading) == (down.reading, "reversed")
