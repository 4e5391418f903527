"""Rewards are asked through their own interface: arrays and claims agree, videos are decoded once, answers are kept."""

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from helpers_perturb import FACTS, TRUE, plan_of, thing, true_claim
from helpers_referee import box_of, scene, write_clip

from referee_calib import video
from referee_calib.errors import StudyError
from referee_calib.perturbation.families.ambiguous_negatives import AmbiguityCheck
from referee_calib.perturbation.families.reference_objects import ReferenceObjects
from referee_calib.perturbation.harness.perturbation_plan import GRADED, PerturbationPlan, families
from referee_calib.perturbation.harness.reward_cache import CachedReward, RewardCache, reward_cache_key
from referee_calib.perturbation.harness.reward_queries import QueryRunner
from referee_calib.reward import (
    ClaimReward,
    ConstantReward,
    GeometricReward,
    OpenO3Reward,
    SemanticEvidenceReward,
    WholeFrameReward,
)

KNOWN = ReferenceObjects((
    thing("a.mp4", "red ball", 1.0, TRUE),
    thing("a.mp4", "blue star", 1.0, (0.7, 0.1, 0.8, 0.2)),
    thing("b.mp4", "green cone", 1.0, (0.1, 0.1, 0.2, 0.2)),
))  # fmt: skip
MANY = (*GRADED["boxes"], "background", "swapped_name", "far_too_late", "box_grid")


def claims_of_all_sorts():
    """One box, several boxes at one time, several times, a truth known to be out of view at one of the times."""
    two = ((1.0, *TRUE), (2.0, 0.5, 0.1, 0.7, 0.3))
    return [
        true_claim(0),
        true_claim(1, "b.mp4", (0.1, 0.2, 0.35, 0.6)),
        true_claim(2, boxes=two, reference_boxes=two),
        true_claim(3, boxes=((1.0, *TRUE), (1.0, 0.6, 0.6, 0.8, 0.9), (3.0, *TRUE)), reference_boxes=((1.0, *TRUE),)),
        true_claim(4, "c.mp4", (0.0, 0.0, 0.9, 0.9)),
    ]


class Judge:
    """Judges claim by claim like the geometric reward it wraps, and counts what it is asked."""

    deterministic = True

    def __init__(self, reward, fingerprint=""):
        self.reward, self.fingerprint, self.asked, self.calls = reward, fingerprint, [], 0

    def judge(self, claims, media):
        self.calls += 1
        self.asked += [claim.id for claim in claims]
        return self.reward.judge(claims, media)


class Noisy:
    """Another number for every repeat."""

    def judge(self, claims, media, sample=0):
        return [0.5 + 0.1 * sample] * len(claims)


def table(plan, media, folder=None, **rewards):
    return QueryRunner(media, folder).tables({plan.on: plan}, {plan.on: rewards})[plan.on]


@pytest.mark.parametrize(
    "reward",
    [
        *map(GeometricReward, ("iou", "giou", "diou", "ciou")), OpenO3Reward(), OpenO3Reward("absolute"),
        WholeFrameReward(), ConstantReward(),
    ],
    ids=lambda reward: reward.__name__,
)  # fmt: skip
def test_arrays_give_what_claim_by_claim_gives(reward, tmp_path):
    plan = plan_of(claims_of_all_sorts(), MANY, known=KNOWN)
    found = table(plan, tmp_path, arrays=reward, claims=Judge(reward))
    assert found.values[0] == pytest.approx(found.values[1], abs=1e-9, nan_ok=True)
    assert found.truth[0] == pytest.approx(found.truth[1], abs=1e-9)
    assert np.isnan(found.values[0][~found.asked]).all()
    assert not np.isnan(found.values[0][found.asked]).any()
    assert 0 < found.asked.sum() < found.asked.size  # some steps have no room


@pytest.mark.parametrize("kind", ["tiou", "time_r1"])
def test_spans_as_arrays_give_what_claim_by_claim_gives(kind, tmp_path):
    spans = [(1.0, 3.0), (0.5, 2.0), (6.0, 9.5)]
    claims = [
        true_claim(i, f"{name}.mp4", boxes=(), span=span, reference_boxes=None, reference_span=span)
        for i, (name, span) in enumerate(zip("abc", spans, strict=True))
    ]
    plan = plan_of(claims, (*GRADED["span"], "wrong_span"), on="span", deltas=(0.05, 0.3, 1.0))
    known = GeometricReward(kind)

    class Given:
        fingerprint = ""

        def judge(self, its, media):
            from referee_calib.reward import ClaimContext

            return known.judge(its, media, [ClaimContext(duration=10.0)] * len(its))

    found = table(plan, tmp_path, arrays=known, claims=Given())
    assert found.values[0] == pytest.approx(found.values[1], abs=1e-9, nan_ok=True)
    late = found.of_family("span_late")
    # tIoU of a span moved by d of its length: (1 - d) / (1 + d)
    assert found.overlap[late, 0] == pytest.approx([(1 - d) / (1 + d) for d in (0.05, 0.3, 1.0)])


