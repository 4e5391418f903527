"""Agreement on where and when: closed forms, other implementations, planted bias and noise, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers_localization import planted

from agreement import (
    AgreementError,
    box_marks,
    consensus_marks,
    edge_effects,
    krippendorff_alpha,
    localization_agreement,
    span_marks,
)
from agreement.localization.mark_overlap import generalized_overlap, overlap
from agreement.localization.random_placement import expected_distance
from referee_calib import geometry


def alpha_of(found, measure, chance):
    return next(one for one in found.alphas if (one.measure, one.chance) == (measure, chance))


def random_rows(n, n_axes, seed):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 0.6, (n, n_axes))
    return np.concatenate([low, low + rng.uniform(0.05, 0.4, (n, n_axes))], axis=1)


def test_overlaps_equal_those_of_geometry_and_of_kalphacv():
    a, b = random_rows(200, 2, 0), random_rows(200, 2, 1)
    assert overlap(a, b) == pytest.approx(geometry.iou(a, b))
    assert generalized_overlap(a, b) == pytest.approx(geometry.giou(a, b))
    assert overlap(a[:, [0, 2]], b[:, [0, 2]]) == pytest.approx(geometry.tiou(a[:, [0, 2]], b[:, [0, 2]]))
    # kalphacv 1.5.2, calc_iou_bbox, of corners and sizes (20, 9, 30, 46) and (3, 4, 57, 39)
    one, two = np.array([[20.0, 9, 50, 55]]), np.array([[3.0, 4, 60, 43]])
    assert overlap(one, two) == pytest.approx([0.3948896631823461])


def test_mean_overlap_counts_every_item_the_same():
    # item a: pairs 1, 0.5, 0.5; item b: one pair at 0.25
    marks = span_marks(list("aaabb"), list("pqrpq"), [0, 0, 0, 0, 0], [2, 2, 1, 1, 4])
    found = localization_agreement(marks, thresholds=[0.5])
    assert found.overlap.value == pytest.approx((2 / 3 + 0.25) / 2)
    assert found.rejected["0.5"].value == pytest.approx((0 + 1) / 2)
    # against the median of the two others: 2, 2 | 1.5, so 1 − 0.5/2 twice, and 1/2 of 2
    assert found.with_others.value == pytest.approx((0.75 + 0.75 + 0.5) / 3)
    assert (found.with_others.n_units, found.with_others.n_dropped) == (1, 2)


def test_items_of_one_annotator_never_count_as_agreement():
    both = [["a", "a", "b", "b"], ["p", "q", "p", "q"], [0, 0, 4, 5], [2, 1, 8, 9]]
    alone = [[*both[0], "c", "d"], [*both[1], "p", "q"], [*both[2], 1, 2], [*both[3], 3, 9]]
    with_them, without = (localization_agreement(span_marks(*rows, length=10)) for rows in (alone, both))
    assert with_them.overlap.value == without.overlap.value
    assert [one.alpha.value for one in with_them.alphas] == [one.alpha.value for one in without.alphas]
    assert (with_them.n_single, with_them.overlap.n_dropped) == (2, 2)
    assert any("2 mark(s) of items that fewer than 2" in note for note in with_them.overlap.notes)


def test_alpha_of_marks_that_are_equal_or_apart_is_nominal_alpha():
    rng = np.random.default_rng(3)
    table = rng.integers(0, 3, (40, 4)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    table[:, 1] = np.where(rng.random(40) < 0.7, table[:, 0], table[:, 1])
    video = np.arange(40) // 3
    item, who = np.nonzero(~np.isnan(table))
    start = table[item, who] * 10
    marks = span_marks(item, who, start, start + 10, cluster=video[item])
    found = alpha_of(localization_agreement(marks), "overlap", "marginal").alpha
    nominal = krippendorff_alpha(table, level="nominal", cluster=video)
    assert (found.value, found.low, found.high) == pytest.approx((nominal.value, nominal.low, nominal.high))


def closed_form_of_placement(low, high, size, extent):
    """Mean tIoU of a span with another of that size put anywhere: ∫ o / (S − o) over the place, by pieces."""
    total, room = high - low + size, extent - size

    def piece(begin, end, at):
        begin, end = (min(max(place, 0.0), room) for place in (begin, end))
        first, last = sorted((at(begin), at(end)))
        return -(last - first) + total * math.log((total - first) / (total - last)) if end > begin else 0.0

    most = min(high - low, size)
    flat = [min(max(place, 0.0), room) for place in sorted((low, high - size))]
    rising = piece(low - size, min(low, high - size), lambda place: place + size - low)
    falling = piece(max(low, high - size), high, lambda place: high - place)
    return (rising + (flat[1] - flat[0]) * most / (total - most) + falling) / room


@pytest.mark.parametrize(
    ("low", "high", "size"), [(2, 5, 2), (2, 5, 4), (0, 1, 9), (8, 10, 2), (0, 10, 3), (3, 3.5, 0.5)]
)
def test_chance_by_placement_has_the_closed_form(low, high, size):
    found = expected_distance(
        np.array([[low, high]], float), np.array([[0, size]], float), np.array([[10.0]]), "overlap"
    )
    assert 1 - found[0] == pytest.approx(closed_form_of_placement(low, high, size, 10), abs=2e-6)


def test_chance_by_placement_of_boxes_is_the_mean_over_random_places():
    rng = np.random.default_rng(0)
    box, other = np.array([[1.0, 2, 4, 5]]), np.array([[0.0, 0, 2, 6]])
    x, y = rng.uniform(0, 8, 200_000), rng.uniform(0, 4, 200_000)
    placed = np.stack([x, y, x + 2, y + 6], axis=1)
    for measure, values in (
        ("overlap", 1 - overlap(np.broadcast_to(box, placed.shape), placed)),
        ("generalized", (1 - generalized_overlap(np.broadcast_to(box, placed.shape), placed)) / 2),
    ):
        found = expected_distance(box, other, np.array([[10.0, 10.0]]), measure)[0]
        assert found == pytest.approx(values.mean(), abs=4 * values.std() / len(values) ** 0.5)


def test_a_mark_that_fills_the_video_has_one_place():
    found = expected_distance(np.array([[2.0, 4]]), np.array([[0.0, 10]]), np.array([[10.0]]), "overlap")
    assert found == pytest.approx([0.8])


def test_random_marks_have_no_agreement_beyond_either_chance():
    rng = np.random.default_rng(5)
    size = rng.uniform(1, 4, 900)
    start = rng.uniform(0, 10 - size)
    marks = span_marks(np.arange(900) // 3, np.arange(900) % 3, start, start + size, length=10)
    for one in localization_agreement(marks).alphas:
        assert one.alpha.low < 0 < one.alpha.high, one


def test_units_of_measurement_do_not_matter():
    rows = random_rows(60, 1, 2)
    labels = np.arange(60) // 3, np.arange(60) % 3
    one = localization_agreement(span_marks(*labels, *rows.T, length=1.0))
    other = localization_agreement(span_marks(*labels, *(60 * rows).T, length=60.0))
    values = [[a.alpha.value for a in found.alphas] for found in (one, other)]
    assert values[0] == pytest.approx(values[1])


def test_planted_bias_and_noise_are_recovered():
    marks, bias = planted()
    found = edge_effects(marks)
    for who, true in zip(("p0", "p1", "p2", "p3"), bias, strict=True):
        start, end, length = (found.bias[edge][who] for edge in ("start", "end", "length"))
        assert start.value == pytest.approx(true, abs=4 * start.standard_error)
        assert end.value == pytest.approx(0, abs=4 * end.standard_error)
        assert length.value == pytest.approx(-true, abs=4 * length.standard_error)  # later start, shorter span
    spread = (bias**2).sum() / 3  # 8.5 / 3, the variance of these annotators' bias
    start = found.noise["start"]
    assert start.noise.low < 1.5 < start.noise.high
    assert start.annotator.low < spread**0.5 < start.annotator.high
    assert start.item.value == pytest.approx(30 / 12**0.5, rel=0.15)  # uniform over 30


def test_noise_of_complete_marks_is_that_of_the_analysis_of_variance():
    rng = np.random.default_rng(1)
    start = rng.normal(20, 5, (12, 1)) + np.array([0.0, 1.0, 3.0]) + rng.normal(0, 1, (12, 3))
    item, who = np.indices(start.shape).reshape(2, -1)
    found = edge_effects(span_marks(item, who, start.ravel(), start.ravel() + 50)).noise["start"]
    left = start - start.mean(axis=1, keepdims=True) - start.mean(axis=0) + start.mean()
    error = (left**2).sum() / (11 * 2)
    rows, columns = 3 * start.mean(axis=1).var(ddof=1), 12 * start.mean(axis=0).var(ddof=1)
    assert found.noise.value**2 == pytest.approx(error)
    assert found.item.value**2 == pytest.approx((rows - error) / 3)
    assert found.annotator.value**2 == pytest.approx((columns - error) / 12)


def test_numbered_annotators_have_noise_and_no_bias():
    marks = span_marks(list("aabb"), [1, 2, 1, 2], [0, 1, 5, 7], [4, 4, 9, 9], named=False)
    found = edge_effects(marks)
    assert found.bias == {}
    assert "numbered" in found.reason
    # within items: deviations ±0.5 and ±1, one degree of freedom each
    assert found.noise["start"].noise.value == pytest.approx(((0.5 + 2) / 2) ** 0.5)
    assert found.noise["start"].annotator.value is None


def test_consensus_is_the_median_with_the_chance_that_it_holds_the_populations():
    found = consensus_marks(
        box_marks(list("aaab"), list("pqrp"), [1, 2, 9, 0], [0, 0, 1, 0], [10, 12, 11, 1], [5, 6, 7, 1])
    )
    assert (found[0].edges, found[0].low, found[0].high) == ((2, 0, 11, 6), (1, 0, 10, 5), (9, 1, 12, 7))
    assert [one.coverage for one in found] == [0.75, None]  # 1 − 2^(1 − 3)


def test_people_who_mark_two_events_are_split_and_one_stranger_is_not():
    two_events = [(0, 10), (1, 10), (50, 60), (51, 60)]
    stranger = [(0, 10), (1, 10), (0, 9), (50, 60)]
    bridged = [*two_events, (0, 100)]  # who marks everything links nobody
    rows = [(name, j, *span) for name, spans in zip("abc", (two_events, stranger, bridged), strict=True) for j, span in
            enumerate(spans)]  # fmt: skip
    found = localization_agreement(span_marks(*zip(*rows, strict=True)))
    assert found.split.value == pytest.approx(2 / 3)


def test_several_marks_of_one_annotator_are_joined_as_is_said():
    rows = [["a", "a", "a"], ["p", "p", "q"], [0, 8, 0], [2, 9, 9]]
    assert span_marks(*rows).rows.tolist() == [[0, 9], [0, 9]]
    assert span_marks(*rows, several="largest").rows.tolist() == [[0, 2], [0, 9]]
    assert "1 time(s) an annotator gave several marks" in " ".join(span_marks(*rows).notes)
    with pytest.raises(AgreementError, match="several marks for one item"):
        span_marks(*rows, several="refuse")


def test_boxes_are_compared_at_the_same_time():
    marks = box_marks(list("aaa"), list("pqq"), [0, 0, 0], [0, 0, 0], [2, 1, 2], [1, 1, 1], time=[1.0, 1.0, 2.0])
    found = localization_agreement(marks)
    assert (found.overlap.value, found.overlap.n_units, found.n_single) == (0.5, 1, 1)


@pytest.mark.parametrize(
    ("start", "end", "more", "said"),
    [
        ([0, 5], [2, 3], {}, r"row 2, item 'a' by 'q': \(5, 3\): it is reversed"),
        ([0, 5], [2, 5], {}, "it is empty"),
        ([0, np.nan], [2, 5], {}, "a mark has all of start, end"),
        ([0, np.inf], [2, np.inf], {}, "finite"),
        ([0, 1], [2, 50], {"length": 10}, "outside its length"),
        ([0, 1], [2, 5], {"length": [10, 20]}, "item 'a' with two sizes"),
        ([0, 1], [2, 5], {"length": 0}, "no positive number"),
        ([0, 1], [2, 5], {"cluster": ["v", "w"]}, "item 'a' in two clusters"),
        ([0, 1, 2], [2, 5], {}, "there are 3 rows"),
        ([0, 1], [2, 5], {"several": "mean"}, "choose one of"),
    ],
)
def test_marks_that_cannot_mean_anything_are_refused(start, end, more, said):
    with pytest.raises(AgreementError, match=said):
        span_marks(["a", "a"], ["p", "q"], start, end, **more)


def test_rows_without_a_mark_are_counted():
    marks = span_marks(list("aab"), list("pqp"), [0, None, 1], [2, None, 3])
    assert marks.n_empty == 1
    assert marks.notes == ("1 row(s) without a span did not enter",)


def test_undefined_numbers_have_a_reason():
    found = localization_agreement(span_marks(["a", "a"], ["p", "q"], [0, 1], [2, 3]))
    assert "length of the videos" in alpha_of(found, "overlap", "placement").alpha.reason
    assert "single item" in alpha_of(found, "overlap", "marginal").alpha.reason
    assert "three annotators" in found.with_others.reason
    assert "four annotators" in found.split.reason
    same = localization_agreement(span_marks(list("aabb"), list("pqpq"), [0] * 4, [9] * 4, length=9))
    assert all("chance would give no disagreement" in one.alpha.reason for one in same.alphas)


@pytest.mark.parametrize("seed", range(2))
def test_bias_of_few_annotators_is_told_from_noise_whatever_marks_are_missing(seed):
    # with three annotators the normal matrix is singular to the last bit: a bias of ±2 must not drown in its inverse
    rng = np.random.default_rng(seed)
    item, who = np.nonzero(rng.random((371, 3)) >= 0.1)
    start = rng.uniform(0, 50, 371)[item] + np.array([-2.0, 0.0, 2.0])[who] + rng.normal(0, 1, len(item))
    found = edge_effects(span_marks(item, who, start, start + 30, cluster=item // 12)).noise["start"]
    assert found.annotator.value == pytest.approx(2, abs=0.25)  # (4 + 0 + 4) / 2 is the square of 2
