"""Annotations of Label Studio one by one: what is taken, what is refused, and that nothing in them stops a pull."""

from __future__ import annotations

from typing import Any

import pytest
from helpers_study import a_claim
from hypothesis import given, settings
from hypothesis import strategies as st

from referee_calib.annotation_reading import LevelValues
from referee_calib.label_studio import AnnotationCheck
from referee_calib.label_studio.annotation_check import (
    COPIED,
    INCOMPLETE,
    NO_CLAIM,
    NO_TIME,
    NOBODY,
    NOT_ASKED,
    OFF_SCALE,
    SOMEBODY_ELSE,
    UNCOMPARED,
)
from referee_calib.label_studio.evidence_regions import changed_evidence
from referee_calib.rubric import load

CLAIM = a_claim()  # with a box and without a span
WHEN = "2026-03-01T12:00:00.25+02:00"


def check() -> AnnotationCheck:
    return AnnotationCheck({CLAIM.id: CLAIM}, load(), lambda user, _who: f"user-{user}", lambda _claim: None)


def answer(name: str, value: Any, kind: str = "choices") -> dict[str, Any]:
    return {"from_name": name, "to_name": "video", "type": kind, "value": {kind: value}}


def task(*result: Any, claim: str = CLAIM.id, **fields: Any) -> dict[str, Any]:
    whole = {"id": 7, "completed_by": 3, "updated_by": 3, "updated_at": WHEN, "project": 1, "unique_id": "u"} | fields
    return {"id": 5, "data": {"claim_id": claim}, "annotations": [whole | {"result": list(result)}]}


RIGHT = (answer("relevance", ["4"]), answer("localization", ["0"]))


def test_a_rating_has_the_raters_own_time_and_seconds_and_the_name_of_its_act() -> None:
    (relevance, localization) = check().read([task(*RIGHT, lead_time=2.5)]).ratings
    assert (relevance.level, localization.level) == (4, 0)
    assert (relevance.rater, relevance.seconds) == ("user-3", 2.5)
    assert relevance.time == "2026-03-01T10:00:00.250000+00:00"
    assert relevance.nonce == "label_studio:1:u@2026-03-01T10:00:00.250000+00:00"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"completed_by": None}, NOBODY),
        ({"completed_by": "anna"}, NOBODY),
        ({"completed_by": True}, NOBODY),
        ({"updated_by": 1}, SOMEBODY_ELSE),
        ({"completed_by": {"id": 3}, "updated_by": {"id": 1}}, SOMEBODY_ELSE),
        ({"parent_annotation": 4}, COPIED),
        ({"updated_at": None}, NO_TIME),
        ({"claim": "c0"}, NO_CLAIM),
    ],
)
def test_what_nobody_can_answer_for_is_refused(fields: dict[str, Any], reason: str) -> None:
    found = check().read([task(*RIGHT, **fields)])
    assert found.ratings == []
    assert found.counts() == {reason: 1}
    assert "task 5, annotation 7" in found.excluded[reason].names[0]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ([answer("relevance", ["5"])], OFF_SCALE),
        ([answer("relevance", ["-1"])], OFF_SCALE),
        ([answer("relevance", ["4", "0"])], OFF_SCALE),
        ([answer("relevance", 2.5, "rating")], OFF_SCALE),
        ([answer("timing", ["2"]), *RIGHT], NOT_ASKED),
        ([], INCOMPLETE),
    ],
)
def test_answers_off_the_scale_or_the_claim_are_refused(result: list[Any], reason: str) -> None:
    found = check().read([task(*result)])
    assert found.counts()[reason] == 1
    assert {one.dimension for one in found.ratings} <= {"relevance", "localization"}
    assert all(one.dimension != "relevance" for one in found.ratings) == (reason != NOT_ASKED)


def test_a_reason_takes_the_place_of_levels_and_the_skip_button_is_a_reason_too() -> None:
    skipped = check().read([task(*RIGHT, answer("skip", ["video broken"]))]).ratings
    assert [(one.level, one.reason) for one in skipped] == [(None, "video broken")] * 2
    cancelled = check().read([task(was_cancelled=True)]).ratings
    assert [(one.level, one.reason) for one in cancelled] == [(None, "skipped")] * 2


def test_what_could_not_be_compared_is_taken_and_said() -> None:
    found = check().read([task(*RIGHT)])
    assert found.remarks[UNCOMPARED].count == 1
    assert "could not be compared" in "\n".join(found.lines())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.floats() | st.text(max_size=4),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=4), held, max_size=3),
    max_leaves=5,
)
ODD = st.fixed_dictionaries(
    {},
    optional={
        "from_name": st.sampled_from(["relevance", "localization", "skip", "note", "box"]),
        "type": st.sampled_from(["choices", "videorectangle", "timelinelabels", "textarea"]),
        "value": JSON | st.fixed_dictionaries({}, optional={"choices": JSON, "text": JSON, "rating": JSON}),
    },
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ODD | JSON, max_size=3), JSON, JSON)
def test_no_annotation_stops_a_pull(result: list[Any], seconds: Any, users: Any) -> None:
    found = check().read([task(*result, lead_time=seconds), task(*RIGHT, completed_by=users, updated_by=users)])
    assert all(one.level is None or 0 <= one.level <= 4 for one in found.ratings)


def test_numbers_that_no_float_holds_stop_no_pull() -> None:
    odd = answer("relevance", ["9" * 5000]), answer("localization", 10**400, "number")
    found = check().read([task(*odd, lead_time=10**400), task(*RIGHT, lead_time=1e308)])
    assert [(one.level, one.seconds) for one in found.ratings] == [(4, None), (0, None)]
    late = "9999-12-31T23:59:59-12:00"  # which in UTC lies beyond the calendar
    assert check().read([task(*RIGHT, updated_at=late)]).ratings == []
    region = {"x": 1, "y": 1, "width": 1, "height": 1, "frame": float("inf")}
    endless = {"type": "videorectangle", "value": {"sequence": [region]}}
    assert changed_evidence([], [endless]) == ("", 1)


def test_levels_are_read_by_number_by_numbered_words_and_by_their_sentence() -> None:
    values = LevelValues(("bad", "so so", "3rd rate", "good"), lowest=1)
    read = [1, "4", "2 · so so", "So  So", " good ", "3.", "3) x", 2.0]
    assert [values.read(one).level for one in read] == [0, 3, 1, 1, 3, 2, 2, 1]
    assert values.read("3rd rate").level == 2  # the sentence comes before the number in it
    assert values.read("cannot judge") == (None, "cannot judge")
    for no_level in (0, 5, 2.5, True, None, "", "very good", "4th", ["1"], float("nan"), float("inf")):
        assert values.read(no_level) == (None, "")