def test_every_video_is_decoded_once_for_all_perturbations(tmp_path, monkeypatch):
    for name, x in (("a.mp4", 120), ("b.mp4", 260)):
        write_clip(tmp_path / name, [scene(("red", "circle", x, 130, 34), noise=4, seed=i) for i in range(12)])
    boxes = {"a.mp4": box_of("circle", 120, 130, 34), "b.mp4": box_of("circle", 260, 130, 34)}
    claims = [
        true_claim(i, name, boxes[name], time=t)
        for i, (name, t) in enumerate([("a.mp4", 0.3), ("a.mp4", 0.8), ("b.mp4", 0.5)])
    ]
    plan = plan_of(claims, ("shift_x", "grow", "shrink", "background"), deltas=(0.05, 0.3, 1.0))
    opened = []
    real = video.frames_at
    monkeypatch.setattr(
        video, "frames_at", lambda path, times, **how: opened.append(path.name) or real(path, times, **how)
    )
    found = table(plan, tmp_path, referee=SemanticEvidenceReward("pixels", media=tmp_path), iou=GeometricReward("iou"))
    assert opened == ["a.mp4", "b.mp4"]
    assert found.exact == {"referee", "iou"}
    assert np.nanmean(found.values[0][found.of_family("background")]) < 0.1
    assert np.nanmin(found.truth[0]) > 0.9


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    plan = plan_of([true_claim(i, f"{name}.mp4") for i, name in enumerate("abcab")], ("shift_x", "background"))
    first = Judge(GeometricReward("iou"), "f1")
    whole = table(plan, tmp_path, tmp_path, iou=first)
    again = Judge(GeometricReward("iou"), "f1")
    assert table(plan, tmp_path, tmp_path, iou=again).values == pytest.approx(whole.values, nan_ok=True)
    assert again.calls == 0
    other = Judge(GeometricReward("iou"), "f2")
    table(plan, tmp_path, tmp_path, iou=other)
    assert sorted(other.asked) == sorted(first.asked)  # another reward has other answers
    path = tmp_path / "answers-f1.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-3]) + lines[-3][:20])  # cut in the middle of a line
    rest = Judge(GeometricReward("iou"), "f1")
    table(plan, tmp_path, tmp_path, iou=rest)
    assert len(rest.asked) == 3
    assert len(path.read_bytes().splitlines()) == len(lines)


def test_the_same_perturbed_claim_is_asked_once(tmp_path):
    plan = plan_of([true_claim(0)], ("shift_x", "paraphrase", "overlay_colour"))
    judge = Judge(GeometricReward("iou"))
    found = table(plan, tmp_path, iou=judge)
    assert len(judge.asked) == len(set(judge.asked))
    # nothing is drawn for this reward, so the style of drawing changes nothing
    assert found.values[0, found.of_family("overlay_colour")[0], 0] == found.truth[0, 0, 0] == 1.0


def test_failures_that_may_pass_are_asked_again_and_others_are_not(tmp_path):
    one, two, three = (true_claim(i) for i in range(3))
    kept = RewardCache(tmp_path, "f")
    kept.add(
        [
            (reward_cache_key(one, 0), CachedReward(0.25)),
            (reward_cache_key(two, 0), CachedReward(None, "error", "timeout")),
            (reward_cache_key(three, 0), CachedReward(None, "unsupported", "no")),
        ]
    )
    again = RewardCache(tmp_path, "f")
    assert again.get(reward_cache_key(one, 0)) == CachedReward(0.25)
    assert again.get(reward_cache_key(two, 0)) is None
    assert again.get(reward_cache_key(three, 0)) == CachedReward(None, "unsupported", "no")
    assert again.get(reward_cache_key(one, 1)) is None  # another repeat
    (tmp_path / "answers-f.jsonl").write_text('{"key": "x"}\n')
    with pytest.raises(StudyError, match="line 1"):
        RewardCache(tmp_path, "f")


