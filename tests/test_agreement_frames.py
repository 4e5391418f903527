"""Data frames in and out: ratings of pandas, and every result as rows."""

from dataclasses import is_dataclass

import numpy as np
import pandas as pd
import pytest

import agreement as ag
from agreement import AgreementError, Estimate, NoteCode, Ratings

RNG = np.random.default_rng(4)
TABLE = np.clip(RNG.normal(2, 1.2, (40, 1)) + RNG.normal(0, 0.8, (40, 3)), 0, 4).round().astype(int)
PEOPLE = Ratings.from_array(TABLE, scale=range(5), raters=["ann", "bob", "cem"], cluster=np.arange(40) // 2)
REFEREE = np.clip(TABLE[:, 0] + RNG.integers(-1, 2, 40), 0, 4)


def test_ratings_go_into_a_long_frame_and_come_back():
    frame = PEOPLE.to_frame()
    assert frame.columns.tolist() == ["unit", "rater", "value", "cluster"]
    assert len(frame) == PEOPLE.n_ratings
    back = Ratings.from_frame(frame, cluster="cluster", scale=range(5))
    assert back.codes.tolist() == PEOPLE.codes.tolist()
    assert back.cluster.tolist() == PEOPLE.cluster.tolist()


def test_ratings_go_into_a_wide_frame_and_come_back_with_gaps():
    gaps = TABLE.astype(float)
    gaps[3, 1] = np.nan
    ratings = Ratings.from_array(gaps, scale=range(5), raters=["ann", "bob", "cem"])
    frame = ratings.to_frame(wide=True)
    assert frame.shape == (40, 3)
    assert pd.isna(frame.loc[3, "bob"])
    back = Ratings.from_frame(frame, raters="all", scale=range(5))
    assert back.codes.tolist() == ratings.codes.tolist()
    assert list(back.raters) == ["ann", "bob", "cem"]


@pytest.mark.parametrize("dtype", ["string", "category", object])
def test_text_of_a_frame_is_read_as_in_a_file(dtype):
    frame = pd.DataFrame(
        {"unit": [1, 1, 2, 2], "rater": ["a", "b", "a", "b"], "value": pd.Series(["3", "3.0", "NA", "-1"], dtype=dtype)}
    )
    read = Ratings.from_frame(frame, missing=["-1"])
    assert read.codes.tolist() == [[0, 0], [-1, -1]]
    assert (read.n_dropped, read.declared) == (2, False)
    assert [note.code for note in read.notes] == [NoteCode.MERGED_SPELLINGS, NoteCode.EXCLUDED_ROWS]
    assert "'NA' (1), '-1' (1)" in read.notes[1]


def test_nullable_whole_numbers_of_pandas_are_numbers():
    frame = pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64"), "b": pd.array([1, 2, 3], dtype="int64[pyarrow]")})
    assert Ratings.from_frame(frame, raters=["a", "b"]).values().tolist()[0] == [1, 1]
    assert np.isnan(Ratings.from_frame(frame, raters=["a", "b"]).values()[1, 0])


def test_a_cluster_called_na_is_asked_about():
    frame = PEOPLE.to_frame(wide=True).assign(video=["NA"] * 4 + ["v1"] * 36)
    read = Ratings.from_frame(frame, raters=["ann", "bob"], cluster="video", scale=range(5))
    assert "the cluster 'NA' (4) reads like a missing value" in read.remarks()[0]
    assert Ratings.from_array([[1, 2], [1, 1]], cluster=["NA", "v"]).notes[0].code is NoteCode.NAME_FOR_MISSING
    assert Ratings.from_array([[1, 2], [1, 1]], cluster=[1, 2]).notes == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "no column 'unit'"),
        ({"raters": ["ann", "zoe"]}, "no column 'zoe'"),
        ({"raters": ["ann", "ann"]}, "each column is one rater"),
        ({"raters": []}, "each column is one rater"),
        ({"raters": "all", "cluster": "video"}, "no column 'video'"),
    ],
)
def test_frames_that_cannot_be_meant_are_refused(options, words):
    with pytest.raises(AgreementError, match=words):
        Ratings.from_frame(PEOPLE.to_frame(wide=True), **options)


def test_an_estimate_is_one_row_and_its_parts_are_rows_below():
    found = ag.light_kappa(PEOPLE)
    frame = found.to_frame()
    assert frame.loc[0, "value"] == found.value
    assert frame.loc[0, "n_clusters"] == 20
    parts = ag.cohen_kappa(PEOPLE)
    rows = parts.to_frame()
    assert len(rows) == 1 + len(parts.parts)
    for name, part in parts.parts.items():
        assert rows.set_index("name").loc[name, "value"] == part.value


def test_an_undefined_estimate_keeps_its_reason():
    frame = Estimate.undefined("no unit has two ratings").to_frame()
    assert pd.isna(frame.loc[0, "value"])
    assert frame.loc[0, "reason"] == "no unit has two ratings"


