"""Response of overlap to each family against golden values, through perturbations and metrics as they are used."""

import math
from dataclasses import replace

import numpy as np
import pytest

from referee_calib import geometry
from referee_calib.perturbation import KINDS, ausc, d50, plateau, slope
from referee_calib.perturbation.families import vectorized
from referee_calib.records import Claim

BOX = (0.4, 0.4, 0.6, 0.6)
STEP = 0.0005
GRID = np.arange(0, 0.6 + STEP / 2, STEP)
CLAIM = Claim(video="a.mp4", question="q", boxes=((1.0, *BOX),), span=(40.0, 42.0))


def moved(key, deltas, start=CLAIM):
    """Boxes, or spans, at every magnitude."""
    kind = KINDS[key]
    table = vectorized.box_table([start]) if kind.on == "boxes" else vectorized.span_table([start], {"a.mp4": 100.0})
    drawn = vectorized.ways(kind, [start], 5, {"a.mp4": 100.0})
    found = [vectorized.apply(replace(kind, delta=d), table, drawn) for d in deltas]
    assert all(applies.all() for _, applies in found)
    return np.concatenate([rows for rows, _ in found])


def curve(overlap, key, deltas=GRID):
    """Reward normalised to 1 for the box itself and 0 for the same box one width of gap away."""
    away = overlap((BOX[0] + 0.4, BOX[1], BOX[2] + 0.4, BOX[3]), BOX)
    return (overlap(moved(key, deltas), BOX) - away) / (1 - away)


@pytest.mark.parametrize(
    ("overlap", "key", "slope_0", "w05", "w10", "half", "ausc_1", "ausc_3", "digits"),
    [
        (geometry.iou, "shift_x", -2.00, 0.0260, 0.0530, 0.334, 0.0938, 0.2509, 4),
        (geometry.iou, "shift_y", -2.00, 0.0260, 0.0530, 0.334, 0.0938, 0.2509, 4),
        (geometry.giou, "shift_x", -1.50, 0.0345, 0.0715, 0.501, 0.0703, 0.1882, 4),
        (geometry.iou, "shift_diagonal", -4.00, 0.0130, 0.0270, 0.184, 0.1717, 0.4031, 4),
        (geometry.iou, "grow", -2.00, 0.0260, 0.0545, 0.415, 0.091, 0.231, 3),
        (geometry.iou, "shrink", -2.00, 0.0255, 0.0515, 0.293, 0.097, 0.270, 3),
    ],
)  # fmt: skip
def test_overlap_falls_as_printed(overlap, key, slope_0, w05, w10, half, ausc_1, ausc_3, digits):
    c = curve(overlap, key)
    first = curve(overlap, key, [0.0, 1e-6])
    assert slope([0.0, 1e-6], first) == pytest.approx(slope_0, abs=1e-4)
    # printed is the first magnitude of the grid below the level, d50 to three digits
    plateaus = [(plateau(GRID, c, 0.05), w05, 4), (plateau(GRID, c, 0.1), w10, 4)]
    for value, printed, place in [*plateaus, (d50(GRID, c), half, 3)]:
        below = STEP * (math.floor(value / STEP + 1e-6) + 1)
        assert abs(below - printed) <= 0.5 * 10**-place + 1e-9
    for until, printed in ((0.1, ausc_1), (0.3, ausc_3)):
        assert round(ausc(GRID, c, until), digits) == pytest.approx(printed, abs=0.51 * 10**-digits)


@pytest.mark.parametrize("until", [0.05, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("key", ["shift_x", "span_shift"])
def test_the_area_of_an_axis_shift_has_a_closed_form(key, until):
    # 1 - (1 - d) / (1 + d) = 2 - 2 / (1 + d), and the mean of that from 0 to D is 2 - 2 ln(1 + D) / D
    rows = moved(key, GRID)
    c = geometry.iou(rows, BOX) if key == "shift_x" else geometry.tiou(rows, CLAIM.span)
    assert ausc(GRID, c, until) == pytest.approx(2 - 2 * math.log(1 + until) / until, abs=1e-6)


@pytest.mark.parametrize(("size", "printed", "exact"), [(16, 0.39, 144 / 368), (256, 0.94, 63504 / 67568)])
def test_four_pixels_mean_more_on_a_small_object(size, printed, exact):
    # moved by 4 of 16 pixels both ways 12² is shared of 2 · 16² - 12²; of 256, 252² of 2 · 256² - 252²
    side = size / 1024
    start = Claim(video="a.mp4", question="q", boxes=((1.0, 0.4, 0.4, 0.4 + side, 0.4 + side),))
    found = moved("shift_diagonal", [4 / size], start)
    value = float(geometry.iou(found, start.boxes[0][1:])[0])
    assert value == pytest.approx(exact)
    assert round(value, 2) == printed
