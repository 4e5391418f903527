"""Slices: how claims are put into kinds, what each kind says, and what is said of kinds with too few claims."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from helpers_judgements import ratings_of, scores_of
from helpers_report import make_small, small_report

from agreement import compare
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.human_agreement.slices import slice_labels
from referee_calib.records import Claim
from referee_calib.report import build, dumps, render_html
from referee_calib.rubric import load


def claim(index, *, side=0.2, span=None, step=None, source="", videos=12):
    return Claim(
        video=f"v{index % videos}.mp4", question="Where?", object=f"thing {index}",
        boxes=((1.0, 0.1, 0.1, 0.1 + side, 0.1 + side),), span=span, step=step, source=source, rollout=f"r{index}",
    )  # fmt: skip


def test_size_is_the_mean_area_of_the_boxes():
    # sides 0.1, 0.2, 0.4 of the frame: 1 %, 4 % and 16 % of its area; the last has 1 % and 16 %, in the mean 8.5 %
    claims = [claim(0, side=0.1), claim(1, side=0.2), claim(2, side=0.4)]
    mixed = Claim(video="v", question="?", boxes=((0, 0.1, 0.1, 0.2, 0.2), (1, 0.1, 0.1, 0.5, 0.5)))
    only_span = Claim(video="v", question="?", span=(0.0, 1.0))
    assert slice_labels([*claims, mixed, only_span])["size"] == ["small", "medium", "large", "medium", ""]


def test_a_threshold_belongs_to_the_longer_kind():
    spans = [(1.0, 2.5), (1.0, 3.0), (1.0, 6.5), (1.0, 7.0)]  # 1.5, 2, 5.5 and 6 seconds
    assert slice_labels([claim(0, span=s) for s in spans])["span"] == ["short", "medium", "medium", "long"]


def test_few_steps_stand_alone_and_many_are_put_into_thirds():
    assert slice_labels([claim(i, step=s) for i, s in enumerate((0, 100, None))])["step"] == ["0", "100", ""]
    # nine steps 0, 10, … 80: thirds 0–20, 30–50, 60–80
    assert (
        slice_labels([claim(i, step=10 * i) for i in range(9)])["step"] == ["0–20"] * 3 + ["30–50"] * 3 + ["60–80"] * 3
    )


def test_one_step_that_fills_a_third_is_named_alone():
    steps = [0, 0, 0, 0, 1, 2, 3, 4, 5]  # sorted places 3 and 6 hold 0 and 3: bands nothing, 0–2, 3–5
    labels = slice_labels([claim(i, step=s) for i, s in enumerate(steps)])["step"]
    assert labels == ["0–2"] * 6 + ["3–5"] * 3


@pytest.fixture(scope="module")
def measured():
    """90 claims in 12 videos: 60 small, 25 large, 5 medium; the referee is one level kinder on large ones."""
    dice = np.random.default_rng(4)
    sides = [0.1] * 60 + [0.5] * 25 + [0.25] * 5
    claims = [claim(i, side=side, source="same", step=[300, 20][i % 2]) for i, side in enumerate(sides)]
    truth = dice.integers(0, 4, 90)
    people = np.clip(truth[:, None] + dice.integers(-1, 2, (90, 3)), 0, 4)
    referee = truth + (np.array(sides) == 0.5)
    part = join("relevance", claims, ratings_of(claims, people), scores_of(claims, referee), rubric="")
    return measure_dimension(part, seed=0, confidence=0.95, n_resamples=50), people, referee, sides


def test_a_slice_is_the_comparison_on_its_claims_alone(measured):
    found, people, referee, sides = measured
    large = next(row for row in found.slices if row.value == "large")
    inside = np.array(sides) == 0.5
    video = (np.arange(90) % 12)[inside]
    alone = compare(people[inside], referee[inside], scale=range(5), cluster=video)
    assert (large.n_claims, large.n_videos) == (25, 12)
    assert large.difference.value == pytest.approx(alone.difference["cohen_kappa_quadratic"].value, abs=1e-12)
    assert large.leniency.value == pytest.approx(np.mean(referee[inside, None] - people[inside]), abs=1e-12)
    assert large.leniency.low == pytest.approx(alone.leniency.low)


def test_too_few_claims_have_a_reason_and_no_figure(measured):
    medium = next(row for row in measured[0].slices if row.value == "medium")
    assert medium.n_claims == 5
    for estimate in (medium.people, medium.referee, medium.difference, medium.leniency):
        assert estimate.value is None
        assert estimate.reason == "too few claims: 5 judged by both, fewer than 20"


def test_what_all_claims_share_is_no_slicing_and_slices_come_in_reading_order(measured):
    assert [(row.by, row.value) for row in measured[0].slices] == [
        ("size", "small"), ("size", "medium"), ("size", "large"), ("step", "20"), ("step", "300"),
    ]  # fmt: skip


def test_prevalence_counts_levels_on_claims_judged_by_both(measured):
    found, people, referee, _ = measured
    assert found.prevalence.people == tuple(np.bincount(people.ravel(), minlength=5))
    assert found.prevalence.referee == tuple(np.bincount(referee, minlength=5))


@pytest.fixture(scope="module")
def report(measured):
    return small_report(dimensions=(measured[0],))


def test_kappa_stands_beside_raw_agreement_ac2_and_prevalence(report):
    (item,) = report["dimensions"]
    assert [row["name"] for row in item["coefficients"]] == [
        "percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic",
    ]  # fmt: skip
    shares = item["prevalence"]["referee"]["shares"]
    assert sum(shares) == pytest.approx(1)
    page = render_html(report)
    for level, share in enumerate(shares):
        assert f'data-key="prevalence.relevance.referee.{level}"><b>{100 * share:.0f} %</b>' in page


def test_thresholds_and_chance_findings_are_stated(report):
    slicing = report["subgrouping"]
    assert [row["by"] for row in slicing["definitions"]] == ["size", "step"]
    assert "small below 2.5 % of the frame, large from 10 %" in slicing["definitions"][0]["text"]
    # four slices with figures, each with a difference and a leniency: 8 intervals, 5 % of them 0.4
    assert slicing["note"].startswith(
        "Many subgroups invite chance findings: of 8 intervals at 95 %, about 0.4 would miss"
    )
    assert slicing["note"] in render_html(report)


def test_the_page_of_slices_shows_the_json(report):
    page = render_html(json.loads(dumps(report)))
    row = next(row for row in report["dimensions"][0]["subgroups"] if row["value"] == "large")
    cell = re.search(r'data-key="subgroups.relevance.size.large.[0-9.]+.leniency"><b>([^<]+)<', page).group(1)
    assert cell == f"{row['leniency']['value']:+.2f}".replace("-", "−")
    assert "too few claims: 5 judged by both" in page


def test_a_report_without_slices_has_no_such_section():
    analysis = make_small()
    bare = replace(analysis, dimensions=tuple(replace(d, slices=()) for d in analysis.dimensions))
    assert 'id="subgroups"' not in render_html(build(bare, load()))


def test_claims_with_one_person_stand_beside_the_comparison_and_are_counted():
    dice = np.random.default_rng(7)
    claims = [claim(i, side=0.1 if i < 40 else 0.5) for i in range(80)]
    people = np.clip(dice.integers(0, 4, (80, 1)) + dice.integers(-1, 2, (80, 2)), 0, 4)
    ratings = [one for one in ratings_of(claims, people) if one.rater == "p0" or claims.index(find(claims, one)) >= 40]
    part = join("relevance", claims, ratings, scores_of(claims, dice.integers(0, 5, 80)), rubric="")
    result = measure_dimension(part, seed=0, confidence=0.95, n_resamples=50)
    assert (result.counts.matched, result.counts.compared) == (80, 40)
    kappa = result.coefficients[1]
    assert kappa.people.n_units == kappa.referee.n_units == kappa.difference.n_units == 40
    assert (kappa.all_claims.people.n_units, kappa.all_claims.referee.n_units) == (40, 80)
    assert result.leniency.n_units == 80
    small = next(row for row in result.slices if (row.by, row.value) == ("size", "small"))
    assert small.difference.reason == "too few claims: 0 of them were rated by two people, fewer than 20"
    assert small.leniency.value is not None
    page = render_html(small_report(dimensions=(result,)))
    assert "their difference says nothing about the referee" in page
    assert "80 claims judged by a person and the referee" in page


def find(claims, rating):
    return next(one for one in claims if one.id == rating.claim)
