"""The door of the statistics on named raters, measurements and words: what may enter, and what is refused, and why."""

import numpy as np
import pandas as pd
import pytest

import agreement as ag
from agreement import AgreementError, Ratings
from agreement.array_inputs import rating_values
from agreement.calibration.rated_units import rated_units

NAN = np.nan
TABLE = np.random.default_rng(0).integers(0, 5, (40, 3)).astype(float)
REFEREE = TABLE[:, 0]
BY_RATER = {
    "severity": ag.rater_severity,
    "rater_severity_mixed": ag.rater_severity_mixed,
    "drift": lambda r: ag.rater_drift(r, np.ones((40, 3))),
    "icc 2,1": lambda r: ag.icc(r, form="2,1"),
    "icc 3,k": lambda r: ag.icc(r, form="3,k"),
    "pearson": ag.pearson,
    "spearman": ag.spearman,
    "kendall_tau_b": ag.kendall_tau_b,
    "kendall_w": ag.kendall_w,
    "lin_ccc": ag.lin_ccc,
    "bland_altman": ag.bland_altman,
    "alt_test": lambda r: ag.alt_test(r, REFEREE),
    "noise_ceilings": lambda r: ag.noise_ceilings(r, REFEREE),
    "light_kappa": ag.light_kappa,
    "cohen_kappa": ag.cohen_kappa,
    "conger_kappa": ag.conger_kappa,
}


def counted(table=TABLE):
    """The same ratings as counts per category: who gave which is lost."""
    return Ratings.from_counts(np.stack([(table == k).sum(axis=1) for k in range(5)], axis=1), scale=range(5))


@pytest.mark.parametrize("name", BY_RATER)
def test_what_compares_raters_refuses_counts(name):
    said = f"{name} on counts.*" if "kappa" in name else ""
    with pytest.raises(AgreementError, match=said + "counts do not say who rated"):
        BY_RATER[name](counted())


def test_what_does_not_ask_who_rated_takes_counts():
    assert rating_values(counted(), anonymous=True).tolist() == np.sort(TABLE, axis=1).tolist()
    assert rated_units(REFEREE, counted(), None, 0.95).values.mean() == pytest.approx(TABLE.mean())
    counts, table = (ag.ordinal_calibration(REFEREE, x) for x in (counted(), Ratings.from_array(TABLE, scale=range(5))))
    assert (counts.msc, counts.dsc, counts.rps.value) == pytest.approx((table.msc, table.dsc, table.rps.value))


@pytest.mark.parametrize("name", [name for name in BY_RATER if name != "drift"])
def test_a_transposed_table_is_refused(name):
    with pytest.raises(AgreementError, match="looks transposed"):
        BY_RATER[name](TABLE.T)


def test_a_table_that_is_wide_enters_when_said():
    wide = Ratings.from_array(TABLE.T, scale=range(5), wide=True)
    assert len(ag.rater_severity(wide)) == 40
    assert rating_values(TABLE.T, wide=True).shape == (3, 40)


def test_a_mask_is_a_missing_rating():
    """99 stands for "not rated" in unit 3: with the mask as with NaN units 1, 2, 4, 5 are left."""
    x = np.array([[1, 1], [2, 2], [99, 3], [4, 4], [2, 3]])
    masked, plain = np.ma.masked_equal(x, 99), np.where(x == 99, NAN, x)
    for function in (lambda t: ag.icc(t, interval=None).value, lambda t: ag.pearson(t, interval=None).value):
        assert function(masked) == function(plain)
    referee = np.ma.array([1, 2, 3, 4, 99], mask=[0, 0, 0, 0, 1])
    assert ag.noise_ceilings(TABLE[:5], referee).pearson == ag.noise_ceilings(TABLE[:5], [1, 2, 3, 4, NAN]).pearson
    found = ag.compare(masked, referee, scale=(1, 2, 3, 4))
    assert (found.n_units, found.n_ratings, found.n_dropped) == (4, 7, 1)
    words = np.ma.array([["a", "b"], ["a", "x"]], mask=[[0, 0], [0, 1]])
    assert Ratings.from_array(words, scale=("a", "b")).codes.tolist() == [[0, 1], [0, -1]]


def test_the_missing_marker_of_pandas_is_a_missing_rating():
    frame = pd.DataFrame({"ann": [1, 2, pd.NA, 4, 2], "bob": [1, 2, 3, 4, 3]}, dtype="Int64")
    plain = [[1, 1], [2, 2], [NAN, 3], [4, 4], [2, 3]]
    assert ag.icc(frame, interval=None).value == ag.icc(plain, interval=None).value
    assert ag.pearson(frame, interval=None).value == ag.pearson(plain, interval=None).value


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_rating_is_refused_with_and_without_a_scale(value):
    with pytest.raises(AgreementError, match="infinite rating"):
        Ratings.from_array([[0, value], [1, 1]])
    with pytest.raises(AgreementError, match="a category is finite"):
        Ratings.from_array([[0, value], [1, 1]], scale=(0, 1, value))
    measured = np.random.default_rng(1).normal(size=(100, 2))
    measured[3, 1] = value
    with pytest.raises(AgreementError, match="infinite rating"):
        ag.krippendorff_alpha(measured, level="interval")


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (5, "a list of categories"),
        ("abc", "a list of categories"),
        ({0, 1, 2}, "a set has no order"),
        (frozenset("ab"), "a set has no order"),
        ((0, 1, NAN), "a missing rating is none"),
        ((0, 1, None), "a missing rating is none"),
        (([0], [1]), "a number or a word"),
        ((0, 1, 1), "each category once"),
        ((), "each category once"),
        ((0, 2, 1), "in no order"),
        (range(200), "127 at most"),
    ],
)
def test_a_scale_that_is_no_list_of_categories_is_refused(scale, words):
    with pytest.raises(AgreementError, match=words):
        ag.fleiss_kappa([[0, 1], [1, 1]], scale=scale)