def test_an_answer_belongs_to_a_claim_with_its_annotation():
    one, other = true_claim(0), true_claim(0, reference_boxes=((1.0, 0.1, 0.1, 0.2, 0.2),))
    assert one.id == other.id  # a claim's id leaves out what it is compared with
    assert reward_cache_key(one, 0) != reward_cache_key(other, 0)


def test_repeats_are_asked_of_rewards_with_noise_only(tmp_path):
    plan = plan_of([true_claim(0), true_claim(1, "b.mp4")], ("shift_x",))
    found = table(plan, tmp_path, noisy=Noisy(), iou=GeometricReward("iou"))
    assert found.truth[0].tolist() == [[0.5, 0.5], [0.6, 0.6], [0.7, 0.7]]
    assert found.truth[1].tolist() == [[1.0, 1.0]] * 3
    assert found.exact == {"iou"}


def test_a_reward_that_fails_is_counted_with_its_reason(tmp_path):
    class Failing:
        def judge(self, claims, media):
            return [ClaimReward(claim=c, value=None, status="refused", reason="not me") for c in claims]

    plan = plan_of([true_claim(0)], ("shift_x",), deltas=(0.1,))
    asker = QueryRunner(tmp_path)
    asker.tables({"boxes": plan}, {"boxes": {"r": Failing()}})
    # one step, and the true claim three times
    assert asker.failures["r"] == {"refused: not me": 1 + 3}


def test_a_killed_run_leaves_whole_answers_behind(tmp_path):
    code = f"""
        import os, sys, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        from helpers_perturb import plan_of, true_claim
        from referee_calib.perturbation.harness import reward_queries
        reward_queries.CHUNK = 1
        class Slow:
            fingerprint = "slow"
            def judge(self, claims, media):
                time.sleep(0.05)
                print(len(claims), flush=True)
                return [0.5] * len(claims)
        plan = plan_of([true_claim(i, f"{{n}}.mp4") for i, n in enumerate("abcde")], ("shift_x",))
        here = Path({str(tmp_path)!r})
        reward_queries.QueryRunner(here, here).tables({{"boxes": plan}}, {{"boxes": {{"r": Slow()}}}})
    """
    running = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    said = [running.stdout.readline() for _ in range(3)]
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    lines = (tmp_path / "answers-slow.jsonl").read_bytes().splitlines(keepends=True)
    rows = [json.loads(line) for line in lines if line.endswith(b"\n")]
    assert len(rows) >= int(said[0]) + int(said[1])  # what was judged before the last answer is on the disk
    assert {row["value"] for row in rows} == {0.5}


def test_evidence_counts_as_wrong_only_where_it_is_known_to_be():
    apart = ReferenceObjects((
        thing("a.mp4", "red ball", 1.0, TRUE),
        thing("a.mp4", "main object", 1.0, TRUE),
        thing("a.mp4", "blue star", 1.0, (0.7, 0.1, 0.8, 0.2)),
        thing("a.mp4", "red ball", 3.0, (0.1, 0.1, 0.2, 0.25)),
    ))  # fmt: skip
    telling = AmbiguityCheck(apart)
    true = true_claim(0)
    named = [true_claim(0, object=name) for name in ("blue star", "main object", "green cone", "other thing")]
    # seen apart; seen together; from another video; vague
    assert [telling.is_wrong_name(true, one) for one in named] == [True, False, True, False]
    assert telling.is_wrong_place(true_claim(0, time=3.0, reference_boxes=None))  # it is known to be elsewhere by then
    assert not telling.is_wrong_place(true_claim(0, time=3.0, box=(0.1, 0.1, 0.2, 0.25), reference_boxes=None))
    assert not telling.is_wrong_place(true_claim(0, time=8.0, reference_boxes=None))  # nobody knows
    assert telling.is_wrong_object(true_claim(0, box=(0.7, 0.1, 0.8, 0.2)))
    assert not telling.is_wrong_object(true_claim(0, object="main object"))  # the boxed ball may be the main object


def test_small_ends_where_two_raters_differ():
    claims = [true_claim(0)]
    chosen = families("boxes", ("shift_x", "grow", "paraphrase"), ReferenceObjects(), [])
    plan = PerturbationPlan("boxes", claims, chosen, FACTS, agreement=0.88)
    # (1 - d) / (1 + d) = 0.88 at d = 0.12 / 1.88; (1 + d)^-2 = 0.88 at d = 0.88^-0.5 - 1
    assert plan.small["shift_x"] == pytest.approx(0.12 / 1.88)
    assert plan.small["grow"] == pytest.approx(0.88**-0.5 - 1)
    assert {cell.family: cell.kind for cell in plan.cells}["paraphrase"] == "same"
