"""Agreement category by category and the share of units on which all agree, against hand counts and published ones."""

import csv
from pathlib import Path

import numpy as np
import pytest

from agreement import Ratings, percent_agreement, specific_agreement, unanimous_agreement

VECTORS = Path(__file__).parent / "vectors"


def test_positive_and_negative_agreement_of_two_raters_are_those_of_feinstein_and_cicchetti():
    # Their second table has 80 yes-yes, 10 yes-no, 5 no-yes and 5 no-no: 160/175 and 10/25.
    found = specific_agreement(Ratings.from_contingency([[80, 10], [5, 5]], scale=("yes", "no")))
    assert found["yes"].value == pytest.approx(160 / 175)
    assert found["no"].value == pytest.approx(10 / 25)
    assert found["no"].low < 0.4 < found["no"].high
    assert found["no"].n_units == 100


def test_of_several_raters_each_category_counts_ordered_pairs_that_share_it():
    table = [[0, 0, 1], [0, 0, 0], [1, 1, None], [2, None, None]]
    found = specific_agreement(table, scale=(0, 1, 2))
    # Category 0: 2·1 pairs of unit 1 and 3·2 of unit 2 agree, of 2·2 and 3·2 possible; category 1: 0 of 1·2, 2·1 of 2·1.
    assert found["0"].value == pytest.approx(8 / 10)
    assert found["1"].value == pytest.approx(2 / 4)
    assert found["2"].value is None
    assert "nobody gave this category" in found["2"].reason


def test_specific_agreements_weighted_by_use_are_pairwise_agreement_without_gaps():
    table = np.random.default_rng(3).integers(0, 4, (50, 3))
    found = specific_agreement(table, scale=range(4), interval=None)
    shares = [(table == k).mean() for k in range(4)]
    mean = sum(share * found[str(k)].value for k, share in enumerate(shares))
    assert mean == pytest.approx(percent_agreement(table, interval=None).value)


def test_all_six_psychiatrists_of_fleiss_agree_on_five_patients_of_thirty():
    with (VECTORS / "fleiss1971_diagnoses_30x6.csv").open() as stream:
        table = np.array([[int(v) for v in row.values()] for row in csv.DictReader(stream)])
    same = sum(len(set(row)) == 1 for row in table.tolist())
    found = unanimous_agreement(table)
    assert (found.value, same) == (pytest.approx(same / 30), 5)
    assert 0 < found.low < found.value < found.high < 1
    assert found.value < percent_agreement(table).value


def test_a_unit_with_one_rating_is_no_agreement_of_all():
    assert unanimous_agreement([[1, None], [0, 0], [0, 1]]).value == pytest.approx(1 / 2)
    assert unanimous_agreement([[1, None], [0, None]]).value is None


@pytest.mark.parametrize("of", [unanimous_agreement, lambda x, **o: specific_agreement(x, scale=(0, 1), **o)["1"]])
def test_intervals_cover_by_cluster(of):
    """Units of a cluster are copies of each other: an interval over units is half as wide and holds two in three."""
    rng, held, n = np.random.default_rng(8), 0, 100
    truth = of(_clustered(rng, 40_000)[0], interval=None).value
    for _ in range(n):
        table, cluster = _clustered(rng, 40)
        found = of(table, cluster=cluster)
        held += found.low <= truth <= found.high
    assert held / n >= 0.9  # 0.97 in 1,500 tables


def _clustered(rng, n):
    level = rng.random(n) < 0.4
    table = np.where(rng.random((n, 3)) < 0.85, level[:, None], ~level[:, None]).astype(int)
    return np.repeat(table, 4, axis=0), np.repeat(np.arange(n), 4)
