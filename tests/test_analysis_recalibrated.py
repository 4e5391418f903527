"""Recalibrators of every form on one study: errors on unseen videos, the best form, what changes in groups."""

from dataclasses import replace

import numpy as np
import pytest
from helpers_judgements import BOX, FIVE_EACH, box_claims, ratings_of, scores_of

from agreement import Estimate, cross_validate_recalibrator
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.input_digests import digest_compared_scores, digest_inputs
from referee_calib.analysis.recalibration.composed_agreement import _Tables, composed_scale
from referee_calib.analysis.recalibration.recalibrator_trials import (
    RecalibratorTrial,
    above_zero,
    best_kind,
    try_recalibrators,
)
from referee_calib.analysis.recalibration.study_recalibration import KINDS
from referee_calib.records import Claim
from referee_calib.reward import Min, Product


def study(n=40, videos=8, lift=1.0):
    """Two people who agree to a level, and a referee that gives `lift` levels more than the truth, half as steeply."""
    dice = np.random.default_rng(5)
    claims = box_claims(n, videos)
    truth = dice.integers(0, 5, n)
    people = np.clip(truth[:, None] + dice.integers(-1, 2, (n, 2)), 0, 4)
    expected = np.clip(lift + truth / 2, 0, 4)
    return claims, ratings_of(claims, people), scores_of(claims, expected), people, expected


def test_errors_are_those_of_videos_that_no_fit_has_seen():
    claims, ratings, scores, people, expected = study()
    part = join("relevance", claims, ratings, scores, rubric="")
    found = try_recalibrators([part], claims, scores, "a" * 16, media=None, seed=2)
    assert [row.kind for row in found.tried] == list(KINDS)
    for row in found.tried:
        oracle = cross_validate_recalibrator(expected, people, cluster=[c.video for c in claims], kind=row.kind, seed=2)
        assert row.mse == pytest.approx(oracle.mse_recalibrated)
        assert row.mse_raw == pytest.approx(((people - expected[:, None]) ** 2).mean())  # two ratings of every claim
        assert row.rps_raw == pytest.approx(np.abs(people - expected[:, None]).mean())
        assert row.rps == pytest.approx(np.abs(people - oracle.predictions[:, None]).mean())
        assert row.gain.value == pytest.approx(row.mse_raw - row.mse)
        assert (row.n_claims, row.n_videos) == (40, 8)
    errors = {row.kind: row.mse for row in found.tried}
    assert found.best == {"relevance": min(errors, key=errors.get)}
    assert found.best_overall == found.best["relevance"]  # half as steep: a fit gains
    assert found.rankings == {}  # without the videos no reward is asked


def test_too_little_data_is_left_out_with_what_there_is():
    claims, ratings, scores, _, _ = study(n=12, videos=3)
    part = join("relevance", claims, ratings, scores, rubric="")
    found = try_recalibrators([part], claims, scores, "a" * 16, media=None)
    assert found.tried == ()
    assert found.best_overall == ""
    assert found.left_out == {"relevance": "12 claims in 3 videos with a rating and a score"}


def tried(dimension, kind, raw, error, claims, constant=2.0, half=0.01):
    gains = [Estimate(known - error, known - error - half, known - error + half) for known in (raw, constant)]
    return RecalibratorTrial(dimension, kind, raw, error, 0.5, 0.5, gains[0], constant, gains[1], claims, 6)


def test_best_over_dimensions_weighs_claims():
    rows = [tried("relevance", "isotonic", 1.0, 0.5, 10), tried("relevance", "linear", 1.0, 0.8, 10)]
    rows += [tried("timing", "isotonic", 1.0, 0.9, 40), tried("timing", "linear", 1.0, 0.7, 40)]
    # isotonic 10 · 0.5 + 40 · 0.9 = 41, linear 10 · 0.8 + 40 · 0.7 = 36, as it is 50
    assert best_kind(rows) == "linear"
    assert best_kind(rows[:2]) == "isotonic"


def test_a_score_that_no_form_improves_is_best_left_as_it_is():
    assert best_kind([tried("timing", "isotonic", 0.4, 0.5, 9), tried("timing", "linear", 0.4, 0.4, 9)]) == ""


def test_a_gain_that_may_be_chance_recommends_nothing():
    assert best_kind([tried("timing", "linear", 1.0, 0.9, 40, half=0.2)]) == ""


def test_a_form_that_only_learns_the_mean_is_not_recommended():
    assert best_kind([tried("timing", "linear", 4.0, 2.0, 40, constant=2.0)]) == ""


