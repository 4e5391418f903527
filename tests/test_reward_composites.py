"""Rewards beside those of evidence: gated by the answer, of thought and answer that agree, of crops that suffice."""

import json
import pickle
from pathlib import Path
from typing import ClassVar

import pytest

from referee_calib.claims import Rollout, claims_of
from referee_calib.errors import InputError
from referee_calib.records import RefereeScore
from referee_calib.referee import RefereeSpec, load_prompt
from referee_calib.reward import (
    Consistency,
    ConstantReward,
    Gated,
    LetterGrade,
    NumberGrade,
    RougeGrade,
    SpanGrade,
    SupportReward,
    load_reward,
    support_referee,
)

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


@pytest.mark.parametrize("answer", ["B", "b.", "(B)", "[B]", " B ", "Correct Option: B", "The answer is (B)."])
def test_a_letter_is_read_in_every_form(answer):
    assert graded(LetterGrade(), answer, "B") == 1.0
    assert graded(LetterGrade(), answer, "(C)") == 0.0


def test_a_strict_letter_is_the_whole_answer():
    assert graded(LetterGrade(lenient=False), "(B)", "B") == 1.0
    assert graded(LetterGrade(lenient=False), "Correct Option: B", "B") == 0.0
    assert graded(LetterGrade(), "A blue ball", "A") == 0.0  # an article is no option
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
        ("none", "3", {}, 0.0),
        ("3", "three", {}, None),
    ],
)
def test_a_number_is_right_within_its_tolerance(answer, expected, options, right):
    assert graded(NumberGrade(**options), answer, expected) == right


def test_words_are_graded_by_the_mean_of_three_rouges():
    # "the red ball" against "the red cube": ROUGE-1 F 2/3, ROUGE-2 F 1/2 ("the red"), ROUGE-L F 2/3
    assert graded(RougeGrade(), "the red ball", "the red cube") == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)
    assert graded(RougeGrade(), "the red cube", "the red cube") == 1.0
    assert graded(RougeGrade(), "x", " ") is None


def test_a_span_is_graded_by_its_overlap():
    # [2, 4] and [3, 6] share 1 s of 4 s
    assert graded(SpanGrade(), "From <t>2</t>s to <t>4</t>s", span=(3.0, 6.0)) == pytest.approx(0.25)
    assert graded(SpanGrade(), "I do not know", span=(3.0, 6.0)) == 0.0
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


class Crops:
    """Finds the crop enough when the thing is named green."""

    fingerprint = "0" * 16

    def __init__(self):
        self.asked = []

    def score(self, claims, media, *, dimensions=None, sample=0):
        for claim in claims:
            self.asked.append((claim.object, dimensions))
            level = None if claim.object == "?" else 4 if "green" in claim.object else 1
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
