"""Plans from a pilot's own claims, on bimodal quality, and what a design cannot miss."""

import json

import numpy as np
import pytest
from helpers_planted_study import Case, study_of
from helpers_planted_tail import one_more_person
from helpers_verdict import make_study, run

from agreement import AgreementError, Ratings, compare, plan_agreement, plan_from_pilot

pytestmark = pytest.mark.thorough

SIZE = {"videos": (60,), "claims": (4,), "raters": (3,)}


def pilot(seed, videos=60):
    planted = study_of(Case(one_more_person, good=True, videos=videos), seed)
    people = Ratings.from_array(planted.people["relevance"], scale=range(5), wide=True)
    return people, planted.referee["relevance"], planted.video


@pytest.fixture(scope="module")
def true_width():
    """Mean width of the difference in studies of two heaps, 60 videos, 4 claims, 3 people."""
    found = []
    for seed in range(25):
        people, referee, video = pilot(seed)
        difference = compare(people, referee, cluster=video, n_resamples=0).compared["cohen_kappa_quadratic"].difference
        found.append(difference.high - difference.low)
    return float(np.mean(found))


def test_a_plan_on_two_heaps_meets_the_widths_of_such_studies(true_width):
    # shares, kappa and correlation within a video as such studies have them in the long run: benchmarks/verdicts.py
    options = {
        "kappa": 0.86, "referee_kappa": 0.858, "shares": (0.19, 0.15, 0.21, 0.24, 0.21), "video_correlation": 0.1,
        "severity": 0.0, "n_simulations": 40,
    }  # fmt: skip
    heaps = plan_agreement(**SIZE, **options, quality="bimodal").designs[0].difference_width
    assert heaps == pytest.approx(true_width, rel=0.08)


def test_a_plan_from_a_pilot_meets_the_widths_of_such_studies(true_width):
    found = [
        plan_from_pilot(*pilot(seed)[:2], cluster=pilot(seed)[2], **SIZE, n_simulations=12).designs[0].difference_width
        for seed in range(100, 112)
    ]
    assert np.mean(found) == pytest.approx(true_width, rel=0.15)


def test_a_design_says_what_it_excludes_and_which_kind_it_can_judge():
    people, referee, video = pilot(1)
    plan = plan_from_pilot(
        people, referee, cluster=video, videos=(59, 299), claims=(2,), raters=(2,), n_simulations=5, slice_loss=0.03
    )
    small, large = plan.designs
    assert small.tail_excluded <= 0.05 < small.tail_excluded * 59 / 58  # 1 − 0.05^(1/59) = 0.0495
    assert large.tail_excluded <= 0.01
    assert small.smallest_slice is None or small.smallest_slice <= 118
    assert 20 < large.smallest_slice <= 598  # a loss of 0.03 takes more than the floor of 20


def test_a_pilot_that_says_too_little_is_refused():
    people, referee, video = pilot(2)
    with pytest.raises(AgreementError, match="fewer than 30 units"):
        plan_from_pilot(people.codes[:20].astype(float), referee[:20], cluster=video[:20])
    with pytest.raises(AgreementError, match="4 raters"):
        plan_from_pilot(people, referee, cluster=video, raters=(4,))


def test_the_verb_plans_from_a_study(tmp_path):
    make_study(tmp_path / "study").close()
    options = ("--from", tmp_path / "study", "--videos", "30", "--claims", "2", "--raters", "3", "--simulations", "4")
    done = run("plan", *options)
    assert done.exit_code == 0, done.output
    assert "videos like the 60 of the pilot, with 120 claims" in done.stdout
    assert "1 % takes 299" in done.stdout
    (design,) = json.loads(run("plan", *options, "--dimension", "localization", "--json").stdout)["designs"]
    assert design["difference_width"] > 0
    refused = run("plan", *options, "--kappa", "0.5")
    assert refused.exit_code == 2
    assert "--kappa is an assumption" in refused.stderr
    absent = run("plan", *options, "--dimension", "timing")
    assert absent.exit_code == 2
    assert "there is relevance, localization" in absent.stderr
