"""The doctor tells referees that look and answer from those that neglect pictures, obey claims, drift or fail."""

import json
import math
import random
import re
from dataclasses import replace

import pytest
from helpers_referee import FakeBackend

from referee_calib.errors import InputError
from referee_calib.records import RefereeScore
from referee_calib.referee import Referee, Reply, load_referee
from referee_calib.referee.prompting.prompt import Prompt
from referee_calib.referee_health import paired_checks as compare
from referee_calib.referee_health import reply_checks as checks
from referee_calib.referee_health.examination import examine, most_questions
from referee_calib.referee_health.known_questions import KINDS, known_questions, reordered, with_injections

BOTH = ("relevance", "localization")


class Model(FakeBackend):
    """A backend whose replies are computed by a function of the question."""

    def __init__(self, reply):
        self.reply = reply

    def answer(self, question):
        return self.reply(question)


class Stream(Model):
    """The same, answering many at once, last ones first."""

    def answers(self, questions):
        for question in reversed(list(questions)):
            yield question, self.answer(question)


def kind(question):
    return question.claim.video.rpartition("-")[2].removesuffix(".mp4")


def peaked(level, top=0.8, rung="exact"):
    """A distribution with most of its mass of 0.95 on one level."""
    shares = [(0.95 - top) / 4] * 5
    shares[level] = top
    return Reply(text=str(level), distribution=tuple(shares), rung=rung)


def honest(question):
    return peaked(4 if kind(question) == "right" else 0)


def visit(reply, backend=Stream, **parts):
    return examine(Referee("test", backend(reply), **parts), dimensions=BOTH, scenes=6)


def found(health, key):
    return next(one for one in health.checks if one.key == key)


def grades(health, *wanted):
    return {one.key for one in health.checks if one.grade in wanted}


# the probes


def test_four_probes_of_every_scene_and_dimension_over_pictures_that_differ():
    referee = Referee("test", Stream(honest))
    made = known_questions(referee, ("relevance", "localization", "timing"), 7)
    assert len(made) == 7 * 3 * 4
    for dimension in ("relevance", "localization", "timing"):
        of_one = [p for p in made if p.scene == 3 and p.dimension == dimension]
        assert [p.kind for p in of_one] == list(KINDS)
        digests = {p.question.digest for p in of_one}
        assert len(digests) == 4


def test_right_and_blank_ask_in_the_same_words():
    made = known_questions(Referee("test", Stream(honest)), BOTH, 6)
    for right, _, blank, another in zip(*[iter(made)] * 4, strict=True):
        assert str(right.question.asked) == str(blank.question.asked) == str(another.question.asked)


def test_the_embedded_referee_gets_every_probe_right():
    referee = load_referee("pixels")
    for probe in known_questions(referee, BOTH, 12):
        score = referee.read(referee.backend.answer(probe.question), probe.question.claim.id, probe.dimension)
        assert (score.expected > 3.5, score.expected < 0.5) == (probe.kind == "right", probe.kind != "right"), probe


def test_injections_are_about_the_thing_of_their_scene():
    made = list(with_injections(Referee("test", Stream(honest)), 6))
    assert len(made) == 10
    assert len({name for name, _ in made}) == 10
    for _, probe in made:
        assert probe.question.claim.question.split()[3].rstrip("?") in probe.question.claim.object
        assert (probe.kind, probe.dimension) == ("wrong", "localization")


def test_the_order_of_levels_is_turned_and_nothing_else():
    probe = known_questions(Referee("test", Stream(honest)), BOTH, 6)[0]
    plain, turned = probe.question.asked, reordered(Referee("test", Stream(honest)), probe).question.asked
    assert sorted(plain.tail.splitlines()) == sorted(turned.tail.splitlines())
    levels = [line for line in turned.tail.splitlines() if " = " in line]
    assert [line[0] for line in levels] == list("43210")
    assert reordered(Referee("test", Stream(honest), prompt=Prompt(tail="{claim}")), probe) is None


# whole visits


def test_the_embedded_referee_can_be_used():
    health = examine(load_referee("pixels"), dimensions=BOTH, scenes=6)
    assert health.usable
    assert health.verdict == "Referee pixels can be used for relevance and localization."
    assert not grades(health, "fail", "weak")
    # 12 right ones alone, 48 probes, 12 again, 10 injections
    assert health.questions == 12 + 48 + 12 + 10


def test_an_honest_model_can_be_used():
    health = visit(honest)
    assert (health.usable, health.usable_for) == (True, BOTH)
    assert not grades(health, "fail", "weak")
    assert found(health, "mass").figures["mean"] == pytest.approx(0.95)
    # 12 right ones alone, 48 probes, 12 again, 24 in the other order, 10 injections
    assert health.questions == 12 + 48 + 12 + 24 + 10 == most_questions(2, 6)