def test_a_form_that_is_shown_to_hurt_one_dimension_is_not_recommended_for_all():
    rows = [tried("relevance", "linear", 2.0, 1.0, 40), tried("timing", "linear", 1.0, 1.2, 40)]
    assert best_kind(rows) == ""
    assert best_kind(rows[:1]) == "linear"


def test_a_random_referee_gains_by_recalibration_and_is_not_recommended_one():
    """Squared error of uniform levels is far above that of the mean: the gain is large, and that of a constant none."""
    dice = np.random.default_rng(4)
    claims = box_claims(160, 40)
    people = np.clip(np.rint(dice.normal(2, 1.0, (160, 1)) + dice.normal(0, 0.5, (160, 3))), 0, 4)
    scores = scores_of(claims, dice.integers(0, 5, 160).astype(float))
    part = join("relevance", claims, ratings_of(claims, people), scores, rubric="")
    found = try_recalibrators([part], claims, scores, "a" * 16, media=None)
    assert all(above_zero(row.gain) and not above_zero(row.gain_over_constant) for row in found.tried)
    assert found.best == {"relevance": ""}
    assert found.best_overall == ""
    kinds = [one.kind for one in found.agreement]
    assert [one.subject for one in found.agreement] == ["relevance", "composed"]
    assert len(set(kinds)) == 1  # shown all the same, with the form of least error
    assert found.agreement[-1].reason == "a claim's score takes relevance and a second dimension"


def test_a_lenient_referee_is_lenient_no_more_out_of_fold_alone_and_composed():
    dice = np.random.default_rng(6)
    claims = box_claims(240, 60)
    parts, every, ratings = [], [], []
    for name in ("relevance", "localization"):
        quality = dice.uniform(0, 3.2, 240)
        people = np.clip(np.rint(quality[:, None] + dice.normal(0, 0.5, (240, 3))), 0, 4)
        scores = scores_of(claims, np.clip(np.rint(quality + 0.8 + dice.normal(0, 0.5, 240)), 0, 4), name)
        given = ratings_of(claims, people, name)
        parts.append(join(name, claims, given, scores, rubric=""))
        every, ratings = [*every, *scores], [*ratings, *given]
    found = try_recalibrators(parts, claims, every, "a" * 16, media=None)
    assert found.best_overall
    for one in found.agreement:
        raw, better = one.variants
        top = 1.0 if one.subject == "composed" else 4.0
        assert raw.leniency.low > 0.1 * top
        assert abs(better.leniency.value) < 0.04 * top
        lenient = next(row for row in one.paired.differences if row.measure == "leniency")
        assert lenient.estimate.high < 0


def test_the_composed_scale_holds_every_product_of_two_levels():
    # of 0, ¼, ½, ¾, 1: the products in sixteenths are 0, 1, 2, 3, 4, 6, 8, 9, 12, 16
    assert (composed_scale(Product(), FIVE_EACH) * 16).tolist() == [0, 1, 2, 3, 4, 6, 8, 9, 12, 16]
    assert composed_scale(Min(), FIVE_EACH).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_a_composed_score_is_the_reward_s_own_for_people_and_referee_alike():
    """Two raters, one claim of a box and one of a box and a span: relevance times the worse of the placements."""
    both = Claim(video="w.mp4", question="Where?", object="x", boxes=BOX, span=(1.0, 2.0), rollout="s")
    claims = [*box_claims(30, 10), both]
    levels = {"relevance": 4, "localization": 3, "timing": 1}
    ratings = [one for name in levels for one in ratings_of(claims, [[levels[name]] * 2] * 31, name)
               if name != "timing" or one.claim == both.id]  # fmt: skip
    scores = [one for name in levels for one in scores_of(claims, [levels[name]] * 31, name)
              if name != "timing" or one.claim == both.id]  # fmt: skip
    parts = [join(name, claims, ratings, scores, rubric="") for name in levels]
    tables = _Tables.of(parts)
    people = tables.composed(tables.people(), Product())
    place = [claim.id for claim in tables.claims].index(both.id)
    assert people[place].tolist() == [0.25, 0.25]  # 4/4 · min(3/4, 1/4)
    assert people[0].tolist() == [0.75, 0.75]


def test_seconds_change_the_digest_of_a_comparison_and_of_nothing_else():
    claims, ratings, scores, _, _ = study()
    slower = [replace(score, seconds=2.5) for score in scores]
    assert digest_inputs(claims, ratings, scores) == digest_inputs(claims, ratings, slower)
    fast, slow = (digest_compared_scores({"one": its})[0] for its in (scores, slower))
    assert fast.sha256 != slow.sha256
    assert digest_compared_scores({"one": scores[::-1]})[0] == fast
    assert fast.rows == 40
