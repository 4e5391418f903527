"""Options that cannot be meant are refused in one sentence, and what was guessed is said."""

import json

import numpy as np
import pytest

from agreement import AgreementError, compare, icc, krippendorff_alpha, plan_agreement, square_root_allocation

NAN = float("nan")
PEOPLE = np.random.default_rng(0).integers(0, 3, (40, 3))
QUICK = {"videos": (10,), "claims": (1,), "raters": (2,), "n_simulations": 2}


@pytest.mark.parametrize("level", ["Ordinal", "nominal ", "cardinal", ""])
def test_an_unknown_level_of_a_comparison_is_refused(level):
    with pytest.raises(AgreementError, match="choose 'nominal', 'ordinal', 'interval' or 'ratio'"):
        compare(PEOPLE, PEOPLE[:, 0], scale=range(3), level=level)
    with pytest.raises(AgreementError, match="or a function"):
        krippendorff_alpha(PEOPLE, scale=range(3), level=level)


@pytest.mark.parametrize(
    ("scale", "level", "words"), [(("a", "b"), "interval", "words"), ((-1, 1), "ratio", "without negative values")]
)
def test_a_level_that_the_scale_does_not_have_is_refused(scale, level, words):
    people = [[scale[0], scale[1]], [scale[1], scale[1]]]
    with pytest.raises(AgreementError, match=words):
        compare(people, [scale[0], scale[1]], scale=scale, level=level)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_resamples": -1}, "0 or more"),
        ({"n_resamples": 100.5}, "whole number"),
        ({"n_resamples": 1, "interval": "bootstrap"}, "2 or more"),
        ({"seed": -1}, "0 or more"),
        ({"seed": "a"}, "whole number"),
        ({"confidence": "0.95"}, "between 0 and 1"),
    ],
)
def test_how_to_resample_is_checked(options, words):
    with pytest.raises(AgreementError, match=words):
        compare(PEOPLE, PEOPLE[:, 0], scale=range(3), **options)


@pytest.mark.parametrize("options", [{"n_resamples": 1}, {"seed": -1}, {"confidence": 2}])
def test_how_to_resample_an_intraclass_correlation_is_checked(options):
    with pytest.raises(AgreementError):
        icc(PEOPLE, interval="bootstrap", **options)


def test_a_comparison_without_sign_flips_says_why_it_has_no_p_value():
    found = compare(PEOPLE, PEOPLE[:, 0], scale=range(3), n_resamples=0)
    assert all(c.p_value is None for c in found.compared.values())
    assert any("no p-values" in note for note in found.notes)
    assert not any("no p-values" in note for note in compare(PEOPLE, PEOPLE[:, 0], scale=range(3)).notes)


def test_a_scale_that_was_read_off_the_data_is_said():
    # Levels 1 to 3 of 0 to 4: quadratic weights and the number of levels differ, so AC2 does.
    people = PEOPLE + 1
    guessed, declared = compare(people, people[:, 0]), compare(people, people[:, 0], scale=range(5))
    assert any("read off the data, (1, 2, 3)" in note for note in guessed.notes)
    assert not any("read off the data" in note for note in declared.notes)
    ac2 = [c.ceiling["gwet_ac2_quadratic"].value for c in (guessed, declared)]
    assert ac2[0] < ac2[1] - 0.05


@pytest.mark.parametrize(
    ("people", "referee", "words"),
    [
        ([["a", "b"], ["b", "b"]], ["a", "b"], "words among the levels"),
        ([[0, 1], [1, 1]], ["a", "b"], "words among the levels"),
        ([[NAN, NAN]], [NAN], "nothing but missing ratings"),
        ([[np.inf, 1], [1, 1]], [1, 1], "infinite"),
        ([[0, 1], [1, 1]], [1, -np.inf], "infinite"),
    ],
)
def test_levels_that_make_no_scale_are_refused(people, referee, words):
    with pytest.raises(AgreementError, match=words):
        compare(people, referee)


class NAType:
    """What pandas calls the type of its NA, which is neither equal to anything nor true or false."""

    def __eq__(self, other):
        return self

    __ne__ = __eq__
    __hash__ = object.__hash__

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")


def test_missing_levels_of_pandas_are_missing():
    na = NAType()
    people = np.array([[0, 1], [na, 1], [2, 2], [1, na]], dtype=object)
    plain = [[0, 1], [NAN, 1], [2, 2], [1, NAN]]
    one = compare(people, np.array([0, 1, na, 1], dtype=object))
    assert one.to_json() == compare(plain, [0, 1, NAN, 1]).to_json()


@pytest.mark.parametrize(
    "labels",
    [
        ["a", NAN, None, NAType(), "", "b"],
        np.array(["a", NAN, None, NAType(), "", "b"], dtype=object),
        np.ma.MaskedArray(["a", "x", "x", "x", "x", "b"], mask=[0, 1, 1, 1, 1, 0]),
    ],
)
def test_units_without_a_label_are_in_no_slice(labels):
    rows = compare(PEOPLE[:6], PEOPLE[:6, 0], scale=range(3), slices={"s": labels}).slices
    assert [(row.value, row.n_units) for row in rows if row.by == "s"] == [("a", 1), ("b", 1)]


def test_dates_that_are_missing_are_no_slice():
    dates = np.array(["2020-01-01", "NaT", "2020-01-01", "NaT"], dtype="datetime64[D]")
    rows = compare(PEOPLE[:4], PEOPLE[:4, 0], scale=range(3), slices={"day": dates}).slices
    assert [(row.value, row.n_units) for row in rows if row.by == "day"] == [("2020-01-01", 2)]


@pytest.mark.parametrize(
    "options",
    [
        {"videos": 20},
        {"videos": [NAN]},
        {"claims": [1.5]},
        {"raters": "23"},
        {"raters": []},
        {"shares": 0.5},
        {"shares": "ab"},
        {"kappa": NAN},
        {"kappa": "0.7"},
        {"referee_kappa": np.inf},
        {"severity": NAN},
        {"severity": np.inf},
        {"video_correlation": NAN},
        {"width": NAN},
        {"width": -1},
        {"video_cost": NAN},
        {"video_cost": -5},
        {"rating_cost": np.inf},
        {"n_simulations": 2.5},
        {"seed": -1},
        {"confidence": "0.95"},
    ],
)
def test_a_plan_needs_numbers_that_mean_something(options):
    with pytest.raises(AgreementError, match=next(iter(options))):
        plan_agreement(**{**QUICK, **options})


def test_a_plan_takes_arrays_and_prints_plain_numbers():
    one = plan_agreement(**{**QUICK, "videos": np.array([10, 12])})
    assert one == plan_agreement(**{**QUICK, "videos": (10, 12)})
    json.dumps(one.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("counts", "total"),
    [([1.5, 2], 2), ([NAN, 1], 1), ([[1, 2]], 1), ("ab", 1), (7, 1), ([1, 2], 1.5), ([1, 2], NAN), ([1, -2], 1)],
)
def test_an_allocation_needs_whole_numbers(counts, total):
    with pytest.raises(AgreementError, match="whole numbers"):
        square_root_allocation(counts, total)


def test_every_level_that_occurs_gets_a_claim_where_there_are_enough():
    # Divisors 1, 3, 5 of 31.6 are 31.6, 10.5 and 6.3, all above 1: square roots alone would give 3, 0, 0.
    assert square_root_allocation([1000, 1, 1], 3) == (1, 1, 1)
    assert square_root_allocation([1000, 0, 1], 5) == (4, 0, 1)
    assert square_root_allocation([1000, 1, 1], 2) == (2, 0, 0)  # two claims cannot cover three levels
