"""What rewards pay for rollouts and for moved claims, as the report shows it."""

from dataclasses import dataclass

import pytest

from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout, pair_rewards, pay_rollouts
from referee_calib.analysis.reward_behaviour.study_response import reward_responses
from referee_calib.perturbation import DELTAS, select_reference_claims
from referee_calib.records import Claim
from referee_calib.reward import ClaimReward, GeometricReward, SemanticEvidenceReward

TRUE = (2.0, 0.4, 0.4, 0.6, 0.6)


def claim(index, rollout, *, box=TRUE, video="a.mp4", thing="ball", truth=(TRUE,), span=None, true_span=None):
    return Claim(
        video=video, question="Where is it?", object=thing, boxes=(box,) if box else (), span=span, rollout=rollout,
        index=index, reference_boxes=truth, reference_span=true_span,
    )  # fmt: skip


@dataclass(frozen=True)
class Listed(GeometricReward):
    """Pays what a table says, and fails where it says nothing."""

    table: tuple[tuple[str, float], ...] = ()

    def judge(self, claims, media, known=None):
        worth = dict(self.table)
        return [
            ClaimReward(claim=c, value=worth[c.object])
            if c.object in worth
            else ClaimReward(claim=c, value=None, status="unsupported", reason=f"no idea of {c.object}")
            for c in claims
        ]


def elsewhere(i):
    return (2.0, 0.02 + 0.1 * i, 0.02, 0.1 + 0.1 * i, 0.1)


def test_claims_are_grouped_by_rollout_in_the_order_they_were_written():
    groups = claims_by_rollout([claim(1, "r1"), claim(0, "r2"), claim(0, "r1", thing="cup")])
    assert {name: [c.index for c in group] for name, group in groups.items()} == {"r1": [0, 1], "r2": [0]}


def test_a_rollout_is_paid_together_and_a_repeat_is_not_paid_twice(tmp_path):
    claims = [claim(i, "r", thing=thing, box=elsewhere(i)) for i, thing in enumerate(["ball", "cup"])]
    claims.append(claim(2, "r", thing="ball", box=elsewhere(0)))
    reward = Listed(table=(("ball", 1.0), ("cup", 0.5)))
    # (1 + 0.5) / 2, the repeated ball left out
    assert pay_rollouts(reward, claims_by_rollout(claims), tmp_path) == {"r": (0.75, "")}


def test_a_failed_claim_leaves_its_rollout_without_a_reward_and_says_why(tmp_path):
    rollouts = claims_by_rollout([claim(0, "good"), claim(0, "bad", thing="ghost")])
    assert pay_rollouts(Listed(table=(("ball", 0.5),)), rollouts, tmp_path) == {
        "good": (0.5, ""),
        "bad": (None, "unsupported: no idea of ghost"),
    }


def test_overlap_has_nothing_to_say_about_a_rollout_without_boxes(tmp_path):
    rollouts = claims_by_rollout([claim(0, "span", box=None, span=(1.0, 2.0))])
    value, reason = pay_rollouts(GeometricReward(kind="iou"), rollouts, tmp_path)["span"]
    assert value is None
    assert "none of its claims" in reason


def test_both_rewards_stand_in_one_row():
    rollouts = claims_by_rollout([claim(0, "r"), claim(1, "r", thing="cup")])
    (row,) = pair_rewards(rollouts, {"r": (0.5, "")}, {"r": (None, "no truth")})
    assert (row.rollout, row.video, row.n_claims) == ("r", "a.mp4", 2)
    assert (row.referee, row.overlap, row.overlap_reason) == (0.5, None, "no truth")


@pytest.mark.parametrize(
    ("box", "right"),
    [
        (TRUE, True),
        ((2.0, 0.45, 0.4, 0.65, 0.6), True),  # moved by a quarter: 0.75 / 1.25 = 0.6
        ((2.0, 0.5, 0.4, 0.7, 0.6), False),  # moved by a half: 0.5 / 1.5 = 0.33
        ((3.0, *TRUE[1:]), False),  # right place at a time whose truth is not known
    ],
)
def test_only_claims_that_point_at_the_truth_are_moved(box, right):
    assert bool(select_reference_claims([claim(0, "r", box=box)], "boxes")[0]) is right


def test_spans_that_hardly_meet_the_truth_are_not_moved():
    near = claim(0, "a", box=None, span=(1.0, 3.0), true_span=(1.0, 2.5), truth=None)  # 1.5 / 2
    far = claim(0, "b", box=None, span=(1.0, 3.0), true_span=(2.5, 4.5), truth=None)  # 0.5 / 3.5
    unknown = claim(0, "c", box=None, span=(1.0, 3.0), truth=None)
    found, excluded = select_reference_claims([near, far, unknown], "span")
    assert [(one.span, one.rollout) for one in found] == [((1.0, 2.5), "a")]
    assert sum(excluded.values()) == 2


class Faithful:
    """A referee that looks at nothing and answers the best level, to see what the harness asks."""

    fingerprint = "0" * 16

    def score(self, claims, media, *, dimensions=None, sample=0):
        raise AssertionError("these videos do not exist, so the referee is not reached")


def test_response_holds_the_closed_form_of_overlap_and_counts_failures(tmp_path):
    claims = [claim(0, f"r{i}", video=f"{i}.mp4") for i in range(3)]
    found = reward_responses(SemanticEvidenceReward(Faithful()), claims, tmp_path, seed=1, confidence=0.9)
    assert [item.key for item in found] == ["box_shift"]  # no claim has a span
    item = found[0]
    assert item.deltas == DELTAS
    assert (item.n_claims, item.n_videos) == (3, 3)
    by_role = {line.role: line for line in item.lines}
    # a box moved by d of its width keeps (1 − d) / (1 + d)
    assert by_role["iou"].mean == pytest.approx([max(0.0, (1 - d) / (1 + d)) for d in DELTAS])
    assert set(by_role["constant"].mean) == {0.5}
    # the videos are missing: the referee's reward fails for each claim, and that is not a zero
    assert by_role["referee"].mean == (None,) * len(DELTAS)
    assert by_role["referee"].n_failed == (3,) * len(DELTAS)
    assert by_role["iou"].wrong["background"] < 0.1