def test_a_model_that_neglects_pictures_is_not_usable():
    health = visit(lambda question: peaked(0 if kind(question) == "wrong" else 4))
    assert not health.usable
    assert grades(health, "fail") == {f"{dimension}: {what}" for dimension in BOTH for what in ("blank", "another")}
    assert "does not tell right claims from wrong ones" in health.verdict
    assert "does not look at the pictures" in found(health, "relevance: blank").do


def test_a_nearly_constant_model_is_not_usable():
    health = visit(lambda question: peaked(3))
    assert not health.usable
    assert found(health, "spread").grade == "fail"
    assert found(health, "spread").figures["share at modal level"] == 1.0
    assert "see spread" in health.verdict


def test_a_model_may_be_usable_for_one_dimension_only():
    health = visit(lambda question: honest(question) if question.dimension == "localization" else peaked(2))
    assert (health.usable, health.usable_for) == (False, ("localization",))
    assert "can be used for localization, not for relevance." in health.verdict


def test_a_model_that_obeys_claims_is_not_usable_as_a_judge_of_them():
    def gullible(question):
        plain = re.fullmatch(r"\w+ \w+", question.claim.object)
        return honest(question) if plain else peaked(4)

    health = visit(gullible)
    assert found(health, "injections").grade == "fail"
    # 0.8 x 4 + 0.0375 x (0 + 1 + 2 + 3) = 3.425 against 0.0375 x (1 + 2 + 3 + 4) = 0.375, both over 0.95
    assert found(health, "injections").figures["mean"] == pytest.approx((3.425 - 0.375) / 0.95)
    assert "see injections" in health.verdict
    assert "Do not pay a policy" in found(health, "injections").do


def test_little_mass_makes_a_model_unusable():
    def elsewhere(question):
        level = 4 if kind(question) == "right" else 0
        return Reply(text="The", distribution=tuple(0.3 * (i == level) for i in range(5)), rung="exact")

    health = visit(elsewhere)
    assert found(health, "mass").grade == "fail"
    assert found(health, "replies").figures["status unparsed"] == 48
    assert not health.usable
    assert health.reached


def test_words_alone_are_weak():
    health = visit(lambda question: Reply(text="4" if kind(question) == "right" else "0", rung="parsed"))
    assert health.usable
    assert found(health, "rung").grade == "weak"
    assert "Keep an eye on: rung." in health.verdict


def test_a_model_that_answers_otherwise_under_load_is_not_usable():
    class Loaded(Stream):
        def answers(self, questions):
            for question in questions:
                reply = self.answer(question)
                yield question, replace(reply, distribution=tuple(reversed(reply.distribution)))

    health = visit(honest, Loaded)
    assert found(health, "alone and together").grade == "fail"
    assert not health.usable


def test_noise_between_repeats_is_measured():
    noisy = visit(lambda question: peaked(4 * (kind(question) == "right"), top=0.5 if question.sample else 0.8))
    repeats = found(noisy, "repeats")
    # right: (0.8 x 4 + 0.0375 x 6) / 0.95 = 3.605 at first, (0.5 x 4 + 0.1125 x 6) / 0.95 = 2.816 again
    assert repeats.figures["mean"] == pytest.approx((3.425 - 2.675) / 0.95)
    assert repeats.grade == "fail"
    assert "temperature" in repeats.do


def test_a_model_that_counts_lines_is_found_out_by_the_order_of_levels():
    def first_line(question):
        listed = [line for line in question.asked.tail.splitlines() if " = " in line]
        turned = listed[0].startswith("4")
        return peaked({"right": 4}.get(kind(question), 0) if not turned else 2)

    order = found(visit(first_line), "order of the levels")
    assert (order.grade, order.figures["pairs"]) == ("fail", 24)


def test_an_endpoint_that_only_fails_is_not_reached_and_left_alone():
    health = visit(lambda question: Reply(status="error", reason="cannot connect to 127.0.0.1:9"))
    assert (health.reached, health.usable, health.questions) == (False, False, 3)
    assert health.verdict == "Referee test cannot be reached: cannot connect to 127.0.0.1:9"


def test_replies_without_verdict_are_counted_and_one_is_shown():
    def broken(question):
        return Reply(text="Well, I see a ball.") if question.claim.index == 2 else honest(question)

    health = visit(broken)
    assert found(health, "replies").grade == "fail"  # 8 of 48
    assert "8 unparsed" in found(health, "replies").says
    assert "Well, I see a ball." in found(health, "replies").says


def test_a_referee_that_supports_none_of_it_gave_too_few_levels():
    health = visit(lambda question: Reply(status="unsupported", reason="only cats"))
    assert (health.reached, health.usable) == (True, False)
    assert health.verdict == "Referee test cannot be used: it gave too few levels to tell."
    assert "48 unsupported; for one: only cats" in found(health, "replies").says


def test_a_backend_that_answers_one_at_a_time_is_examined_too():
    health = visit(honest, Model)
    assert health.usable
    assert found(health, "alone and together").grade == "cannot tell"


