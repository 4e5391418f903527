"""Overlap of boxes and spans against closed forms, published definitions and properties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referee_calib import geometry
from referee_calib.errors import InputError

SIDE = 0.2
BOX = np.array([0.4, 0.4, 0.4 + SIDE, 0.4 + SIDE])
GRID = np.arange(0, 1.0005, 0.0005)


def shift_x(d):
    return BOX + SIDE * d * np.array([1, 0, 1, 0])


def diagonal(d):
    return BOX + SIDE * d


def grow(d):
    return BOX + SIDE * d / 2 * np.array([-1, -1, 1, 1])


def shrink(d):
    return BOX + SIDE * d / 2 * np.array([1, 1, -1, -1])


def trapezoid(y, x):
    return float(np.sum((y[1:] + y[:-1]) / 2 * np.diff(x)))


def curve(overlap, move, deltas):
    """Score normalised to 1 at the box itself and 0 at the same box one width of gap away (a shift of two widths)."""
    away = overlap(BOX, shift_x(2.0))
    return (overlap(np.array([move(d) for d in deltas]), BOX) - away) / (1 - away)


GOLDEN = [
    # overlap, family, slope at 0, w(.05), w(.10), d50, AUSC(.1), AUSC(.3)
    (geometry.iou, shift_x, -2.00, 0.0260, 0.0530, 0.334, 0.0938, 0.2509),
    (geometry.giou, shift_x, -1.50, 0.0345, 0.0715, 0.501, 0.0703, 0.1882),
    (geometry.iou, diagonal, -4.00, 0.0130, 0.0270, 0.184, 0.1717, 0.4031),
    (geometry.iou, grow, -2.00, 0.0260, 0.0545, 0.415, 0.091, 0.231),
    (geometry.iou, shrink, -2.00, 0.0255, 0.0515, 0.293, 0.097, 0.270),
]


@pytest.mark.parametrize(("overlap", "move", "slope", "w05", "w10", "d50", "ausc1", "ausc3"), GOLDEN)
def test_response_of_overlap_to_displacement(overlap, move, slope, w05, w10, d50, ausc1, ausc3):
    c = curve(overlap, move, GRID[GRID < 0.999])
    assert (curve(overlap, move, [1e-6])[0] - 1) / 1e-6 == pytest.approx(slope, abs=1e-4)
    step = 0.0005  # the plateau's end is known to a step of the grid
    assert GRID[np.argmax(c < 0.95)] == pytest.approx(w05, abs=step + 1e-9)
    assert GRID[np.argmax(c < 0.90)] == pytest.approx(w10, abs=step + 1e-9)
    assert GRID[np.argmax(c < 0.5)] == pytest.approx(d50, abs=step + 1e-9)
    places = 4 if move in (shift_x, diagonal) else 3
    for width, expected in ((0.1, ausc1), (0.3, ausc3)):
        upto = GRID[: round(width / 0.0005) + 1]
        area = trapezoid(1 - curve(overlap, move, upto), upto) / width
        assert round(float(area), places) == pytest.approx(expected, abs=0.51 * 10**-places)


@pytest.mark.parametrize("width", [0.1, 0.3, 1.0])
def test_area_under_the_drop_of_an_axis_shift_in_closed_form(width):
    # IoU = (1 - d) / (1 + d), so (1/D) * integral of 1 - IoU = 2 - 2 ln(1 + D) / D
    d = np.linspace(0, width, 20001)[:-1] if width == 1.0 else np.linspace(0, width, 20001)
    area = trapezoid(1 - geometry.iou(np.array([shift_x(v) for v in d]), BOX), d) / width
    assert area == pytest.approx(2 - 2 * math.log(1 + width) / width, abs=1e-4)


def test_a_four_pixel_diagonal_shift_depends_on_the_size_of_the_object():
    # 16 px: 12² / (2 · 16² - 12²) = 144/368; 256 px: 252² / (2 · 256² - 252²) = 63504/67568
    small = geometry.iou([0, 0, 16, 16], [4, 4, 20, 20])
    large = geometry.iou([0, 0, 256, 256], [4, 4, 260, 260])
    assert (small, large) == (pytest.approx(144 / 368), pytest.approx(63504 / 67568))


def test_the_family_on_one_pair_by_hand():
    a, b = [0.0, 0.0, 4.0, 2.0], [2.0, 1.0, 6.0, 5.0]
    # intersection 2 · 1 = 2, union 8 + 16 - 2 = 22, enclosing 6 · 5 = 30
    assert geometry.iou(a, b) == pytest.approx(2 / 22)
    assert geometry.giou(a, b) == pytest.approx(2 / 22 - (30 - 22) / 30)
    # centres (2, 1) and (4, 3): 4 + 4 = 8; diagonal² 36 + 25 = 61
    expected = 2 / 22 - 8 / (61 + 1e-7)
    assert geometry.diou(a, b) == pytest.approx(expected, abs=1e-15)
    v = 4 / math.pi**2 * (math.atan(4 / 2) - math.atan(4 / 4)) ** 2
    assert geometry.ciou(a, b) == pytest.approx(expected - v * v / (1 - 2 / 22 + v + 1e-7), abs=1e-15)


def test_boxes_apart_and_spans_apart():
    assert geometry.iou([0, 0, 1, 1], [2, 0, 3, 1]) == 0
    assert geometry.giou([0, 0, 1, 1], [2, 0, 3, 1]) == pytest.approx(-1 / 3)  # C = 3, U = 2
    assert geometry.tiou([0, 1], [2, 3]) == 0


def test_temporal_overlap_divides_by_the_whole_stretch():
    assert geometry.tiou([2.0, 6.0], [4.0, 12.0]) == pytest.approx(2 / 10)
    spans = [[0.0, 1.0], [1.0, 3.0], [0.0, 4.0]]
    assert geometry.tiou(spans, [0.0, 2.0]) == pytest.approx([1 / 2, 1 / 3, 2 / 4])


def test_video_overlap_is_the_mean_over_annotated_frames():
    true = {0: [0, 0, 2, 2], 1: [0, 0, 2, 2], 2: [0, 0, 2, 2]}
    claimed = {0: [[0, 0, 2, 2]], 1: [[0, 0, 1, 2], [5, 5, 6, 6]], 9: [[0, 0, 2, 2]]}
    assert geometry.viou(claimed, true) == pytest.approx((1 + 0.5 + 0) / 3)
    assert geometry.viou(claimed, {}) is None


def test_rows_are_compared_pairwise_and_broadcast_against_one():
    a = np.array([[0, 0, 2, 2], [0, 0, 1, 2], [1, 1, 3, 3]], dtype=float)
    assert geometry.iou(a, a).tolist() == [1.0, 1.0, 1.0]
    assert geometry.iou(a, [0, 0, 2, 2]) == pytest.approx([1, 1 / 2, 1 / 7])
    assert geometry.iou(a[:, None], a[None, :2]).shape == (3, 2)


@pytest.mark.parametrize(
    "box",
    [
        [2, 0, 1, 1],
        [0, 1, 1, 0],
        [0, 0, 0, 1],
        [0, 0, math.nan, 1],
        [0, 0, math.inf, 1],
        [0, 0, 1e-200, 1e-200],
        [0, 0, 1],
        [[0, 0, 1, 1], [1, 0, 0, 1]],
        "box",
        5,
    ],
)
@pytest.mark.parametrize("overlap", [geometry.iou, geometry.giou, geometry.diou, geometry.ciou])
def test_boxes_without_meaning_are_refused(overlap, box):
    with pytest.raises(InputError):
        overlap(box, [0, 0, 1, 1])
    with pytest.raises(InputError):
        overlap([0, 0, 1, 1], box)


@pytest.mark.parametrize("span", [[2, 1], [1, 1], [0, math.nan], [0, 1, 2]])
def test_spans_without_meaning_are_refused(span):
    with pytest.raises(InputError):
        geometry.tiou(span, [0, 1])


def test_the_refusal_names_the_row():
    with pytest.raises(InputError, match="row 1"):
        geometry.iou([[0, 0, 1, 1], [1, 0, 0, 1]], [0, 0, 1, 1])


SHARE = st.integers(0, 990).map(lambda n: n / 1000)
EXTENT = st.integers(10, 500).map(lambda n: n / 1000)
BOXES = st.tuples(SHARE, SHARE, EXTENT, EXTENT).map(lambda v: [v[0], v[1], v[0] + v[2], v[1] + v[3]])


@settings(deadline=None)
@given(BOXES, BOXES, st.integers(-3, 3), st.sampled_from([0.25, 1.0, 640.0]))
def test_overlaps_are_symmetric_bounded_and_follow_the_scene(a, b, shift, scale):
    measures = (geometry.iou, geometry.giou, geometry.diou, geometry.ciou)
    values = [float(f(a, b)) for f in measures]
    assert values == pytest.approx([float(f(b, a)) for f in measures])
    iou, giou, diou, ciou = values
    assert 0 <= iou <= 1 + 1e-12
    assert -1 < giou <= iou + 1e-12
    assert diou <= iou
    assert ciou <= diou
    moved = [np.asarray(box) * scale + shift for box in (a, b)]
    # the epsilons are absolute, so DIoU and CIoU of small boxes follow the scale a little less closely
    assert [float(f(*moved)) for f in measures] == pytest.approx(values, abs=1e-3 if scale < 1 else 1e-4)


@settings(deadline=None)
@given(BOXES)
def test_a_box_overlaps_itself_wholly(a):
    for overlap in (geometry.iou, geometry.giou, geometry.diou, geometry.ciou):
        assert float(overlap(a, a)) == pytest.approx(1.0)


@settings(deadline=None)
@given(st.tuples(SHARE, EXTENT), st.tuples(SHARE, EXTENT))
def test_temporal_overlap_is_the_overlap_of_flat_boxes_for_spans_that_meet(a, b):
    first, second = [a[0], a[0] + a[1]], [b[0], b[0] + b[1]]
    temporal = float(geometry.tiou(first, second))
    assert 0 <= temporal <= 1
    flat = float(geometry.iou([first[0], 0, first[1], 1], [second[0], 0, second[1], 1]))
    assert temporal == pytest.approx(flat)


@pytest.mark.parametrize("overlap", [geometry.iou, geometry.giou, geometry.diou, geometry.ciou])
def test_many_rows_give_what_single_pairs_give(overlap):
    rng = np.random.default_rng(2)
    n = 2 * geometry.CHUNK + 5  # three chunks, the last of five rows
    low = rng.random((n, 2))
    a = np.concatenate([low, low + 0.05 + rng.random((n, 2))], axis=1)
    b = a + rng.uniform(-0.02, 0.02, a.shape)
    values = overlap(a, b)
    assert values.shape == (n,)
    for i in (0, geometry.CHUNK - 1, geometry.CHUNK, 2 * geometry.CHUNK, n - 1):
        assert values[i] == overlap(a[i], b[i])
    one = overlap(a, b[0])
    assert [one[i] for i in (1, geometry.CHUNK, n - 1)] == [overlap(a[i], b[0]) for i in (1, geometry.CHUNK, n - 1)]
    assert overlap(b[0], a) == pytest.approx(one)
    grid = overlap(a[:7, None], b[None, :3])
    assert grid.shape == (7, 3)
    assert grid[5, 2] == overlap(a[5], b[2])
    assert overlap(a[:0], b[:0]).shape == overlap(np.empty((2, 0, 4)), b[0]).shape[1:] == (0,)
    assert isinstance(overlap(a[0], b[0]), float)


BAD = [(0.5, 0.1, 0.4, 0.2), (0.1, 0.1, math.nan, 0.2), (-math.inf, 0.1, math.inf, 0.2), (0, 0, 1e99, 1e99)]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("side", [0, 1])
def test_one_bad_row_among_many_is_named(bad, side):
    rows = np.tile([0.1, 0.1, 0.3, 0.4], (geometry.CHUNK + 20, 1))
    rows[geometry.CHUNK + 9] = bad
    pair = [rows, np.array([0.1, 0.1, 0.3, 0.4])]
    with pytest.raises(InputError, match=f"row {geometry.CHUNK + 9}"):
        geometry.iou(*pair[:: 1 - 2 * side])
