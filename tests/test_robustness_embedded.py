"""The package's own reward under the package's own suite: what it stands, and where it declines to judge."""

from pathlib import Path

import pytest
from test_robustness_suite import outcomes

from referee_calib.cli.study.demo import bring_in
from referee_calib.exploits.true_evidence import study_evidence
from referee_calib.referee import load_referee
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.study import Study

pytestmark = pytest.mark.thorough

SAMPLE = Path(__file__).parent.parent / "data" / "sample_study"
# The embedded referee reads colours and shapes. Of other words it says that it cannot judge them, and gives no value.
DECLINED = {
    *("vague_right", "vague_other", "vague_frame", "hedged", "long_fluent", "look_alike", "duplicates_disguised_10"),
    *(f"injected_{kind}" for kind in ("verdict", "role", "format", "unicode", "order", "long")),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embedded") / "study"
    with Study.create(folder, name="Sample", simulated_ratings=True) as study:
        bring_in(study, SAMPLE)
        its = study_evidence(study, limit=8, truth=SAMPLE / "truth.jsonl")
        reward = SemanticEvidenceReward(load_referee("pixels", rubric=study.rubric), media=study.media)
        return outcomes((its, study.media), reward)


def test_the_embedded_reward_falls_to_no_trick(found):
    failed = {name: outcome.measured for name, outcome in found.items() if outcome.state == "fail"}
    assert failed == {}


def test_it_stands_what_the_shipped_baseline_pays_for(found):
    for trick in ("late_5", "late_30", "right_box_wrong_name", "grid_171", "shotgun_100", "whole_frame"):
        assert found[f"test_box_exploit_gains_nothing[{trick}]"].state == "pass", trick


def test_where_it_cannot_read_it_declines_and_the_suite_says_so(found):
    declined = {
        name.partition("[")[2].rstrip("]")
        for name, outcome in found.items()
        if outcome.state == "not applicable" and outcome.measured.startswith("it gave no value")
    }
    assert declined == DECLINED
