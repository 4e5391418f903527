"""Recalibrators of every form on one study: errors on unseen videos, the best form, what changes in groups."""

from dataclasses import replace

import numpy as np
import pytest
from helpers_judgements import box_claims, ratings_of, scores_of

from agreement import cross_validate_recalibrator
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.input_digests import digest_compared_scores, digest_inputs
from referee_calib.analysis.recalibration.recalibrator_trials import RecalibratorTrial, best_kind, try_recalibrators
from referee_calib.analysis.recalibration.study_recalibration import KINDS


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


def tried(dimension, kind, raw, error, claims):
    return RecalibratorTrial(dimension, kind, raw, error, 0.5, 0.5, None, claims, 6)


def test_best_over_dimensions_weighs_claims():
    rows = [tried("relevance", "isotonic", 1.0, 0.5, 10), tried("relevance", "linear", 1.0, 0.8, 10)]
    rows += [tried("timing", "isotonic", 1.0, 0.9, 40), tried("timing", "linear", 1.0, 0.7, 40)]
    # isotonic 10 · 0.5 + 40 · 0.9 = 41, linear 10 · 0.8 + 40 · 0.7 = 36, as it is 50
    assert best_kind(rows) == "linear"
    assert best_kind(rows[:2]) == "isotonic"


def test_a_score_that_no_form_improves_is_best_left_as_it_is():
    assert best_kind([tried("timing", "isotonic", 0.4, 0.5, 9), tried("timing", "linear", 0.4, 0.4, 9)]) == ""


def test_seconds_change_the_digest_of_a_comparison_and_of_nothing_else():
    claims, ratings, scores, _, _ = study()
    slower = [replace(score, seconds=2.5) for score in scores]
    assert digest_inputs(claims, ratings, scores) == digest_inputs(claims, ratings, slower)
    fast, slow = (digest_compared_scores({"one": its})[0] for its in (scores, slower))
    assert fast.sha256 != slow.sha256
    assert digest_compared_scores({"one": scores[::-1]})[0] == fast
    assert fast.rows == 40
