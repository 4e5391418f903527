"""The alternative annotator test against the authors' code, SciPy, and simulation with videos."""

import json
from pathlib import Path

import numpy as np
import pytest

from agreement import AgreementError, Ratings, alt_test
from agreement.intervals.multiple_testing import benjamini_yekutieli

VECTORS = Path(__file__).parent / "vectors"
TABLE = np.genfromtxt(VECTORS / "alt_test_synthetic_120x4.csv", delimiter=",", skip_header=1)
EXPECTED = json.loads((VECTORS / "alt_test.json").read_text(encoding="utf-8"))["expected"]
NAN = np.nan


@pytest.mark.parametrize("key", EXPECTED)
def test_equals_the_authors_code(key):
    found = alt_test(TABLE[:, :4], TABLE[:, 4], epsilon=float(key.split("=")[1]))
    assert found.winning_rate == EXPECTED[key]["winning_rate"]
    assert found.average_advantage == pytest.approx(EXPECTED[key]["avg_advantage_prob"], abs=1e-12)
    assert [row.p_value for row in found.rows] == pytest.approx(EXPECTED[key]["p_values"], abs=1e-12)
    assert [row.referee_wins for row in found.rows] == pytest.approx(EXPECTED[key]["rho"], abs=1e-12)
    assert found.passed == (found.winning_rate >= 0.5)


