"""How often quality flags hit the raters they are meant for, and how often they hit honest ones: by simulation."""

import pytest
from helpers_simulated_behaviour import crowd

from referee_calib.study.quality import acts_of, outlier_flags, straight_lining_flags
from referee_calib.study.settings import QualitySettings

DEFAULTS = QualitySettings()
LEVELS = dict.fromkeys(("relevance", "localization", "timing"), 5)
STUDIES = 100


def flagged(seed, odd, n_claims, n_honest=5):
    claims, by_rater = crowd(seed, n_honest, n_claims, odd)
    ratings = [one for its in by_rater.values() for one in its]
    acts = {name: acts_of(its) for name, its in by_rater.items()}
    runs = {flag.rater for flag in straight_lining_flags(acts, DEFAULTS)}
    videos = {one.id: one.video for one in claims}
    return runs, {flag.rater for flag in outlier_flags(ratings, videos, DEFAULTS, LEVELS)}


def rates(odd, n_claims):
    """Share of odd raters that each flag hits, and share of the honest ones."""
    hits, alarms = [0, 0], [0, 0]
    for seed in range(STUDIES):
        for k, names in enumerate(flagged(seed, odd, n_claims)):
            hits[k] += len(names & set(odd))
            alarms[k] += len(names - set(odd))
    return [n / STUDIES / len(odd) for n in hits], [n / STUDIES / 5 for n in alarms]


def test_straight_liners_are_found_and_honest_raters_almost_never():
    (runs, _), (false_runs, _) = rates(("straight",), 30)
    print(f"straight-lining, 30 claims: {runs:.1%} found, {false_runs:.2%} of the honest flagged")  # noqa: T201
    assert runs == 1
    assert false_runs <= 0.005


@pytest.mark.parametrize(("n_claims", "found"), [(60, 0.8), (120, 0.95)])
def test_random_raters_are_outliers_and_honest_ones_almost_never(n_claims, found):
    (_, outliers), (_, false_outliers) = rates(("random",), n_claims)
    print(f"outlier, {n_claims} claims: {outliers:.1%} found, {false_outliers:.2%} of the honest flagged")  # noqa: T201
    assert outliers >= found
    assert false_outliers <= 0.01
