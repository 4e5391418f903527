"""A verdict says what nothing was held against, and does not pass on a run that no longer counts."""

from referee_calib.analysis.reward_behaviour.last_run import LastRun, leave_undecided
from referee_calib.analysis.threshold_check import ThresholdCheck
from referee_calib.analysis.verdict import StudyVerdict
from referee_calib.natural_order import natural_order
from referee_calib.report.document.verdict_document import checks, verdict_document
from referee_calib.report.printed_summary import not_passed
from referee_calib.reward.certificate import cautions
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import combined

TITLES = {"relevance": "Relevance"}
NOBODY = "Nobody has put exploit probes to it: referee-calib probe."
RUN = {"about": [{"on": "boxes"}, {"on": "span"}]}
STALE = "The thresholds were changed after the last perturbation; type it again."
PASSED = ThresholdCheck(
    dimension="relevance", threshold="loss", state="pass", value=0.0, low=-0.05, high=0.05, at_least=-0.1, videos=40
)


def said(found, gaps):
    return verdict_document(
        StudyVerdict(combined(check.state for check in found), Thresholds(), tuple(found), gaps),
        TITLES,
        "people",
        False,
    )


def test_a_pass_says_what_nothing_was_held_against():
    whole = said([PASSED], ())
    assert (whole["state"], whole["sentence"]) == ("pass", "Every threshold is passed on every dimension.")
    part = said([PASSED], (NOBODY,))
    assert (part["state"], part["gaps"]) == ("pass", [NOBODY])
    assert part["sentence"] == f"Every threshold that was held is passed on every dimension. {NOBODY}"


def test_a_run_for_other_thresholds_leaves_its_own_open_so_nothing_passes():
    names = ["robust_false_acceptance", "robust_drop"]
    run = leave_undecided(LastRun(RUN, "semantic", note=STALE), "{}", names)
    assert [(check.dimension, check.threshold) for check in run.checks] == [
        (where, name) for where in ("boxes", "span") for name in names
    ]
    found = said([PASSED, *run.checks], (run.note,))
    assert found["state"] == "cannot tell"
    # one of 1 + 2 x 2 is passed
    assert found["sentence"] == (f"No threshold is missed, and 1 of 5 are passed; on 4 these data cannot tell. {STALE}")
    one = next(check for check in checks(found, "cannot tell") if check["threshold"] == "robust_false_acceptance")
    assert one["sentence"] == f"Boxes: the share of wrong evidence that is accepted is not known. {STALE}"
    assert (one["value"], one["not_run"], one["needed"]) == (None, True, "")


def test_strict_is_missed_by_what_nothing_was_held_against():
    part = said([PASSED], (NOBODY,))
    assert not_passed(part) == []
    assert not_passed(part, strict=True) == [f"not held: {NOBODY}"]
    run = leave_undecided(LastRun(RUN, "semantic", note=STALE), "{}", ["robust_false_acceptance", "robust_drop"])
    assert not_passed(said([PASSED, *run.checks], (STALE,)), strict=True) == [f"not held: {STALE}"]  # said once


def test_a_certificate_that_passed_warns_of_what_nothing_was_held_against():
    verdict = said([PASSED], (NOBODY,))
    assert cautions({"simulated": False, "verdict": verdict}) == [NOBODY]
    assert cautions({"simulated": False, "verdict": said([PASSED], ())}) == []


def test_raters_are_listed_as_people_count():
    names = ["rater-10", "rater-2", "anna", "rater-1", "7", "10"]
    assert sorted(names, key=natural_order) == ["7", "10", "anna", "rater-1", "rater-2", "rater-10"]