@pytest.mark.parametrize("metric", ["accuracy", "rmse"])
def test_one_person_by_the_definition(metric):
    stats = pytest.importorskip("scipy.stats")
    people, referee = TABLE[:, :4], TABLE[:, 4]
    behind = []
    for row, ours in zip(people, referee, strict=True):
        others = row[1:][~np.isnan(row[1:])]
        if np.isnan(row[0]) or not len(others) or np.isnan(ours):
            continue
        if metric == "accuracy":
            near = [np.mean(others == x) for x in (ours, row[0])]
        else:
            near = [-np.sqrt(np.mean((others - x) ** 2)) for x in (ours, row[0])]
        behind.append(float(near[1] >= near[0]) - float(near[0] >= near[1]))
    found = alt_test(people, referee, metric=metric).rows[0]
    assert found.n_units == len(behind)
    assert found.p_value == pytest.approx(stats.ttest_1samp(behind, 0.2, alternative="less").pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", range(50))
def test_correction_equals_statsmodels_and_scipy(seed):
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(seed)
    p = rng.random(rng.integers(1, 30)) ** 3
    p[rng.random(len(p)) < 0.2] = 0.004  # ties
    for q in (0.01, 0.05, 0.2):
        rejected = benjamini_yekutieli(p, q)
        np.testing.assert_array_equal(rejected, multitest.multipletests(p, alpha=q, method="fdr_by")[0])
        np.testing.assert_array_equal(rejected, stats.false_discovery_control(p, method="by") <= q)


def test_clusters_of_one_unit_are_the_published_test():
    plain, single = (alt_test(TABLE[:, :4], TABLE[:, 4], cluster=c) for c in (None, np.arange(120)))
    assert [row.p_value for row in single.rows] == pytest.approx([row.p_value for row in plain.rows])


def test_with_videos_the_test_keeps_its_level_and_the_published_one_does_not():
    # At the border of the hypothesis: person and referee win with equal probability and epsilon is 0, while one coin
    # per video decides who is right on its six units.
    rng = np.random.default_rng(1)
    published, clustered = [], []
    for _ in range(200):
        video = np.repeat(np.arange(30), 6)
        truth = rng.integers(0, 5, 180)
        coin = rng.random(30)[video]
        wrong = (truth + 1) % 5
        person, referee = np.where(coin < 0.5, truth, wrong), np.where(coin < 0.5, wrong, truth)
        table = np.column_stack([person, truth])
        published.append(alt_test(table, referee, epsilon=0.0).rows[0].p_value < 0.05)
        clustered.append(alt_test(table, referee, epsilon=0.0, cluster=video).rows[0].p_value < 0.05)
    assert np.mean(published) > 0.15
    assert np.mean(clustered) < 0.10


def test_people_with_few_units_are_named_and_not_tested():
    people = np.column_stack([TABLE[:, :4], np.full(120, NAN)])
    people[20:, 2] = NAN
    found = alt_test(people, TABLE[:, 4])
    assert [row.p_value is None for row in found.rows] == [False, False, True, False, True]
    assert "fewer than 30" in found.rows[2].reason
    assert "2 of 5 people were not tested, their rows say why" in found.notes
    assert "0 units" in alt_test(people, TABLE[:, 4], min_units=1).rows[4].reason


def test_nobody_to_test_has_a_reason_and_plain_json():
    found = alt_test([[1, 2], [2, 2]], [1, 2])
    assert found.winning_rate is None
    assert "nobody shares enough" in found.reason
    json.dumps(found.to_json(), allow_nan=False)
    with pytest.raises(AgreementError, match="choose 'accuracy' or 'rmse'"):
        alt_test([[1, 2]], [1], metric="f1")


def test_a_referee_who_always_agrees_wins():
    found = alt_test([[i % 3, i % 3, (i + i // 20) % 3] for i in range(40)], [i % 3 for i in range(40)])
    assert found.winning_rate == 1
    assert all(0 <= row.p_value < 0.05 for row in found.rows)


def test_one_cluster_is_the_reason_where_it_is():
    found = alt_test(TABLE[:, :4], TABLE[:, 4], cluster=np.zeros(120))
    assert "all units belong to one cluster" in found.reason
    assert all(row.p_value is None and "one cluster" in row.reason for row in found.rows)
    assert not any(row.rejected for row in found.rows)


def test_one_unit_is_no_test():
    found = alt_test([[1, 1], [NAN, 1]], [1, 1], min_units=1)
    assert [row.reason for row in found.rows] == ["one unit, and a test needs two"] * 2
    assert found.reason == "nobody could be tested, the rows say why"


@pytest.mark.parametrize(
    "options", [{"epsilon": NAN}, {"epsilon": 5}, {"q": 5}, {"q": 0}, {"q": NAN}, {"min_units": 0}, {"min_units": 2.5}]
)
def test_options_that_cannot_be_meant_are_refused(options):
    with pytest.raises(AgreementError, match=next(iter(options))):
        alt_test(TABLE[:, :4], TABLE[:, 4], **options)


WORDS = np.array(["bad", "fair", "good", "fine", "best", None], dtype=object)


def as_words(x):
    return WORDS[np.where(np.isnan(x), 6, x).astype(int) - 1]  # levels are 1 to 5


@pytest.mark.parametrize("how", ["array", "ratings", "declared"])
def test_words_are_tested_for_accuracy_as_their_numbers_are(how):
    people, referee = as_words(TABLE[:, :4]), as_words(TABLE[:, 4])
    given = {
        "array": lambda: people,
        "ratings": lambda: Ratings.from_array(people),
        "declared": lambda: Ratings.from_array(people, scale=tuple(WORDS[:5])),
    }[how]()
    assert alt_test(given, referee).rows == alt_test(TABLE[:, :4], TABLE[:, 4]).rows


def test_a_word_that_no_person_used_is_a_level_unless_a_scale_is_declared():
    people = [["a", "b"], ["a", "a"], ["b", "b"]] * 12
    referee = ["a", "a", "c"] * 12
    found = alt_test(people, referee)
    # Person 1 judges: at (a, b) neither agrees and at (a, a) both do, two ties; at (b, b) "c" loses.
    assert found.rows[0].referee_wins == pytest.approx(2 / 3)
    with pytest.raises(AgreementError, match="outside the scale, first 'c', unit 2, rater 'referee'"):
        alt_test(Ratings.from_array(people, scale=("a", "b")), referee)


def test_distances_of_words_need_a_declared_scale():
    people, referee = as_words(TABLE[:, :4]), as_words(TABLE[:, 4])
    for given in (people, Ratings.from_array(people)):
        with pytest.raises(AgreementError, match="words have no distances"):
            alt_test(given, referee, metric="rmse")
    declared = Ratings.from_array(people, scale=tuple(WORDS[:5]))
    assert alt_test(declared, referee, metric="rmse").rows == alt_test(TABLE[:, :4], TABLE[:, 4], metric="rmse").rows


def test_a_referee_off_the_declared_scale_is_refused():
    people = Ratings.from_array(TABLE[:, :4], scale=range(1, 6))
    between = np.where(np.arange(120) == 7, 2.5, TABLE[:, 4])
    with pytest.raises(AgreementError, match=r"first 2\.5, unit 7"):
        alt_test(people, between)
    assert alt_test(people, between, metric="rmse").winning_rate is not None  # an expected level
    with pytest.raises(AgreementError, match="first 50, unit 0"):
        alt_test(people, 50 + 0 * TABLE[:, 4], metric="rmse")


def test_outcomes_without_scatter_are_no_certainty():
    # Everybody ties: if the mean were 0.2 or more, at most 0.8 of the units could be at 0, and 40 of 40 with 0.8⁴⁰.
    humans = np.tile(np.arange(40)[:, None] % 3, (1, 3))
    found = alt_test(humans, humans[:, 0])
    assert [row.p_value for row in found.rows] == pytest.approx([0.8**40] * 3)
    assert found.winning_rate == 1
