"""Rewards beside those of evidence: gated by the answer, of thought and answer that agree, of crops that suffice."""

import json
import pickle
from pathlib import Path
from typing import ClassVar

import pytest

from referee_calib.claims import Rollout, claims_of
from referee_calib.errors import InputError
from referee_calib.perturbation import load_rewards
from referee_calib.records import RefereeScore
from referee_calib.referee import RefereeSpec, load_prompt, load_referee, make_referee
from referee_calib.reward import (
    Consistency,
    ConstantReward,
    Gated,
    LetterGrade,
    NumberGrade,
    OpenO3Vote,
    RougeGrade,
    SpanGrade,
    SupportReward,
    load_reward,
    support_referee,
)
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.fake_endpoint_model import text_of

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
EVIDENCE = "<obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s"
FACTS = {"video": "swap.mp4", "question": "Where does the green ball come to rest?", "box_unit": "pixels:448x252"}


def reply(answer, thought=EVIDENCE):
    return f"<think>{thought}</think><answer>{answer}</answer>"


def graded(grade, answer, expected="", span=None):
    rollout = Rollout(
        rollout="r", video="a.mp4", question="q", completion=reply(answer), box_unit="0-1000", answer=expected,
        reference_span=span,
    )  # fmt: skip
    return grade.grade(claims_of(rollout), rollout)


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "b.",
        "(B)",
        "[B]",
        " B ",
        "Correct Option: B",
        "The answer is (B).",
        "B. a dog",
        "(B) a dog",
        "**B)** a dog",
        "The answer is **B**",
        "Not option A, but option B",
        "So it must be (B), since the dog runs.",
    ],
)
def test_a_letter_is_read_in_every_form(answer):
    assert graded(LetterGrade(), answer, "B") == 1.0
    assert graded(LetterGrade(), answer, "(C)") == 0.0


def test_a_strict_letter_is_the_whole_answer():
    assert graded(LetterGrade(lenient=False), "(B)", "B") == 1.0
    assert graded(LetterGrade(lenient=False), "Correct Option: B", "B") == 0.0
    assert graded(LetterGrade(), "A blue ball", "A") == 0.0  # an article is no option
    assert graded(LetterGrade(), "The answer is a dog", "A") == 0.0
    assert graded(LetterGrade(), "A", "A. the red cube") == 1.0  # as data sets state it
    assert graded(LetterGrade(), "B", "the blue one") is None


@pytest.mark.parametrize(
    ("answer", "expected", "options", "right"),
    [
        ("3", "3", {}, 1.0),
        ("There are 3 of 5: 3.", "3", {}, 1.0),
        ("3.2", "3", {}, 0.0),
        ("3.2", "3", {"tolerance": 0.25}, 1.0),
        ("110", "100", {"relative": 0.1}, 1.0),
        ("111", "100", {"relative": 0.1}, 0.0),
        ("−4", "-4", {}, 1.0),
        ("12 %", "12", {}, 1.0),
        ("12cm", "12", {}, 1.0),
        ("1,000 people", "1000", {}, 1.0),
        ("1", "1,000", {}, 0.0),
        ("2,5", "2.5", {}, 1.0),
        ("1,234,567.5", "1234567.5", {}, 1.0),
        ("1e3", "1000", {}, 1.0),
        ("from 3-4", "4", {}, 1.0),  # no minus
        ("9" * 400, "3", {}, 0.0),  # more than a float holds
        ("none", "3", {}, 0.0),
        ("3", "three", {}, None),
    ],
)
def test_a_number_is_right_within_its_tolerance(answer, expected, options, right):
    assert graded(NumberGrade(**options), answer, expected) == right


OPEN_O3 = json.loads((Path(__file__).parent / "vectors" / "open_o3_answers.json").read_text())["cases"]


def test_answers_earn_what_open_o3_video_shipped():
    grades = {"letter": LetterGrade(lenient=False), "rouge": RougeGrade()}
    wrong = [
        (kind, answer, expected, paid)
        for kind, answer, expected, paid in OPEN_O3
        if graded(grades[kind], answer or "", expected) != pytest.approx(paid, abs=1e-12)
    ]
    assert wrong == []
    assert sum(paid > 0 for *_, paid in OPEN_O3) >= 5


def test_words_are_graded_by_the_mean_of_three_rouges():
    # "the red ball" against "the red cube": ROUGE-1 F 2/3, ROUGE-2 F 1/2 ("the red"), ROUGE-L F 2/3
    assert graded(RougeGrade(), "the red ball", "the red cube") == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)
    assert graded(RougeGrade(), "the red cube", "the red cube") == 1.0
    assert graded(RougeGrade(), "x", " ") is None


