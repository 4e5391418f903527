"""The metrics of response curves against their closed forms for plain overlap, and against the published table."""

import math

import numpy as np
import pytest

from referee_calib.errors import InputError
from referee_calib.geometry import iou
from referee_calib.perturbation import ausc, d50, normalised, plateau, slope

GRID = np.arange(0, 4001) * 0.0005  # magnitudes 0 to 2
TRUE = np.array([0.4, 0.4, 0.6, 0.6])
SIDE = 0.2


def boxes(dx=0.0, dy=0.0, scale=1.0):
    """The true box shifted by shares of its side, or scaled about its centre, one row per magnitude."""
    dx, dy, scale = np.broadcast_arrays(dx, dy, scale)
    half = SIDE * scale / 2
    x, y = 0.5 + SIDE * dx, 0.5 + SIDE * dy
    return np.stack([x - half, y - half, x + half, y + half], axis=1)


def curve(measure, family, grid=GRID):
    moved = {
        "shift_x": lambda d: boxes(dx=d),
        "diagonal": lambda d: boxes(dx=d, dy=d),
        "grow": lambda d: boxes(scale=1 + d),
        "shrink": lambda d: boxes(scale=1 - d),
    }[family](grid)
    wrong = float(measure(boxes(dx=np.array([2.0])), TRUE)[0])  # the same box one width of gap away
    return normalised(measure(moved, TRUE), 1.0, wrong)


@pytest.mark.parametrize("until", [0.1, 0.3, 1.5])
def test_ausc_of_growth_has_a_closed_form(until):
    # IoU = (1 + d)^-2, so (1/D) ∫ 1 - IoU = 1 - (1/D)(1 - 1/(1 + D)) = 1 - 1 / (1 + D)
    assert ausc(GRID, curve(iou, "grow"), until) == pytest.approx(1 - 1 / (1 + until), abs=1e-6)


def test_crossings_have_closed_forms():
    shift, shrink = curve(iou, "shift_x"), curve(iou, "shrink", GRID[GRID < 1])
    assert d50(GRID, shift) == pytest.approx(1 / 3, abs=1e-6)  # (1 - d) / (1 + d) = 1/2
    assert plateau(GRID, shift, 0.05) == pytest.approx(0.05 / 1.95, abs=1e-6)
    assert d50(GRID[GRID < 1], shrink) == pytest.approx(1 - math.sqrt(0.5), abs=1e-6)  # (1 - d)^2 = 1/2
    assert d50(GRID, curve(iou, "grow")) == pytest.approx(math.sqrt(2) - 1, abs=1e-6)


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