def test_a_comparison_is_one_row_per_coefficient_and_side():
    found = ag.compare(PEOPLE, REFEREE)
    frame = found.to_frame()
    compared = frame[frame["table"] == "compared"].set_index(["name", "part"])
    assert compared.index.is_unique
    for name, one in found.compared.items():
        assert compared.loc[(name, "difference"), "value"] == one.difference.value
        assert compared.loc[(name, "human_referee"), "low"] == one.human_referee.low
        assert compared.loc[(name, "all_units.people"), "value"] == one.all_units.people.value
        assert compared.loc[(name, "test"), "p_value"] == one.p_value
    bob = found.leave_one_out[1]
    alone = frame[(frame["table"] == "leave_one_out") & (frame["rater"] == "bob")]
    by = alone.fillna({"part": ""}).set_index(["part", "name"])["value"]
    assert by.index.is_unique
    assert by["agreement", "percent_agreement"] == bob.agreement["percent_agreement"].value
    assert by["referee_instead", "percent_agreement"] == bob.referee_instead["percent_agreement"].value
    assert by["", "leniency"] == bob.leniency.value
    assert frame.set_index("name").loc["leniency", "value"].iloc[-1] is not None
    assert set(frame["by"].dropna()) == {one.by for one in found.slices}
    assert set(frame["by_value"].dropna()) == {one.value for one in found.slices}
    assert frame.attrs["n_units"] == found.n_units


def test_a_curve_is_one_row_per_score_and_the_rest_is_in_attrs():
    found = ag.calibration_curve(REFEREE, PEOPLE)
    frame = found.to_frame()
    assert frame["fitted"].tolist() == found.fitted.tolist()
    assert frame.attrs["msc"] == found.msc
    levels = ag.fit_recalibrator(REFEREE, PEOPLE).to_frame()
    assert levels.columns.tolist() == ["levels", "values", "low", "high"]


def test_rows_of_a_result_are_rows():
    test = ag.alt_test(PEOPLE, REFEREE, min_units=5)
    frame = test.to_frame()
    assert frame["rater"].tolist() == ["ann", "bob", "cem"]
    assert frame["p_value"].tolist() == [row.p_value for row in test.rows]
    assert frame.attrs["winning_rate"] == test.winning_rate
    cuts = ag.classification_at_thresholds(REFEREE, PEOPLE)
    row = cuts.to_frame().set_index(["threshold", "name"]).loc[(2.0, "auc")]
    assert row["value"] == cuts.at(2.0).auc.value


def test_no_result_is_without_a_frame():
    inputs = {"AnnotatorMarks", "CategoryCells", "RatingStrata", "Ratings", "SampledStratum"}  # what is read
    inputs |= {"Interval"}  # a piece of an estimate
    results = [getattr(ag, name) for name in ag.__all__ if is_dataclass(getattr(ag, name)) and name not in inputs]
    assert len(results) > 15
    assert [one.__name__ for one in results if not hasattr(one, "to_frame")] == []


def test_the_limits_of_a_confidence_sequence_are_one_row():
    found = ag.sequential_mean([ag.SampledStratum(np.array([0.0, 1.0]), 2)])
    (row,) = found.to_frame().to_dict("records")
    assert (row["value"], row["low"], row["high"], row["n"]) == (0.5, 0.5, 0.5, 2)  # both of two are known


def test_consensus_has_a_row_per_unit_and_mappings_of_estimates_a_row_per_name():
    found = ag.dawid_skene(PEOPLE)
    frame = found.to_frame()
    assert frame["label"].tolist() == list(found.labels)
    assert np.allclose(frame[list(found.scale)], found.posterior)
    severity = ag.to_frame(ag.rater_severity(PEOPLE))
    assert severity["name"].tolist() == ["ann", "bob", "cem"]
    with pytest.raises(TypeError, match="no result"):
        ag.to_frame(3)


@pytest.mark.parametrize(
    "result",
    [
        lambda: ag.noise_ceilings(PEOPLE, REFEREE),
        lambda: ag.bland_altman(TABLE[:, :2]),
        lambda: ag.ordinal_calibration(REFEREE, PEOPLE),
        lambda: ag.calibration_error(REFEREE, PEOPLE),
        lambda: ag.prediction_powered_mean(REFEREE, PEOPLE),
        lambda: ag.cross_validate_recalibrator(REFEREE, PEOPLE),
        lambda: ag.ablation(PEOPLE, {"a": REFEREE, "b": REFEREE[::-1]}),
        lambda: ag.rater_severity_mixed(PEOPLE),
        lambda: ag.HypothesisTest(0.03, "difference = 0", "F", 4.2, (3, 20)),
    ],
)
def test_every_result_has_a_frame_with_one_row_per_number(result):
    frame = result().to_frame()
    assert len(frame)
    assert not frame.columns.has_duplicates
    assert frame.filter(["value", "p_value"]).notna().any(axis=None)


def test_an_ordered_categorical_declares_its_scale_and_an_unordered_one_does_not():
    levels = ["bad", "fair", "good", "best"]
    long = pd.DataFrame(
        {
            "unit": [0, 0, 1, 1, 2, 2],
            "rater": ["a", "b"] * 3,
            "value": pd.Categorical(["bad", "fair", "good", "good", "fair", "bad"], categories=levels, ordered=True),
        }
    )
    read = Ratings.from_frame(long)
    assert read.scale == tuple(levels)  # in their order, and "best", which nobody gave
    assert read.declared
    # distances of ordered levels: 0 and 1 twice one apart, one unit the same
    assert ag.krippendorff_alpha(read, level="ordinal").value is not None
    plain = Ratings.from_frame(long.assign(value=long["value"].astype(str)))
    assert plain.scale == ("bad", "fair", "good")
    assert not plain.declared
    wide = long.pivot(index="unit", columns="rater", values="value")
    assert Ratings.from_frame(wide, raters="all").scale == tuple(levels)
    named = Ratings.from_frame(long, scale=["best", "good", "fair", "bad"])
    assert named.scale[0] == "best"