def test_a_span_is_graded_by_its_overlap():
    # [2, 4] and [3, 6] share 1 s of 4 s
    assert graded(SpanGrade(), "From <t>2</t>s to <t>4</t>s", span=(3.0, 6.0)) == pytest.approx(0.25)
    assert graded(SpanGrade(), "I do not know", span=(3.0, 6.0)) == 0.0
    thought = "<think>From <t>3</t>s to <t>6</t>s</think><answer>I do not know</answer>"
    told = Rollout(
        rollout="r", video="a.mp4", question="q", completion=thought, box_unit="0-1", reference_span=(3.0, 6.0)
    )
    assert SpanGrade().grade(claims_of(told), told) == 0.0  # what is thought is no answer
    assert graded(SpanGrade(), "From <t>2</t>s to <t>4</t>s") is None


class Counting(ConstantReward):
    """Counts the replies whose evidence is judged."""

    asked: ClassVar[list[int]] = []

    def pay_rows(self, rows, deadline):
        self.asked.append(len(rows))
        return super().pay_rows(rows, deadline)


def test_evidence_is_judged_and_paid_behind_right_answers_alone():
    Counting.asked.clear()
    reward = Gated(Counting(media=MEDIA, value=0.75), answer="letter", answer_weight=0.5)
    items = [{**FACTS, "completion": reply(text), "answer": "B"} for text in ("B", "C", "B")]
    results = reward.score([*items, {**FACTS, "completion": reply("B")}])
    # right: 0.5 · 1 + 0.5 · 0.75; wrong: 0.5 · 0; without an expected answer nobody knows
    assert [one.reward for one in results] == [0.875, 0.0, 0.875, None]
    assert "no answer is known" in results[3].reason
    assert Counting.asked == [2]
    assert reward.needs() == ("answer",)


def test_an_expected_number_may_be_a_number():
    reward = Gated(ConstantReward(media=MEDIA, value=1.0), answer="number")
    items = [{**FACTS, "completion": reply("There are 3."), "answer": answer} for answer in (3, 3.0, 4, True)]
    assert [one.reward for one in reward.score(items)] == [1.0, 1.0, 0.0, None]


def test_the_whole_takes_the_evidence_s_word_for_what_a_reply_is():
    inner = ConstantReward(media=MEDIA, unit="0-1", cap=5, empty=0.25, unread="ignored", failure=0.1)
    made = Gated(inner, failure=0.0)
    assert (made.unit, made.cap, made.empty, made.unread, made.failure) == ("0-1", 5, 0.25, "ignored", 0.0)
    with pytest.raises(InputError, match="cap=7: the evidence says 5"):
        Gated(inner, cap=7)
    with pytest.raises(InputError, match="the whole is logged"):
        Gated(ConstantReward(log="there"))


def test_a_failed_referee_is_a_failure_of_the_whole_and_settled_by_its_policy():
    reward = Gated(SupportReward(Crops(), media=MEDIA), failure=-1.0)
    unknown = reply("B", EVIDENCE.replace("green ball", "?"))
    items = [{**FACTS, "completion": text, "answer": "B"} for text in (reply("B"), unknown)]
    results = reward.score(items)
    assert [(one.reward, one.status) for one in results] == [(1.0, "ok"), (-1.0, "failed")]
    assert reward(
        [one["completion"] for one in items], video=["swap.mp4"] * 2, question=["q"] * 2,
        box_unit=[FACTS["box_unit"]] * 2, answer=["B", "B"],
    ) == [1.0, -1.0]  # fmt: skip


def test_a_gate_of_words_pays_the_grade_and_opens_from_its_threshold():
    reward = Gated(ConstantReward(media=MEDIA, value=1.0), answer=RougeGrade(right_from=0.6), answer_weight=0.25)
    items = [{**FACTS, "completion": reply(text), "answer": "the red cube"} for text in ("the red ball", "a dog")]
    grade = (2 / 3 + 1 / 2 + 2 / 3) / 3
    assert [one.reward for one in reward.score(items)] == [pytest.approx(0.25 * grade + 0.75), 0.0]


def test_what_is_put_together_has_a_fingerprint_of_all_its_parts():
    inner = ConstantReward(media=MEDIA, value=0.75)
    made = Gated(inner, answer_weight=0.5)
    others = [
        Gated(inner, answer_weight=0.4),
        Gated(inner, answer="span"),
        Gated(ConstantReward(media=MEDIA, value=0.5)),
        Gated(inner, answer=LetterGrade(lenient=False)),
    ]
    assert len({made.fingerprint, *(one.fingerprint for one in others)}) == 5
    assert pickle.loads(pickle.dumps(made)).fingerprint == made.fingerprint
    assert (made.media, made.unit) == (MEDIA, None)


