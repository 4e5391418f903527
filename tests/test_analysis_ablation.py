"""Referees side by side, from a study to its report: who is compared, on which claims, and what it costs."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from helpers_judgements import box_claims, ratings_of, scores_of
from helpers_verdict import run

from agreement import ablation, holm, share_of_clusters
from referee_calib.analysis import compare_referees
from referee_calib.analysis.referee_tails import difference_of_shares
from referee_calib.errors import InputError
from referee_calib.report import render_html
from referee_calib.report.wording.number_format import interval, number, signed
from referee_calib.study import Study

NEAR, FAR, THIRD = "a" * 16, "b" * 16, "ab" * 8
N = 60


def levels():
    dice = np.random.default_rng(5)
    truth = dice.integers(0, 5, N)
    people = np.clip(truth[:, None] + dice.integers(-1, 2, (N, 3)), 0, 4)
    near = np.clip(truth + dice.integers(-1, 2, N), 0, 4)
    return people, {NEAR: near, FAR: np.clip(truth + dice.integers(0, 4, N), 0, 4), THIRD: near}


def scores(claims, fingerprint, given, lost=()):
    found = scores_of(claims, given, referee=fingerprint, seconds=1.0 + (fingerprint == FAR))
    return [replace(s, level=None, expected=None, status="refused", reason="no") if i in lost else s
            for i, s in enumerate(found)]  # fmt: skip


@pytest.fixture
def study(tmp_path):
    claims = box_claims(N, 12)
    people, given = levels()
    with Study.create(tmp_path / "study", name="Two referees") as made:
        made.add_claims(claims)
        for j in range(3):
            made.add_rater(f"p{j}")
        made.add_ratings(ratings_of(claims, people))
        for fingerprint, name, frames in ((NEAR, "near", 8), (FAR, "far", 1), (THIRD, "third", 8)):
            made.add_referee(fingerprint, {"name": name, "frames": {"box_frames": frames, "crop": True}})
            made.add_scores(scores(claims, fingerprint, given[fingerprint], {3, 4} if fingerprint == FAR else ()))
        yield made


def test_claims_scored_by_both_are_compared_as_the_package_says(study):
    people, given = levels()
    found = compare_referees(study, [NEAR[:4], FAR[:4]])
    (item,) = [d for d in found.dimensions if d.dimension == "relevance"]
    assert item.n_claims == 58  # two failed
    assert item.n_dropped == {"near aaaaaaaa": 0, "far bbbbbbbb": 2}
    far = given[FAR].astype(float)
    far[[3, 4]] = np.nan
    videos = np.arange(N) % 12
    direct = ablation(people, {"near": given[NEAR], "far": far}, cluster=videos)
    for one, other in zip(item.differences, direct.differences, strict=False):
        assert one.measure == other.measure
        assert one.estimate.value == pytest.approx(other.estimate.value, abs=1e-12)
        assert one.estimate.low == pytest.approx(other.estimate.low, abs=1e-12)


def test_costs_count_every_claim_that_was_asked(study):
    found = compare_referees(study, [NEAR, FAR])
    by = {d.measure: d.estimate for d in found.dimensions[0].differences}
    assert by["seconds"].value == pytest.approx(1.0)  # 2 s and 1 s
    assert by["failed"].value == pytest.approx(2 / 60)
    assert by["failed"].n_units == 60
    assert "tokens are not known of every referee" in found.dimensions[0].notes


def test_holm_corrects_over_all_dimensions_together(study):
    found = compare_referees(study, [NEAR, FAR, THIRD])
    differences = [one for item in found.dimensions for one in item.differences]
    assert [d.p_holm for d in differences] == holm([d.p_value for d in differences])
    assert found.n_tests == sum(d.p_value is not None for d in differences)
    assert {(d.first, d.second) for d in differences if d.measure == "leniency"} == {
        ("near aaaaaaaa", "far bbbbbbbb"), ("near aaaaaaaa", "third abababab"), ("far bbbbbbbb", "third abababab"),
    }  # fmt: skip


def test_what_sets_referees_apart_is_named(study):
    found = compare_referees(study, [NEAR, FAR])
    assert found.settings == {"name": ("near", "far"), "frames.box_frames": (8, 1)}


@pytest.mark.parametrize(
    ("named", "said"),
    [([NEAR], "at least two"), ([NEAR, NEAR[:5]], "named twice"), ([NEAR, "ffff"], "none of that fingerprint")],
)
def test_a_comparison_that_makes_no_sense_is_refused(study, named, said):
    with pytest.raises(InputError, match=said):
        compare_referees(study, named)


def test_report_shows_what_the_json_says_and_is_about_the_first(study, tmp_path):
    out = tmp_path / "out"
    compared = ("--compare", NEAR[:4], "bb", "--no-rewards")
    ran = run("report", study.folder, *compared, "--out", out, "--tables", out / "tables")
    assert ran.exit_code == 0, ran.output
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["referee"]["fingerprint"] == NEAR
    page = (out / "report.html").read_text(encoding="utf-8")
    assert render_html(report) == page
    for row in report["ablation"]["dimensions"][0]["differences"]:
        key = f"ablation.relevance.{row['measure']}.{row['first']}.{row['second']}.difference"
        start = page.index(f'data-key="{key}"')
        cell = re.sub(r"<[^>]+>", "", page[start : page.index("</td>", start)].partition(">")[2])
        told = interval(row["estimate"], row["digits"]) or f"no interval: {row['estimate']['reason']}"
        assert cell.split() == [*signed(row["estimate"]["value"], row["digits"]).split(), *told.split()]
    kappa = report["ablation"]["dimensions"][0]["differences"][1]
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "## Ablation: referees side by side" in text
    assert f"{signed(kappa['estimate']['value'])}" in text
    assert number(kappa["p_holm"], 3) in text
    assert (out / "tables" / "ablation.csv").read_text().count("\n") == 1 + 3 * len(
        [d for item in report["ablation"]["dimensions"] for d in item["differences"]]
    )


def test_without_compare_there_is_no_such_section(study, tmp_path):
    assert run("report", study.folder, "--referee", "aa", "--no-rewards", "--out", tmp_path).exit_code == 0
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["ablation"] is None
    assert 'id="ablation"' not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_stray_argument_is_refused(study):
    ran = run("report", study.folder, "stray")
    assert ran.exit_code == 2
    assert "stray" in ran.output


def test_no_difference_is_sameness_only_where_the_intervals_lie_within_the_margin(study):
    found = compare_referees(study, [NEAR, FAR, THIRD])
    assert found.margin == 0.05
    (item,) = [d for d in found.dimensions if d.dimension == "relevance"]
    states = {(one.first, one.second): one for one in item.equivalence}
    same = states["near aaaaaaaa", "third abababab"]  # the same levels
    assert (same.state, same.videos_needed) == ("same", None)
    apart = states["near aaaaaaaa", "far bbbbbbbb"]
    sure = [d.p_holm for d in item.differences if (d.first, d.second) == ("near aaaaaaaa", "far bbbbbbbb")]
    assert apart.state == ("apart" if min(p for p in sure[1:3] if p is not None) < 0.05 else "cannot tell")
    assert [one.value for one in apart.differences] == [
        d.estimate.value for d in item.differences
        if d.measure in ("cohen_kappa_quadratic", "krippendorff_alpha_ordinal") and d.second == "far bbbbbbbb"
        and d.first == "near aaaaaaaa"
    ]  # fmt: skip


def test_the_tail_stands_beside_the_other_measures_and_adds_no_test(study):
    found = compare_referees(study, [NEAR, FAR])
    (item,) = [d for d in found.dimensions if d.dimension == "relevance"]
    rows = {d.measure: d for d in item.differences}
    assert rows["confident_acceptance"].p_holm is None
    assert found.n_tests == sum(d.p_value is not None for one in found.dimensions for d in one.differences)
    shares = item.values["confident_acceptance"]
    assert rows["confident_acceptance"].estimate.value == pytest.approx(
        shares["far bbbbbbbb"].value - shares["near aaaaaaaa"].value
    )
    low, high = rows["confident_acceptance"].estimate.low, rows["confident_acceptance"].estimate.high
    assert low <= rows["confident_acceptance"].estimate.value <= high


def test_limits_of_a_difference_of_shares_add_the_arms_of_both():
    # Newcombe's method 10 with exact limits: 4 of 100 and 16 of 200, limits as R's binom.test gives them at 90 %
    difference = difference_of_shares(share_of_clusters(4, 100), share_of_clusters(16, 200))
    assert difference.value == pytest.approx(0.04)
    low = 0.04 - ((0.08 - 0.05082171703) ** 2 + (0.08919625016 - 0.04) ** 2) ** 0.5
    high = 0.04 + ((0.11897177433 - 0.08) ** 2 + (0.04 - 0.01377661246) ** 2) ** 0.5
    assert (difference.low, difference.high) == (pytest.approx(low), pytest.approx(high))
    assert difference_of_shares(share_of_clusters(0, 0), share_of_clusters(1, 2)).value is None
