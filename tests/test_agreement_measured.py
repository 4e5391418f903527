"""Alpha of measurements: as many values as there are ratings."""

import numpy as np
import pytest
from helpers_agreement import slow_alpha

from agreement import AgreementError, krippendorff_alpha

NAN = float("nan")


def measured(seed, n_units=90, n_raters=3, missing=0.3):
    rng = np.random.default_rng(seed)
    x = 1e4 + rng.normal(0, 1, (n_units, 1)) + rng.normal(0, 0.5, (n_units, n_raters))
    x[rng.random(x.shape) < missing] = NAN
    return x


@pytest.mark.parametrize("seed", range(5))
def test_alpha_of_measurements_equals_the_sum_over_pairs(seed):
    x = measured(seed)
    found = krippendorff_alpha(x, level="interval", interval=None)
    assert found.value == pytest.approx(slow_alpha(x - 1e4, "interval"), abs=1e-9)  # 1e4 costs four digits of sixteen
    paired = (~np.isnan(x)).sum(axis=1) >= 2
    assert (found.n_units, found.n_ratings) == (paired.sum(), np.count_nonzero(~np.isnan(x[paired])))
    assert found.n_dropped == np.count_nonzero(~np.isnan(x[~paired]))


def test_measurements_and_categories_take_the_same_road():
    """Adding units of one rating brings more than 127 values, and changes nothing."""
    rng = np.random.default_rng(3)
    x = np.clip(rng.integers(0, 5, (200, 1)) + rng.integers(-1, 2, (200, 3)), 0, 4).astype(float)
    lone = np.full((150, 3), NAN)
    lone[:, 0] = rng.normal(size=150)
    cluster = np.arange(350) // 4
    more = np.concatenate([x, lone])
    for interval in ("jackknife", "bootstrap", "bca"):
        options = {"level": "interval", "interval": interval, "n_resamples": 200}
        plain = krippendorff_alpha(x, cluster=cluster[:200], **options)
        other = krippendorff_alpha(more, cluster=cluster, **options)
        assert (other.value, other.low, other.high) == pytest.approx((plain.value, plain.low, plain.high), abs=1e-12)
        assert (other.n_clusters, other.n_units, other.n_dropped) == (50, 200, 150)


def test_measurements_need_the_interval_level_and_a_common_unit():
    with pytest.raises(AgreementError, match="127 at most"):
        krippendorff_alpha(measured(1), level="ordinal")
    with pytest.raises(AgreementError, match="it needs a scale"):
        krippendorff_alpha(measured(1), level="interval", interval="pigeonhole")
    apart = np.full((300, 2), NAN)
    apart[np.arange(300), np.arange(300) % 2] = np.arange(300)
    assert "no two ratings can be compared" in krippendorff_alpha(apart, level="interval").reason