@pytest.mark.parametrize(
    "options", [{"answer": "guess"}, {"answer_weight": 1.5}, {"failure": "never"}, {"evidence": "pixels"}]
)
def test_a_gate_that_makes_no_sense_is_refused(options):
    with pytest.raises(InputError):
        Gated(**{"evidence": ConstantReward(), **options})


@pytest.mark.parametrize(
    ("thought", "answer", "agrees"),
    [
        ("I see it at <t>3.0</t>s and <t>5.0</t>s.", "From <t>3</t>s to <t>5.2</t>s", True),
        ("I see it at <t>3.0</t>s.", "From <t>7</t>s to <t>9</t>s", False),
        ("From 2.0 s to 6.0 s it rolls.", "<t>2.8</t> to <t>5.3</t>", True),  # shares 2.5 s of 4 s
        ("At 1:05 it rolls.", "at 65 s", True),
        ("The dog runs, so it is option B.", "B", True),
        ("It is not A. The dog runs, so it is option B.", "A", False),
        ("The dog runs.", "B", False),
        ("It rolls and comes to rest on the left.", "left", True),
        ("It rolls.", "at 4 s", False),
        ("First a dog. So the red ball lies behind the pillar.", "The red ball lies behind the pillar", True),
        ("First a dog. So the red ball lies behind the pillar.", "On the left, near the cube", False),
        ("", "B", False),
        ("a", "", False),
    ],
)
def test_thought_and_answer_agree_by_time_or_by_words(thought, answer, agrees):
    (result,) = Consistency(media=MEDIA).score([{**FACTS, "completion": reply(answer, thought)}])
    assert (result.reward, result.status) == (float(agrees), "ok")


def test_a_thought_may_begin_in_the_prompt_and_an_answer_without_a_tag():
    assert Consistency().agrees("The red ball rolls.</think>The red ball") == (True, "words 1.00")
    assert Consistency().agrees("Just an answer")[0] is False


@pytest.mark.parametrize("options", [{"seconds": -1.0}, {"overlap": 0.0}, {"words": 1.5}, {"seconds": float("nan")}])
def test_a_consistency_that_makes_no_sense_is_refused(options):
    with pytest.raises(InputError):
        Consistency(**options)


class Crops:
    """Finds the crop enough when the thing is named green."""

    fingerprint = "0" * 16

    def __init__(self, levels=()):
        self.asked, self.levels = [], dict(levels)

    def score(self, claims, media, *, dimensions=None, sample=0):
        for claim in claims:
            self.asked.append((claim.object, dimensions))
            usual = 4 if "green" in claim.object else 1
            level = None if claim.object == "?" else self.levels.get(claim.object, usual)
            yield RefereeScore(
                claim=claim.id, referee=self.fingerprint, dimension="relevance", level=level,
                expected=None if level is None else float(level), sample=sample,
                status="ok" if level is not None else "refused", reason="" if level is not None else "no",
            )  # fmt: skip


def test_a_crop_suffices_or_does_not_and_a_failure_is_neither():
    crops = Crops()
    reward = SupportReward(crops, media=MEDIA)
    both = f"{EVIDENCE} {EVIDENCE.replace('green', 'red').replace('58', '8')}"
    texts = [reply("x"), reply("x", both), reply("x", EVIDENCE.replace("green ball", "?")), "nothing"]
    results = reward.score([{**FACTS, "completion": text} for text in texts])
    assert [one.reward for one in results] == [1.0, 0.5, None, 0.0]
    assert {dimensions for _, dimensions in crops.asked} == {("relevance",)}
    assert "enough" in reward.settings()
    assert "penalty" not in reward.settings()


def test_the_support_referee_shows_the_crop_alone_and_asks_yes_or_no():
    spec = support_referee(RefereeSpec(name="judge", backend="openai", model="m"))
    assert (spec.frames.whole, spec.frames.crop) == (False, True)
    assert spec.prompt == load_prompt("yes-no-1")


def test_a_referee_that_is_named_is_asked_about_crops_alone(tmp_path):
    with Endpoint() as endpoint:
        (tmp_path / "referees.toml").write_text(
            f'[judge]\nbackend = "openai"\nmodel = "fake"\nurls = ["{endpoint.url}"]\n'
            '[judge.decoding]\nrung = "truncated"\n'
        )
        (tmp_path / "reward.toml").write_text(
            f'kind = "support"\nreferee = "judge"\nreferees = "referees.toml"\ncache = "none"\n'
            f"media = {json.dumps(str(MEDIA))}\n"
        )
        reward = pickle.loads(pickle.dumps(load_reward(tmp_path / "reward.toml")))
        (result,) = reward.score([{**FACTS, "completion": reply("x")}])
        asked = [text_of(body) for body in endpoint.bodies.values() if "Here is" not in text_of(body)]
    assert result.reward in (0.0, 1.0)
    (question,) = [text for text in asked if "green ball" in text]
    assert "yes or no" in question
    assert question.count("Picture ") == 1


