"""Planted referees through the whole analysis: who passes, and what stops the others; benchmarks/verdicts.py counts."""

import helpers_planted_others as others
import pytest
from helpers_planted_study import study_of, verdict_of
from helpers_planted_tail import CASES


def verdict(name, seed=0):
    return verdict_of(study_of(CASES[name], seed), CASES[name].limits)


def stopped(found):
    return {check.threshold for check in found.checks if check.state != "pass"}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_referee_that_is_one_more_person_passes(seed):
    assert verdict("one more person, 60 videos", seed).state == "pass"


@pytest.mark.parametrize(
    ("name", "threshold", "state"),
    [
        ("1 % exploits, 100 videos", "confident_acceptance", None),
        ("2 % exploits, 200 videos", "confident_acceptance", "fail"),
        ("2 % exploits of 1 against 3, 200 videos", "confident_acceptance", "fail"),
        ("every claim of 3 % of videos exploited, 100 videos", "confident_acceptance", None),
        ("5 % confident rejections, 100 videos", "confident_rejection", "fail"),
        ("constant 2 on small boxes, 7 % of claims", "slice_loss", None),
        ("blind to small boxes, 25 % of claims", "slice_loss", "fail"),
        ("one level more on small boxes, 15 % of claims", "slice_leniency", None),
    ],
)
def test_what_means_do_not_show_is_no_pass(name, threshold, state):
    found = verdict(name)
    assert found.state != "pass"
    checks = [check for check in found.checks if check.threshold == threshold]
    assert any(check.state == state if state else check.state != "pass" for check in checks)


def test_a_kind_with_too_few_claims_is_named_and_its_worst_is_held_all_the_same():
    found = verdict("constant 2 on small boxes, 7 % of claims")
    assert any("on relevance small boxes (" in gap for gap in found.gaps)
    held = next(check for check in found.checks if check.threshold == "slice_loss")
    assert held.worst == "small boxes"
    assert held.low < held.at_least


def test_an_exploit_seen_once_is_not_passed_though_its_rate_is_low():
    found = verdict("1 % exploits (0 against 4), 60 videos")
    held = [check for check in found.checks if check.threshold == "confident_acceptance"]
    seen = [check for check in held if check.value]
    assert seen
    assert all(check.state != "pass" for check in seen)
    assert all("takes" in check.remark and "videos" in check.remark for check in held)


@pytest.mark.parametrize("name", [name for name, case in others.CASES.items() if case.good and not case.severity])
def test_good_referees_on_unlike_studies_pass(name):
    case = others.CASES[name]
    assert verdict_of(study_of(case, 1), case.limits).state == "pass"


@pytest.mark.parametrize(
    ("name", "threshold", "state"),
    [
        ("copies one person, 100 videos", "loss", "cannot tell"),
        ("copies one person on 90 % of claims, 100 videos", "loss", "cannot tell"),
        ("one level for all claims of a video, 100 videos", "loss", "fail"),
        ("swaps the two questions on a tenth, 100 videos", "confident_acceptance", "fail"),
        ("fails where people differ, 100 videos", "failure_rate", "fail"),
        ("sure of 0 and 4, a coin between them, 100 videos", "miscalibration_share", "fail"),
    ],
)
def test_a_referee_that_is_right_for_a_wrong_reason_is_no_pass(name, threshold, state):
    case = others.CASES[name]
    found = verdict_of(study_of(case, 1), case.limits)
    assert {check.state for check in found.checks if check.threshold == threshold} == {state}
    assert found.state != "pass"
    if name.startswith("copies"):
        told = (
            "where p0 stands apart" if "90" in name else "the referee gave the same level as p0 to every one of the 400"
        )
        assert all(check.reason.startswith(told) for check in found.checks if check.threshold == "loss")
