"""Several samples of one question: reliability against its definition, the projection against what k samples reach."""

from dataclasses import replace

import numpy as np
import pytest
from helpers_judgements import box_claims, ratings_of, scores_of
from helpers_report import make_small

from agreement import icc
from referee_calib.analysis.failure_rate import failure_rate
from referee_calib.analysis.human_agreement.alternative_annotator_check import dimension_alternative_annotator
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.score_reliability.repeated_score_checks import require_alike_samples
from referee_calib.analysis.score_reliability.repeated_scores import repeated_scores
from referee_calib.analysis.verdict import hold_thresholds
from referee_calib.report import build, render_html
from referee_calib.rubric import load
from referee_calib.thresholds import Thresholds

N, VIDEOS = 300, 60


def made(samples, noise, seed=0, rated=N):
    dice = np.random.default_rng(seed)
    claims = box_claims(N, VIDEOS)
    quality = dice.normal(2, 1.0, N)
    people = np.clip(np.rint(quality[:, None] + dice.normal(0, 0.5, (N, 3))), 0, 4)
    expected = np.clip(quality[:, None] + dice.normal(0, noise, (N, samples)), 0, 4)
    scores = [one for k in range(samples) for one in scores_of(claims, expected[:, k], sample=k)]
    part = join("relevance", claims, ratings_of(claims[:rated], people[:rated]), scores, rubric="")
    return part, scores, {claim.id: claim.video for claim in claims}, expected, people


def test_reliability_is_that_of_single_samples():
    part, scores, videos, expected, people = made(3, 0.8)
    found = repeated_scores(part, scores, videos)
    assert (found.n_claims, found.n_samples, found.n_scores) == (N, 3, 3 * N)
    assert found.reliability.value == pytest.approx(icc(expected, form="1,1").value)
    middle = people.mean(axis=1)
    pooled = np.corrcoef(expected.ravel(), np.repeat(middle, 3))[0, 1]
    assert found.correlation.value == pytest.approx(pooled)
    assert found.correlation_of_mean.value == pytest.approx(np.corrcoef(expected.mean(axis=1), middle)[0, 1])


def test_the_projection_from_two_samples_meets_what_eight_reach():
    part, scores, videos, _, _ = made(8, 1.0, seed=1)
    two = repeated_scores(part, [s for s in scores if s.sample < 2], videos)
    eight = repeated_scores(part, scores, videos)
    by_k = {row.samples: row for row in two.projections}
    assert by_k[8].correlation == pytest.approx(eight.correlation_of_mean.value, abs=0.03)
    assert by_k[8].correlation > by_k[2].correlation > by_k[1].correlation
    assert two.without_noise >= by_k[16].correlation


def test_the_mean_of_samples_is_held_against_one_with_paired_differences():
    part, scores, videos, _, _ = made(5, 1.0, seed=2)
    rows = {row.measure: row for row in repeated_scores(part, scores, videos).comparison.differences}
    kappa = rows["cohen_kappa_quadratic"]
    assert (kappa.first, kappa.second) == ("one sample", "mean of samples")
    assert kappa.estimate.low > 0  # four fifths of its own noise are gone


def test_identical_repeats_have_a_reliability_of_one_and_buy_nothing():
    part, scores, videos, _, _ = made(2, 0.0)
    found = repeated_scores(part, scores, videos)
    assert found.reliability.value == pytest.approx(1.0)
    assert found.same_level.value == 1.0
    assert found.projections[-1].correlation == pytest.approx(found.correlation.value)


def test_one_sample_of_each_claim_has_nothing_to_say():
    part, scores, videos, _, _ = made(1, 0.5)
    assert repeated_scores(part, scores, videos) is None


def test_repeats_of_claims_that_nobody_rated_give_reliability_and_a_reason():
    part, scores, videos, _, _ = made(2, 0.5, rated=4)
    found = repeated_scores(part, scores, videos)
    assert found.reliability.value is not None
    assert found.comparison is None
    assert found.reason == "4 rated claims have two samples or more, fewer than 10"
    assert found.correlation.reason == found.reason


def held(part, repeats):
    measured = measure_dimension(part, seed=0, confidence=0.95, n_resamples=50)
    limits = Thresholds()
    failed = failure_rate("relevance", part.claims, [], 0.95)
    verdict = hold_thresholds([(measured, dimension_alternative_annotator(part, limits), failed)], limits)
    return {check.threshold: check for check in require_alike_samples(verdict, [repeats]).checks}


def test_a_first_sample_that_the_others_do_not_bear_out_passes_nothing():
    part, scores, videos, _, _ = made(1, 0.4)
    dice = np.random.default_rng(3)
    wild = [one for k in (1, 2) for one in scores_of(list(part.claims), dice.uniform(0, 4, N), sample=k)]
    alike, other = (repeated_scores(part, its, videos) for its in (made(3, 0.4)[1], [*scores, *wild]))
    assert held(part, alike)["loss"].state == "pass"
    found = held(part, other)
    assert {found[name].state for name in ("loss", "alt_test")} == {"cannot tell"}
    assert "the samples are not drawn alike" in found["loss"].reason
    assert found["ceiling_alpha"].state == "pass"


def test_the_page_shows_the_mean_beside_one_sample():
    part, scores, videos, _, _ = made(3, 0.8)
    report = build(replace(make_small(), repeats=(repeated_scores(part, scores, videos),)), load())
    (kappa,) = [row for row in report["repeated_scores"][0]["differences"] if row["measure"] == "cohen_kappa_quadratic"]
    assert 0 < kappa["p_value"] <= kappa["p_holm"] <= 1
    assert "Mean of samples minus one sample" in render_html(report)