def test_the_vote_of_open_o3_weighs_all_crops_of_a_reply_in_one_question():
    # the rubric's 0 to 4 in thirds: 4 is clearly related (1.0), 2 perhaps (0.6), 1 not (0.2)
    for name, weight in (("green ball", 1.0), ("ball of some kind", 0.6), ("red ball", 0.2), ("?", 0.2)):
        crops = Crops({"ball of some kind": 2})
        pieces = " ".join(EVIDENCE.replace("green ball", name).replace("5.2", str(time)) for time in (1, 2, 3))
        (result,) = OpenO3Vote(crops, media=MEDIA).score([{**FACTS, "completion": reply("B", pieces)}])
        assert (result.reward, len(crops.asked), result.status) == (weight, 1, "ok")


@pytest.mark.parametrize(("crops", "asked"), [(0, 0), (10, 1), (11, 0)])
def test_a_reply_with_more_than_ten_crops_weighs_least_as_there(crops, asked):
    judge = Crops()
    pieces = " ".join(EVIDENCE.replace("5.2", f"{0.5 + 0.5 * k}") for k in range(crops))
    late = EVIDENCE.replace("5.2", "999")  # outside the video: it shows nothing, and does not count
    (result,) = OpenO3Vote(judge, media=MEDIA).score([{**FACTS, "completion": reply("B", f"{pieces} {late}")}])
    assert (result.reward, len(judge.asked)) == (1.0 if asked else 0.2, asked)


def test_a_server_that_is_down_is_no_low_weight():
    class Down(Crops):
        def score(self, claims, media, **_):
            raise ConnectionError("nobody there")

    (result,) = OpenO3Vote(Down(), media=MEDIA).score([{**FACTS, "completion": reply("B")}])
    assert (result.value, result.status) == (None, "failed")


def test_a_file_may_put_rewards_together(tmp_path):
    inner = f'kind = "constant"\nvalue = 0.75\nmedia = {json.dumps(str(MEDIA))}\n'
    (tmp_path / "reward.toml").write_text(
        'kind = "gated"\nanswer_weight = 0.25\nfailure = 0.0\n[answer]\ngrade = "rouge"\nright_from = 0.4\n'
        f"[evidence]\n{inner}"
    )
    reward = load_reward(tmp_path / "reward.toml")
    assert (reward.answer, reward.evidence.value, reward.media) == (RougeGrade(0.4), 0.75, MEDIA)
    (tmp_path / "wrong.toml").write_text('kind = "gated"\n[answer]\ngrade = "guess"\n[evidence]\nkind = "constant"\n')
    with pytest.raises(InputError, match="a grade is one of letter"):
        load_reward(tmp_path / "wrong.toml")
    (tmp_path / "bare.toml").write_text('kind = "gated"\n')
    with pytest.raises(InputError, match="evidence"):
        load_reward(tmp_path / "bare.toml")


def test_perturb_and_probe_can_ask_whether_crops_suffice():
    makers = [("pixels", lambda: load_referee("pixels")), ("spec", lambda: spec_referee())]
    one, *_ = load_rewards(["support"], MEDIA, makers[:1])
    assert (one.name, one.on, type(one.reward)) == ("support", ("boxes",), SupportReward)
    both = load_rewards(["support"], MEDIA, makers)
    assert [each.name for each in both] == ["support:pixels", "support:spec"]
    assert both[1].referee.frames.whole is False


def spec_referee():
    return make_referee(RefereeSpec(name="j", backend="openai", model="m", urls=("http://127.0.0.1:9/v1",)))


def test_the_preflight_s_honest_reply_gives_the_answer_that_a_gate_grades():
    truth = {"answer": ["B"], "reference_span": [[2.0, 4.0]], "reference_boxes": [[[5.2, 0.13, 0.67, 0.27, 0.91]]]}
    facts = {name: [value] for name, value in FACTS.items()}
    found = Gated(ConstantReward(media=MEDIA, value=0.5)).check({**facts, **truth})
    assert "an honest reply earns 0.75" in str(found)
    found = Gated(ConstantReward(media=MEDIA, value=0.5), answer="span").check({**facts, **truth})
    assert "an honest reply earns 0.75" in str(found)