@pytest.mark.parametrize("raters", [["a", "a", "b"], [1, "1", 2]])
def test_raters_who_would_overwrite_each_other_are_refused(raters):
    with pytest.raises(AgreementError, match="more than one rater has"):
        Ratings.from_array(TABLE, scale=range(5), raters=raters)
    long = {"unit": [1, 1, 1, 2, 2, 2], "rater": raters * 2, "value": [0, 1, 2, 3, 4, 0]}
    with pytest.raises(AgreementError, match=r"more than one rater has|occur more than once"):
        Ratings.from_long(long)


@pytest.mark.parametrize("word", ["nan", ""])
def test_a_word_that_looks_like_a_missing_rating_is_no_category_unless_declared(word):
    x = np.array([["a", "b"], ["a", word]])
    with pytest.raises(AgreementError, match="looks like a missing rating"):
        Ratings.from_array(x)
    with pytest.raises(AgreementError, match="write None instead"):
        Ratings.from_array(x, scale=("a", "b"))
    assert Ratings.from_array(x, scale=("a", "b", word)).codes.tolist() == [[0, 1], [0, 2]]


@pytest.mark.parametrize("labels", [["v1", NAN], ["v1", None], np.array(["v1", NAN])])
def test_a_missing_cluster_is_no_cluster(labels):
    for read in (
        lambda: Ratings.from_array([[0, 1], [1, 1]], cluster=labels),
        lambda: ag.rater_severity([[0, 1], [1, 1]], cluster=labels),
    ):
        with pytest.raises(AgreementError, match=r"missing entries in 'cluster'|numpy made a word of NaN"):
            read()


def test_numbers_beside_words_stay_labels_of_their_own():
    assert Ratings.from_array([[0, 1], [1, 1], [0, 0]], cluster=[1, "1", 1]).cluster.tolist() == [0, 1, 0]


def test_ragged_lists_are_refused():
    for function in (ag.fleiss_kappa, ag.rater_severity, ag.icc, lambda x: ag.pearson([[1, 2]], cluster=x)):
        with pytest.raises(AgreementError, match="ragged table"):
            function([[1, 2], [3]])


@pytest.mark.parametrize("function", [ag.percent_agreement, ag.pearson, ag.icc, ag.compare])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": -1}, "a seed is a whole number"),
        ({"seed": "one"}, "a seed is a whole number"),
        ({"n_resamples": 100.5}, "it is a whole number"),
        ({"n_resamples": "100"}, "it is a whole number"),
        ({"n_resamples": 1}, "2 or more"),
        ({"confidence": "0.95"}, "a share between 0 and 1"),
        ({"confidence": NAN}, "a share between 0 and 1"),
        ({"confidence": 0}, "a share between 0 and 1"),
        ({"confidence": 95}, "a share between 0 and 1"),
        ({"interval": "wald"}, "choose one of 'jackknife'|choose one of 'auto'"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(function, options, words):
    more = (REFEREE,) if function is ag.compare else ()
    with pytest.raises(AgreementError, match=words):
        function(TABLE, *more, **({"interval": "bootstrap"} | options))


def test_numbers_of_numpy_are_numbers():
    options = {"confidence": np.float32(0.9), "n_resamples": np.int64(50), "seed": np.uint8(3)}
    assert ag.pearson(TABLE, interval="bootstrap", **options).value is not None
    assert ag.noise_ceilings(TABLE, REFEREE, confidence=np.float64(0.9), seed=np.int32(1)).pearson.value is not None


def test_seed_and_confidence_of_what_has_no_options_object():
    with pytest.raises(AgreementError, match="a seed is a whole number"):
        ag.noise_ceilings(TABLE, REFEREE, seed=-1)
    with pytest.raises(AgreementError, match="a share between 0 and 1"):
        ag.rater_severity(TABLE, confidence="0.95")


@pytest.mark.parametrize(
    "read",
    [
        lambda: Ratings.from_array([[0, 1], [1, 1]], weight=["a", "b"]),
        lambda: Ratings.from_contingency([["a", "b"], ["c", "d"]]),
        lambda: Ratings.from_contingency([[1, np.inf], [0, 2]]),
        lambda: Ratings.from_counts([[1, NAN], [0, 2]]),
    ],
)
def test_weights_and_counts_are_numbers(read):
    with pytest.raises(AgreementError, match=r"not a number|negative or not whole"):
        read()


def test_a_structured_array_and_an_arrow_table_are_long_tables():
    rows = [("u1", "ann", 3), ("u1", "bob", 4), ("u2", "ann", 0), ("u2", "bob", 1)]
    held = np.array(rows, dtype=[("unit", "U2"), ("rater", "U3"), ("value", int)])
    assert Ratings.from_long(held, scale=range(5)).codes.tolist() == [[3, 4], [0, 1]]
    arrow = pytest.importorskip("pyarrow").table({n: [r[i] for r in rows] for i, n in enumerate(held.dtype.names)})
    read = Ratings.from_long(arrow, scale=range(5))
    assert (read.codes.tolist(), list(read.units)) == ([[3, 4], [0, 1]], ["u1", "u2"])
