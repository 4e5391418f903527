"""The metrics of response curves against their closed forms for plain overlap."""

import math

import numpy as np
import pytest

from referee_calib.errors import InputError
from referee_calib.perturbation import ausc, d50, normalised, plateau, slope

GRID = np.arange(0, 4001) * 0.0005  # magnitudes 0 to 2
SHIFT, GROW, SHRINK = (1 - GRID) / (1 + GRID), (1 + GRID) ** -2.0, (1 - GRID) ** 2  # IoU


@pytest.mark.parametrize("until", [0.1, 0.3, 1.5])
def test_ausc_of_growth_has_a_closed_form(until):
    # IoU = (1 + d)^-2, so (1/D) ∫ 1 - IoU = 1 - (1/D)(1 - 1/(1 + D)) = 1 - 1 / (1 + D)
    assert ausc(GRID, GROW, until) == pytest.approx(1 - 1 / (1 + until), abs=1e-6)


def test_crossings_have_closed_forms():
    assert d50(GRID, SHIFT) == pytest.approx(1 / 3, abs=1e-6)  # (1 - d) / (1 + d) = 1/2
    assert plateau(GRID, SHIFT, 0.05) == pytest.approx(0.05 / 1.95, abs=1e-6)
    assert d50(GRID, SHRINK) == pytest.approx(1 - math.sqrt(0.5), abs=1e-6)  # (1 - d)^2 = 1/2
    assert d50(GRID, GROW) == pytest.approx(math.sqrt(2) - 1, abs=1e-6)


def test_a_known_plateau_is_recovered():
    c = np.interp(GRID, [0, 0.2, 0.6, 2.0], [1, 1, 0, 0])
    assert plateau(GRID, c, 0.05) == pytest.approx(0.2 + 0.05 * 0.4)
    assert d50(GRID, c) == pytest.approx(0.4)
    assert slope(GRID, c) == 0
    assert slope(GRID, c, at=0.3) == pytest.approx(-2.5)
    assert ausc(GRID, c, 0.6) == pytest.approx(0.4 * 0.5 / 0.6, abs=1e-6)


def test_a_flat_curve_never_falls():
    c = np.ones_like(GRID)
    assert (plateau(GRID, c), d50(GRID, c), ausc(GRID, c, 1.0), slope(GRID, c)) == (None, None, 0.0, 0.0)


def test_ausc_between_two_magnitudes_interpolates():
    # 1 - c rises from 0 to 1 over [0, 1]: the mean over [0, 0.5] is 0.25
    assert ausc([0, 1, 2], [1, 0, 0], 0.5) == pytest.approx(0.25)


def test_normalising_needs_a_gap_beyond_retest_noise():
    assert normalised([0.9, 0.5, 0.1], 0.9, 0.1) == pytest.approx([1, 0.5, 0])
    assert normalised([0.5, 0.5], 0.5, 0.5) is None
    assert normalised([0.5, 0.7], 0.5, 0.7) is None
    assert normalised([0.5, 0.4], 0.5, 0.4, retest_sd=0.06) is None
    assert normalised([0.5, 0.4], 0.5, 0.4, retest_sd=0.04) is not None


@pytest.mark.parametrize(
    ("deltas", "values"),
    [([0], [1]), ([0, 1], [1, 0, 0]), ([0.1, 1], [1, 0]), ([0, 0], [1, 0]), ([0, 1], [1, math.nan])],
)
def test_a_curve_that_is_none_is_refused(deltas, values):
    with pytest.raises(InputError):
        d50(deltas, values)


def test_limits_outside_the_curve_are_refused():
    with pytest.raises(InputError, match="until=3"):
        ausc([0, 1, 2], [1, 0, 0], 3)
    with pytest.raises(InputError, match="at=2"):
        slope([0, 1, 2], [1, 0, 0], at=2)
