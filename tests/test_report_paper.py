"""The paragraph for a paper: every number of the report that it names, what was lost, and who rated."""

from dataclasses import replace

from helpers_report import make_analysis, make_small, small_report, undefined

from referee_calib.report import build, render_html
from referee_calib.report.wording.number_format import interval, number
from referee_calib.rubric import load


def test_every_number_of_the_headline_coefficient_is_told_with_its_interval(report):
    for item in report["dimensions"]:
        row = next(row for row in item["coefficients"] if row["name"] == "cohen_kappa_quadratic")
        for who in ("people", "referee"):
            assert f"{number(row[who]['value'])} {interval(row[who])}" in report["results_paragraph"]
        assert interval(row["difference"]) in report["results_paragraph"]
        assert interval(item["leniency"]["overall"]) in report["results_paragraph"]


def test_counts_are_told(report):
    for said in ("4 simulated raters", "1,530 simulated ratings", "34 videos", "176 claims judged by both"):
        assert said in report["results_paragraph"]
    assert "3 ratings without a level" in report["results_paragraph"]
    assert "50 failed scores" in report["results_paragraph"]
    assert "95 % intervals of a jackknife that leaves out whole videos" in report["results_paragraph"]
    assert "fewer than 30 videos" not in report["results_paragraph"]  # there are 34


def test_few_videos_are_told():
    analysis = make_analysis()
    few = [replace(part, counts=replace(part.counts, videos=24)) for part in analysis.dimensions]
    report = build(replace(analysis, dimensions=tuple(few)), load())
    assert "fewer than 30 videos" in report["results_paragraph"]


def test_simulated_is_said_when_so_and_only_then():
    assert "All ratings were simulated by a program" in small_report()["results_paragraph"]
    some = small_report(n_simulated=30)["results_paragraph"]
    assert "30 of the 1,530 ratings were simulated by a program." in some
    assert "1,530 partly simulated ratings" in some
    assert "imulated" not in small_report(n_simulated=0)["results_paragraph"]


def test_what_is_undefined_is_told_with_its_reason():
    part = make_small().dimensions[0]
    none = undefined("no claim has two ratings")
    rows = tuple(replace(row, people=none, difference=none) for row in part.coefficients)
    said = small_report(dimensions=(replace(part, coefficients=rows),))["results_paragraph"]
    assert "quadratic kappa was not defined (no claim has two ratings) among simulated raters" in said


def test_nothing_lost_is_said_too():
    assert "No row was left out." in small_report(losses=())["results_paragraph"]


def test_the_page_holds_the_paragraph_to_be_selected_by_one_click(report):
    page = render_html(report)
    shown = page.partition('<p class="copyable">')[2].partition("</p>")[0]
    assert report["results_paragraph"].replace("'", "&#39;") in shown
    assert "user-select: all" in page
