"""The controlled training experiment: its learner, its planted faults, and a page that says what its results are."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from referee_calib.claims import Rollout, claims_of
from referee_calib.referee import load_referee
from referee_calib.sample.scenes.scene_definitions import SCENES

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "controlled_training"
sys.path.insert(0, str(EXAMPLE))

from clip_world import CORNER, Action, clip_questions, moved, place_of  # noqa: E402
from experiment_figures import draw  # noqa: E402
from experiment_page import page_text  # noqa: E402
from experiment_results import mean_over_seeds, read_results  # noqa: E402
from group_training import advantages  # noqa: E402
from planted_referees import (  # noqa: E402
    ChanceReferee,
    FaultyReferee,
    RememberedReferee,
    lenient,
    nameless,
    noisy,
    pays_corner,
    plateau,
)
from pointing_policy import PointingPolicy  # noqa: E402
from reward_examination import best_of_group  # noqa: E402
from softmax_head import Decision, SoftmaxHead  # noqa: E402
from training_conditions import MEDIA, RememberedPay, conditions, mean_overlap_of_people  # noqa: E402
from true_outcomes import TrueOutcomes  # noqa: E402


@pytest.fixture(scope="module")
def questions():
    return clip_questions([one for one in SCENES if one.name in ("corner", "glide")])


@pytest.fixture(scope="module")
def right(questions):
    return RememberedReferee(load_referee("pixels"), questions)


@pytest.fixture(scope="module")
def results():
    return read_results(EXAMPLE / "results")


def claims(questions, actions):
    rollouts = [
        Rollout(
            rollout="r",
            video=questions[place].asked.scene.video,
            question=questions[place].asked.text,
            completion=questions[place].reply(action),
            box_unit="0-1000",
        )
        for place, action in actions
    ]
    return [claim for rollout in rollouts for claim in claims_of(rollout).claims]


def some_actions(questions):
    replies, _ = PointingPolicy(questions).reply([0, 1, 2, 3] * 3, np.random.default_rng(0))
    return list(zip([0, 1, 2, 3] * 3, replies, strict=True))


def levels(referee, asked):
    return [score.expected for score in referee.score(asked, MEDIA)]


def objective(weights, decision, gains, start, kl_weight):
    total = 0.0
    for features, allowed, chosen, gain in zip(
        decision.features, decision.allowed, decision.chosen, gains, strict=True
    ):
        now, before = (np.where(allowed, np.exp(features @ w), 0) for w in (weights, start))
        now, before = now / now.sum(), before / before.sum()
        kl = sum(p * math.log(p / q) for p, q in zip(now, before, strict=True) if p > 0)
        total += gain * math.log(now[chosen]) - kl_weight * kl
    return total / len(gains)


def test_the_gradient_is_that_of_the_objective_by_finite_differences():
    chance = np.random.default_rng(1)
    head = SoftmaxHead(chance.standard_normal(3))
    head.weights += chance.standard_normal(3)
    decision = Decision(
        chance.standard_normal((5, 4, 3)), np.array([[True] * 3 + [False]] * 5), np.array([0, 1, 2, 2, 0])
    )
    gains, step = chance.standard_normal(5), 1e-6
    expected = [
        (
            objective(head.weights + step * unit, decision, gains, head.start, 0.3)
            - objective(head.weights - step * unit, decision, gains, head.start, 0.3)
        )
        / (2 * step)
        for unit in np.eye(3)
    ]
    assert head.gradient(decision, gains, 0.3) == pytest.approx(expected, abs=1e-7)


def test_advantages_are_standardized_within_a_group_and_zero_where_all_are_alike():
    # means 0.5 and 0.3; deviations ±0.5 with standard deviation 0.5
    assert advantages(np.array([0.0, 1.0, 0.3, 0.3]), 2) == pytest.approx([-1, 1, 0, 0])


def test_a_reply_reads_back_as_it_was_meant(questions):
    for (place, action), claim in zip(some_actions(questions), claims(questions, some_actions(questions)), strict=True):
        question = questions[place]
        assert claim.object == question.objects[action.name]
        assert claim.boxes[0] == pytest.approx((question.times[action.time], *question.box(action)))


def test_an_adjustment_resizes_around_the_centre_and_then_shifts():
    # 0.2 wide, made 1.4 times as wide: 0.28; shifted right by a fifth of that, 0.056: centre 0.556, half 0.14
    assert moved((0.4, 0.4, 0.6, 0.6), 1, 0, 1) == pytest.approx((0.416, 0.36, 0.696, 0.64))
    assert place_of((0.7, 0.0, 0.9, 0.2)) == 2


def test_a_remembered_referee_gives_the_scores_of_the_referee(questions, right):
    asked = claims(questions, some_actions(questions))
    plain = load_referee("pixels")
    known = {(score.claim, score.dimension): score.expected for score in plain.score(asked, MEDIA)}
    for _ in range(2):  # looked up the second time
        found = {(score.claim, score.dimension): score.expected for score in right.score(asked, MEDIA)}
        assert found == known


def test_each_planted_fault_does_what_its_name_says(questions, right):
    asked = claims(questions, some_actions(questions))
    true = levels(right, asked)
    assert levels(FaultyReferee("l", right, lenient(1.5)), asked) == [min(level + 1.5, 4) for level in true]
    assert levels(FaultyReferee("p", right, plateau), asked) == [4.0 if level >= 1 else 0.0 for level in true]
    noise = FaultyReferee("n", right, noisy(1.0))
    assert levels(noise, asked) == levels(noise, asked) != true
    corner = replace(asked[0], boxes=((asked[0].boxes[0][0], *CORNER),), id="")
    assert levels(FaultyReferee("c", right, pays_corner), [corner, *asked])[:2] == [4, 4]
    assert levels(right, [corner]) != [4, 4]
    drawn = levels(ChanceReferee(), asked)
    assert drawn == levels(ChanceReferee(), asked)
    assert len(set(drawn)) > len(asked)


def test_a_referee_blind_to_names_pays_the_target_under_any_name(questions, right):
    blind = FaultyReferee("b", right, asks=nameless)
    question = questions[0]
    shown = Action(question.target, int(np.argmax(question.seen[question.target])), question.target, 0, 0, 0, 0)
    other = shown._replace(name=(question.target + 1) % len(question.objects))
    named, misnamed = claims(questions, [(0, shown), (0, other)])
    assert levels(blind, [named]) == levels(blind, [misnamed]) == levels(right, [named])
    assert levels(right, [misnamed]) != levels(right, [named])


def test_every_condition_pays_shares_and_the_same_for_the_same_reply(questions):
    places, actions = map(list, zip(*some_actions(questions), strict=True))
    for condition in conditions(questions):
        pay = RememberedPay(condition, questions)
        paid = pay(places, actions)
        assert ((paid >= 0) & (paid <= 1)).all(), condition.name
        assert (paid == pay(places, actions)).all()


def test_the_truth_is_as_good_as_can_be_and_the_corner_is_worth_nothing(questions):
    truth, question = TrueOutcomes(questions), questions[0]
    time = min(
        np.flatnonzero(question.seen[question.target]),
        key=lambda k: abs(question.times[k] - sum(question.asked.window) / 2),
    )
    best = Action(question.target, int(time), question.target, *question.undoing(question.target), 0)
    assert truth.of(0, best).iou > 0.7
    assert truth.of(0, best).quality > 0.7
    corner = truth.of(0, best._replace(region=len(question.objects)))
    assert corner.exploit == 1
    assert corner.quality == pytest.approx(0, abs=0.05)


def test_people_differ_as_stated(questions):
    assert mean_overlap_of_people(questions) == pytest.approx(0.88, abs=0.02)


def test_the_best_of_a_group_is_the_mean_of_those_paid_alike():
    paid = np.array([0, 0, 0, 0, 0, 0, 1, 1.0] + [1.0] * 8)
    quality = np.array([0, 0, 0, 0, 0, 0, 0.2, 0.6] + [0.1] * 8)
    assert best_of_group(paid, quality) == pytest.approx(((0.2 + 0.6) / 2 + 0.1) / 2)


def test_an_interval_over_seeds_is_students():
    # values 1, 2, 3: sd 1, standard error 1/√3, t(0.975, 2) = 4.3027
    mean = mean_over_seeds([1.0, 2.0, 3.0])
    assert mean.high - mean.value == pytest.approx(4.3027 / math.sqrt(3), abs=1e-4)
    assert mean_over_seeds([1.0]) == (1.0, None, None)


def test_the_page_prints_the_results_that_are_kept(results):
    page = ROOT / "docs" / "explanation" / "controlled_training.md"
    assert page_text(results) == page.read_text("utf-8")


def test_the_pictures_are_those_of_the_page(results, tmp_path):
    kept = ROOT / "docs" / "pictures" / "controlled_training"
    assert {path.name for path in draw(results, tmp_path)} == {path.name for path in kept.iterdir()}


def test_the_results_are_of_the_rewards_that_there_are(results, questions):
    assert results.labels == {one.name: one.label for one in conditions(questions)}
    assert {run["seed"] for run in results.runs} == set(range(results.facts["seeds"]))
