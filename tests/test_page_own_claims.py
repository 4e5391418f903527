"""The list of a rater's own claims: states, parts, and whose they are."""

import pytest
from helpers_app import make_study
from helpers_study import order_of

from annotate_app.own_claims import PART, own_claims
from annotate_app.served_study import ServedStudy
from referee_calib.records import Claim, Rating


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A study of 253 claims; ada has rated her first two and skipped her third, ben nothing."""
    folder = tmp_path_factory.mktemp("own") / "study"
    study, _ = make_study(folder, ("ada", "ben"))
    study.add_claims(
        [
            Claim(video="ball.mp4", question=f"Question {number}", span=(1.0, 2.0), rollout="many", index=number)
            for number in range(250)
        ]
    )
    for place, claim in enumerate(study.claims(order_of(study, "ada")[:3])):
        said = {"level": None, "reason": "not visible"} if place == 2 else {"level": 3}
        study.add_ratings(
            [Rating(claim=claim.id, rater="ada", dimension=name, note="mine", **said) for name in claim.dimensions]
        )
    return ServedStudy(folder)


def listed(served, rater="ada", **query):
    return own_claims(served, rater, {name.rstrip("_"): str(value) for name, value in query.items()})


def test_claims_come_in_the_raters_own_order_with_their_states(served):
    part = listed(served)
    assert [one["claim"] for one in part["claims"]] == order_of(served.study, "ada")[:PART]
    assert [one["state"] for one in part["claims"]][:4] == ["done", "done", "skipped", "open"]
    assert [one["place"] for one in part["claims"]] == list(range(PART))
    # 3 of helpers_app and 250 more; 2 done, 1 skipped, 250 left
    assert part["counts"] == {"all": 253, "open": 250, "done": 2, "skipped": 1}
    assert (part["first"], part["total"]) == (0, 253)


def test_the_list_comes_in_parts_on_both_sides(served):
    order = order_of(served.study, "ada")
    assert [one["claim"] for one in listed(served, from_=200)["claims"]] == order[200:253]
    assert [one["claim"] for one in listed(served, before=100)["claims"]] == order[:100]
    assert [one["claim"] for one in listed(served, before=30)["claims"]] == order[:30]
    around = listed(served, around=order[217])
    assert (around["first"], around["claims"][17]["claim"]) == (200, order[217])
    assert listed(served, from_=9999)["claims"] == []


def test_one_state_can_be_asked_for(served):
    order = order_of(served.study, "ada")
    assert [one["claim"] for one in listed(served, state="skipped")["claims"]] == order[2:3]
    assert [one["place"] for one in listed(served, state="open")["claims"]][:2] == [3, 4]
    assert listed(served, state="nonsense")["total"] == 0


def test_nobody_elses_work_is_in_it(served):
    part = listed(served, "ben")
    assert part["counts"] == {"all": 253, "open": 253, "done": 0, "skipped": 0}
    assert set(part["claims"][0]) == {"claim", "place", "state", "question", "object"}


@pytest.mark.parametrize("query", [{"from": "-1"}, {"from": "x"}, {"from": "٣"}, {"before": ""}, {"around": "c0"}])
def test_a_question_that_makes_no_sense_is_answered_from_the_start(served, query):
    assert own_claims(served, "ada", query)["first"] == 0
