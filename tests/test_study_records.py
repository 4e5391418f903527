"""What goes into a study comes out of it unchanged, once."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy
from helpers_study import a_claim
from hypothesis import given, settings
from hypothesis import strategies as st

from referee_calib.errors import ClaimError, InputError, RatingError, StudyError
from referee_calib.io import json_lines
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.study import Study

REFEREE = "0123456789abcdef"


def a_rating(claim: Claim, level: int | None = 3, **more: object) -> Rating:
    values: dict[str, object] = {"rater": "anna", "dimension": "relevance", "origin": "app"}
    return Rating(claim=claim.id, level=level, **(values | more))  # type: ignore[arg-type]


def a_score(claim: Claim, level: int | None = 2, status: str = "ok", **more: object) -> RefereeScore:
    values: dict[str, object] = {"referee": REFEREE, "dimension": "relevance"}
    return RefereeScore(claim=claim.id, level=level, status=status, **(values | more))  # type: ignore[arg-type]


@pytest.fixture
def study(tmp_path: Path, database: str) -> Study:
    made = Study.create(tmp_path / "study", name="A study")
    made.add_rater("anna")
    return made


HARD_TEXTS = ["", "ü 🎉", "half a pair \ud83d", "nul \x00 del \x7f", "line\u2028end\r\n", '"; DROP TABLE claim; --']


def test_all_three_records_come_back_from_the_study_unchanged(study: Study) -> None:
    claims = [
        a_claim(k, question=text, text=text, answer=text, span=(0.1, 1 / 3), reference_boxes=(), step=k)
        for k, text in enumerate(HARD_TEXTS)
    ]
    ratings = [
        a_rating(c, None, reason="cannot judge", note=text, seconds=0.1 + 0.2, order=k)
        for k, (c, text) in enumerate(zip(claims, HARD_TEXTS, strict=True))
    ]
    scores = [
        a_score(c, 1, raw=text, expected=1.25, distribution=(0.1, 0.6, 0.2, 0.1, 0.0), seconds=1e-9, tokens=7)
        for c, text in zip(claims, HARD_TEXTS, strict=True)
    ]
    study.add_claims(claims)
    study.add_ratings(ratings)
    study.add_scores(scores)
    again = Study.open(study.folder)
    assert again.claims() == claims
    assert again.ratings() == ratings
    assert again.scores() == scores


@settings(deadline=None)
@given(texts=st.lists(st.text(), max_size=3), number=st.floats(allow_nan=False, allow_infinity=False))
def test_json_lines_give_back_every_text_and_number(tmp_path_factory, texts, number) -> None:
    path = tmp_path_factory.mktemp("lines") / "rows.jsonl"
    rows = [{"text": text, "number": number, "nothing": None} for text in texts]
    assert json_lines.write(path, rows) == len(rows)
    assert [row for _, row in json_lines.read(path)] == rows


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1}\n{"a": NaN}\n', "line 2"),
        (b'\n\n{"a": \xff}\n', "line 3"),
        (b"[1, 2]\n", "list"),
        (b'{"a": ' + b"[" * 100_000 + b"\n", "line 1"),
        (b'{"a": ' + b"9" * 5_000 + b"}\n", "line 1"),
        (b'{"a": 1}\n{"level": 1, "level": 4}\n', "line 2.*'level' comes twice"),
        (b'{"a": {"b": 1, "b": 1}}\n', "line 1.*'b' comes twice"),
    ],
)
def test_a_line_that_is_no_object_is_refused_with_its_number(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        list(json_lines.read(path))


def test_a_byte_order_mark_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}')
    assert list(json_lines.read(path)) == [(1, {"a": 1}), (3, {"a": 2})]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    json_lines.write(path, [{"a": 1}])
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_lines.write(path, [{"a": 2}, {"a": float("nan")}])
    assert path.read_text() == '{"a": 1}\n'
    assert [p.name for p in tmp_path.iterdir()] == ["rows.jsonl"]


def test_claims_are_known_when_they_come_again(study: Study) -> None:
    first, second = a_claim(0), a_claim(1)
    assert study.add_claims([first]).new == 1
    added = study.add_claims([first, second])
    assert (added.new, added.known) == (1, 1)
    with pytest.raises(ClaimError, match="it comes twice"):
        study.add_claims([second, second])
    with pytest.raises(ClaimError, match="another reference"):
        study.add_claims([a_claim(0, reference_boxes=((1.5, 0.0, 0.0, 1.0, 1.0),)), a_claim(2)])
    assert study.claims() == [first, second]


def test_the_latest_rating_counts_and_the_earlier_ones_stay(study: Study) -> None:
    claim = a_claim()
    study.add_claims([claim])
    first, second = a_rating(claim, 1, nonce="n1"), a_rating(claim, 4, nonce="n2")
    study.add_ratings([first])
    study.add_ratings([second])
    assert study.ratings() == [second]
    assert study.ratings(history=True) == [first, second]
    assert study.ratings_of("anna", claim.id) == [second]


def test_the_same_act_of_rating_counts_once(study: Study) -> None:
    claim = a_claim()
    study.add_claims([claim])
    act = [a_rating(claim, 1, nonce="n1"), a_rating(claim, 2, dimension="localization", nonce="n1")]
    assert study.add_ratings(act).new == 2  # one act may judge several dimensions
    late = a_rating(claim, 1, nonce="n1", seconds=9.0, time="2026-01-01T00:00:00Z")
    assert (study.add_ratings([late]).new, study.add_ratings(act).known) == (0, 2)
    with pytest.raises(RatingError, match="stands for another rating"):
        study.add_ratings([a_rating(claim, 3, nonce="n1")])
    assert len(study.ratings(history=True)) == 2


def test_ratings_without_nonce_are_known_by_content_and_place_in_the_file(study: Study) -> None:
    claim = a_claim()
    study.add_claims([claim])
    there_and_back = [a_rating(claim, 1), a_rating(claim, 3), a_rating(claim, 1)]
    assert study.add_ratings(there_and_back).new == 3
    assert study.add_ratings(there_and_back).known == 3
    assert [one.level for one in study.ratings(history=True)] == [1, 3, 1]
    assert study.ratings() == [a_rating(claim, 1)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claim": "c000000000000000"}, "no such claim"),
        ({"rater": "bert"}, "no such rater"),
        ({"dimension": "timing"}, "judged on relevance and localization only"),
        ({"origin": "simulated"}, "simulated ratings come from simulated raters only"),
        ({"nonce": "x" * 201}, "at most 200"),
    ],
)
def test_a_rating_that_cannot_be_right_takes_the_whole_batch_with_it(study: Study, change, said) -> None:
    claim = a_claim()
    study.add_claims([claim])
    good = a_rating(claim, 3)
    with pytest.raises(RatingError, match=said):
        study.add_ratings([good, Rating.from_json(good.to_json() | change)])
    assert study.ratings(history=True) == []


@pytest.mark.parametrize("statement", ["UPDATE rating SET level = 4", "DELETE FROM rating"])
def test_the_database_itself_refuses_to_change_a_rating(study: Study, statement: str) -> None:
    claim = a_claim()
    study.add_claims([claim])
    study.add_ratings([a_rating(claim)])
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"), study.writing() as connection:
        connection.execute(sqlalchemy.text(statement))
    assert study.ratings() == [a_rating(claim)]


def test_a_failed_score_gives_way_and_a_level_does_not(study: Study) -> None:
    claim = a_claim()
    study.add_claims([claim])
    failed = a_score(claim, None, "error", reason="timeout")
    assert study.add_scores([failed]).new == 1
    assert study.add_scores([failed]).known == 1
    assert study.add_scores([a_score(claim, 3)]).replaced == 1
    assert study.add_scores([failed]).known == 1  # a later failure does not take the level away
    assert study.add_scores([a_score(claim, 3, seconds=9.0)]).known == 1  # the same answer, later
    with pytest.raises(InputError, match="holds level 3, this says 1"):
        study.add_scores([a_score(claim, 1)])
    assert study.add_scores([a_score(claim, 1, sample=1)]).new == 1
    assert [(one.level, one.sample) for one in study.scores(REFEREE)] == [(3, 0), (1, 1)]
    assert study.scores("f" * 16) == []


def test_a_score_must_speak_of_what_the_study_holds(study: Study) -> None:
    claim = a_claim()
    with pytest.raises(InputError, match="no such claim"):
        study.add_scores([a_score(claim)])
    study.add_claims([claim])
    with pytest.raises(InputError, match="judged on relevance and localization only"):
        study.add_scores([a_score(claim), a_score(claim, dimension="timing")])
    assert study.scores() == []


def test_a_fingerprint_has_the_latest_description(study: Study) -> None:
    claim = a_claim()
    study.add_claims([claim])
    study.add_scores([a_score(claim)])
    assert study.referees() == {REFEREE: {}}  # scores may come from elsewhere
    study.add_referee(REFEREE, {"name": "pixels"})
    study.add_referee(REFEREE, {"name": "pixels", "what": "better words"})
    assert study.referees() == {REFEREE: {"name": "pixels", "what": "better words"}}


def test_a_transaction_stores_all_or_nothing(study: Study) -> None:
    claim = a_claim()

    def claims_then_a_wrong_rating() -> None:
        with study.transaction():
            study.add_claims([claim])
            study.add_ratings([a_rating(a_claim(1))])

    with pytest.raises(RatingError):
        claims_then_a_wrong_rating()
    assert study.claims() == []
    with study.transaction():
        study.add_claims([claim])
        study.add_ratings([a_rating(claim)])
    assert (study.claims(), study.ratings()) == ([claim], [a_rating(claim)])


def test_an_imported_file_is_counted_once(study: Study) -> None:
    for _ in range(2):
        study.add_intake("d1", {"file": "a.jsonl", "lost": {"reversed box": 2}})  # a study of version 0.1.0
    (only,) = study.intakes()
    assert only["excluded"] == {"reversed box": 2}


def test_claims_are_given_in_the_order_asked_for(study: Study) -> None:
    claims = [a_claim(k) for k in range(1_200)]  # more than one statement takes
    study.add_claims(claims)
    backwards = [one.id for one in reversed(claims)]
    assert [one.id for one in study.claims(backwards)] == backwards
    with pytest.raises(StudyError, match="no such claim"):
        study.claims(["c000000000000000"])
