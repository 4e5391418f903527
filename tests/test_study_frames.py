"""Claims, ratings and scores of a study as data frames."""

import pandas as pd
import pytest
from helpers_study import a_claim

from agreement import Ratings, krippendorff_alpha
from referee_calib.records import Rating, RefereeScore, ratings_frame
from referee_calib.study import Study

LEVELS = {"anna": [0, 3, 4], "ben": [1, 3, None]}


@pytest.fixture
def study(tmp_path):
    made = Study.create(tmp_path / "study", name="A study")
    claims = [a_claim(i) for i in range(3)]
    made.add_claims(claims)
    for name, levels in LEVELS.items():
        made.add_rater(name)
        for claim, level in zip(claims, levels, strict=True):
            reason = "" if level is not None else "not visible"
            rating = Rating(claim=claim.id, rater=name, dimension="relevance", level=level, reason=reason)
            made.add_ratings([rating])
    made.add_referee("f1", {"name": "pixels"})
    made.add_scores([RefereeScore(claim=claims[0].id, referee="f1", dimension="relevance", level=2, expected=2.0)])
    return made


def test_each_record_is_a_row_and_each_field_a_column(study):
    frames = study.to_frames()
    claims, ratings, scores = (frames[name] for name in ("claims", "ratings", "scores"))
    assert (len(claims), len(ratings), len(scores)) == (3, 6, 1)
    assert claims["id"].tolist() == [claim.id for claim in study.claims()]
    assert claims["boxes"].iloc[0] == ((0.2, 0.1, 0.2, 0.3, 0.4),)
    assert ratings["level"].dtype == "Int64"
    assert sum(ratings["level"].isna()) == 1
    assert scores.loc[0, ["referee", "level"]].tolist() == ["f1", 2]
    assert ratings_frame(study.ratings(history=True)).equals(ratings)


def test_the_ratings_of_one_dimension_are_compared_as_they_stand(study):
    frame = study.to_frames()["ratings"]
    people = Ratings.from_frame(frame[frame["dimension"] == "relevance"], unit="claim", value="level", scale=range(5))
    expected = Ratings.from_array([[0, 1], [3, 3], [4, None]], scale=range(5))
    assert people.values().tolist()[:2] == expected.values().tolist()[:2]
    assert krippendorff_alpha(people).value == krippendorff_alpha(expected).value


def test_a_study_without_records_has_frames_without_rows(tmp_path):
    empty = Study.create(tmp_path / "empty", name="Empty")
    for frame in empty.to_frames().values():
        assert isinstance(frame, pd.DataFrame)
        assert len(frame) == 0
        assert len(frame.columns) > 5