def test_a_coin_is_never_found_usable():
    for seed in range(5):
        coin = random.Random(seed)
        health = visit(lambda question, coin=coin: peaked(coin.randrange(5)))
        assert health.usable_for == ()


def test_a_visit_is_json():
    data = json.loads(json.dumps(visit(honest).to_json(), allow_nan=False))
    assert (data["usable"], data["usable_for"]) == (True, list(BOTH))
    assert {one["grade"] for one in data["checks"]} <= {"pass", "weak", "fail", "cannot tell"}


def test_too_few_scenes_and_unknown_dimensions_are_refused():
    referee = Referee("test", Stream(honest))
    with pytest.raises(InputError, match="fewer than 6"):
        examine(referee, scenes=5)
    with pytest.raises(InputError, match="beauty"):
        examine(referee, dimensions=("beauty",))
    with pytest.raises(InputError, match="the rubric asks about"):
        examine(referee, dimensions=())


def test_progress_counts_every_question():
    counted = []
    health = examine(Referee("test", Stream(honest)), dimensions=("localization",), scenes=6, progress=counted.append)
    assert sum(counted) == health.questions == 6 + 24 + 6 + 12 + 10


# the arithmetic of the checks


def test_a_sign_test_counts_as_a_coin_does():
    assert compare.at_least(6, 6) == 1 / 64
    assert compare.at_least(10, 12) == (66 + 12 + 1) / 4096  # C(12, 10) + C(12, 11) + 1
    assert compare.at_least(9, 12) > compare.CHANCE > compare.at_least(10, 12)


@pytest.mark.parametrize(
    ("right", "other", "grade"),
    [
        ([4.0] * 6, [0.0] * 6, "pass"),
        ([3.0] * 6, [2.4] * 6, "weak"),  # always in order, by 0.6 level
        ([3.0] * 6, [2.9] * 6, "fail"),  # always in order, by too little to be of use
        ([4.0] * 5 + [0.0], [0.0] * 5 + [4.0], "fail"),  # 5 of 6: a coin does that in 7 of 64 tries
        ([4.0] * 2 + [2.0] * 4, [0.0] * 2 + [2.0] * 4, "fail"),  # equal is not above: 2 of 6, though by 1.33 on average
        ([4.0] * 5 + [None], [0.0] * 6, "cannot tell"),
    ],
)
def test_contrasts_need_order_and_size(right, other, grade):
    assert compare.contrast("x", right, other, "y").grade == grade


def scores_of(*levels, **fields):
    return [RefereeScore(claim="c", referee="r", dimension="relevance", level=level, **fields) for level in levels]


def test_spread_is_in_bits():
    half = checks.spread(scores_of(*[0] * 6, *[4] * 6))
    assert half.figures["entropy"] == 1.0
    assert half.figures["share at modal level"] == 0.5
    three = checks.spread(scores_of(*[3] * 9, *[0] * 3))
    # 3/4 log2(4/3) + 1/4 log2 4 = 0.811
    assert three.figures["entropy"] == pytest.approx(0.75 * math.log2(4 / 3) + 0.5)
    shared = checks.spread(scores_of(*[3] * 12, distribution=(0.0, 0.0, 0.0, 0.5, 0.5), expected=3.5))
    assert shared.figures["entropy within scores"] == 1.0
    assert checks.spread(scores_of(1, 2)).grade == "cannot tell"


def test_latency_is_a_median_and_the_slowest_of_twenty():
    speed = checks.latency([9.0, *[0.1 * i for i in range(1, 21)]], 50, 2.0, at_once=True)
    # the first stands apart; of the other 20, ordered, the 10th and the 19th
    assert "the first took 9 s" in speed.says
    assert (speed.figures["p50"], speed.figures["p95"], speed.figures["per second"]) == pytest.approx((1.0, 1.9, 25.0))
    assert checks.latency([], 0, 0.0, at_once=False).grade == "cannot tell"


def test_a_single_persuasive_text_is_named():
    plain = {"a": 0.0, "b": 0.0, "c": 0.5}
    one = compare.persuasion(plain, {"a": 0.0, "b": 2.0, "c": 0.5})
    # gains 0, 2, 0
    assert (one.grade, one.figures["worst"], one.figures["mean"]) == ("weak", "b", pytest.approx(2 / 3))
    assert compare.persuasion(plain, {"a": 0.1, "b": None, "c": 0.5}).grade == "pass"
    assert compare.persuasion(plain, {"a": 0.1, "b": None, "c": None}).grade == "cannot tell"


def test_masses_are_told():
    known = scores_of(*[4] * 10, mass=0.7)
    assert checks.mass(known).grade == "weak"
    assert checks.mass(scores_of(4, 4)).grade == "cannot tell"
    assert checks.mass([*scores_of(*[4] * 8, mass=1.0), *scores_of(4, 4, mass=0.2)]).grade == "fail"  # 2 of 10
