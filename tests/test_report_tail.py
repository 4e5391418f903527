"""The tail in the report: on page one, in its section, among the checks and the next steps, and in report.json."""

from dataclasses import replace

import numpy as np
import pytest
from helpers_report import estimate, make_small

from agreement import Ratings, opposite_levels
from referee_calib.analysis.verdict import hold_thresholds
from referee_calib.report import build, render_html, render_markdown
from referee_calib.report.document.verdict_document import checks
from referee_calib.rubric import load
from referee_calib.thresholds import Thresholds

N, VIDEOS = 240, 80


def report(hits, level=4):
    """A report on which everybody rejects every claim, and the referee accepts `hits` of them, each in its video."""
    referee = np.zeros(N)
    referee[: 3 * hits : 3] = level
    people = Ratings.from_array(np.tile([0, 1, 0], (N, 1)), scale=range(5), wide=True)
    tail = opposite_levels(people, referee, cluster=np.arange(N) // 3)
    analysis = make_small()
    names = tuple(f"claim-{i}" for i in tail.acceptance.units)
    part = replace(analysis.dimensions[0], tail=tail, tail_claims={"confident_acceptance": names})
    held = hold_thresholds([(part, None, estimate(0.02, 0.01))], Thresholds(videos=20))
    return build(replace(analysis, dimensions=(part,), verdict=held, n_simulated=0), load())


def check_of(found):
    return next(check for check in checks(found["verdict"]) if check["threshold"] == "confident_acceptance")


@pytest.mark.parametrize(
    ("hits", "level", "state", "why"),
    [
        (0, 4, "pass", ""),  # 1 − 0.05^(1/80) = 0.037
        (1, 4, "cannot tell", "look at those claims"),  # three levels from everybody, and no person does that
        (1, 3, "pass", ""),  # two levels from one of them: what one more person may do
        (3, 3, "fail", "more often than one more person"),  # p = 1/64
        (10, 4, "fail", "more often than one more person"),
    ],
)
def test_a_claim_that_everybody_rejects_is_no_small_matter(hits, level, state, why):
    check = check_of(report(hits, level))
    assert check["state"] == state
    assert why in check["sentence"]
    assert "excluding 1 % takes" in check["remark"]


def test_the_next_step_is_to_look_and_not_to_wait_for_videos():
    found = report(1)
    assert check_of(found)["videos_needed"] is None
    (step,) = [step for step in found["verdict"]["next_steps"] if step.startswith("Confident acceptance")]
    assert "look at those claims" in step


def test_page_one_and_the_section_name_what_was_accepted():
    found = report(2)
    said = "It accepts with confidence what all people reject: 2 of 240 claims on relevance."
    assert found["headline"]["tail"] == said
    page = render_html(found)
    assert said in page
    assert 'id="tail"' in page
    assert "claim-0, claim-3" in page
    assert said in render_markdown(found)
    (end, _) = found["dimensions"][0]["tail"]["ends"]
    assert (end["claims"], end["n_far"], end["p_value"]) == (["claim-0", "claim-3"], 2, pytest.approx(1 / 16))


def test_a_clean_tail_says_what_is_excluded():
    said = report(0)["headline"]["tail"]
    assert said == (
        "No claim that all people reject was accepted with confidence on relevance (more than 3.7 % of 80 videos are "
        "excluded)."
    )
