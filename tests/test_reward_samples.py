"""A reward that asks every question k times: what it pays, what it asks, and what a failed sample costs."""

import pytest

from referee_calib.errors import InputError
from referee_calib.records import Claim, RefereeScore
from referee_calib.reward import ClaimContext, SemanticEvidenceReward

CLAIM = Claim(video="v.mp4", question="Where?", object="ball", boxes=((1.0, 0.1, 0.1, 0.4, 0.5),), rollout="r")


class Drawing:
    """Gives the levels of a list in turn, by sample; None fails."""

    fingerprint = "0" * 16

    def __init__(self, levels, status="error"):
        self.levels, self.status, self.asked = levels, status, []

    def score(self, claims, media, *, dimensions=None, sample=0, samples=1):
        for claim in claims:
            for dimension in dimensions or claim.dimensions:
                for one in range(sample, sample + samples):
                    self.asked.append((dimension, one))
                    level = self.levels[one % len(self.levels)]
                    answer = {"status": self.status, "reason": "no"} if level is None else {"level": level}
                    yield RefereeScore(
                        claim=claim.id, referee=self.fingerprint, dimension=dimension, sample=one, **answer
                    )


def value(referee, **options):
    reward = SemanticEvidenceReward(referee, penalty=None, **options)
    (found,) = reward.judge([CLAIM], ".", [ClaimContext(duration=9.0)])
    return found


def test_the_mean_over_samples_is_paid():
    # relevance and localization are each (4 + 2 + 3) / 3 = 3 of 4; their product is 0.5625
    found = value(Drawing([4, 2, 3]), samples=3)
    assert found.value == pytest.approx((3 / 4) ** 2)
    assert value(Drawing([4, 2, 3])).value == 1.0  # one sample: the first


def test_every_question_is_asked_k_times_and_no_more():
    referee = Drawing([4, 2, 3])
    value(referee, samples=3)
    assert sorted(referee.asked) == [(name, i) for name in ("localization", "relevance") for i in range(3)]


def test_a_failed_sample_is_asked_again_and_fills_the_mean():
    referee = Drawing([4, None, 2, 4])  # samples 0 and 1, then 2 and 3: the levels that come are 4, 2, 4
    assert value(referee, samples=2).value == pytest.approx((3 / 4) ** 2)
    assert ("relevance", 3) in referee.asked


def test_samples_that_all_fail_are_a_failure():
    found = value(Drawing([None]), samples=2)
    assert (found.value, found.status) == (None, "error")


def test_a_refused_sample_is_not_asked_again_and_the_others_count():
    referee = Drawing([None, 2], status="refused")
    assert value(referee, samples=2).value == pytest.approx((2 / 4) ** 2)
    assert max(sample for _, sample in referee.asked) == 1


def test_samples_change_the_fingerprint_and_one_sample_does_not():
    plain, several = SemanticEvidenceReward(Drawing([1])), SemanticEvidenceReward(Drawing([1]), samples=4)
    assert plain.fingerprint == SemanticEvidenceReward(Drawing([1]), samples=1).fingerprint != several.fingerprint
    assert "samples" not in plain.settings()


def test_no_sample_is_refused():
    with pytest.raises(InputError, match="asked at least once"):
        SemanticEvidenceReward(Drawing([1]), samples=0)
