"""``referee-calib improve``, the section of the report, and the threshold, on a small study with planted levels."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers_judgements import BOX, ratings_of, scores_of
from helpers_verdict import run

from referee_calib.analysis import analyse, improvement_of_study
from referee_calib.analysis.policy_improvement.improvement_check import check_improvement
from referee_calib.analysis.policy_improvement.people_values import PeopleValues, claim_value
from referee_calib.records import Claim, Rating
from referee_calib.report import build, render_html, render_markdown
from referee_calib.rubric import load
from referee_calib.study import Study
from referee_calib.thresholds import Thresholds

CLIP = Path(__file__).parent.parent / "data" / "sample_study" / "media" / "patrol.mp4"
VIDEOS, SIZE, RATERS, REFEREE = 14, 4, 3, "f" * 16


def claims_in_groups(size: int) -> list[Claim]:
    return [
        Claim(
            video=f"v{v}.mp4", question="Where?", object="ball", boxes=BOX, rollout=f"v{v}-r{i}", source="policy",
            reference_boxes=BOX if i else ((BOX[0][0], 0.0, 0.0, 0.1, 0.1),),
        )
        for v in range(VIDEOS)
        for i in range(size)
    ]  # fmt: skip


def make(folder: Path, size: int = SIZE, raters: int = RATERS) -> Study:
    """Make the study: the referee errs like a person, by one level in a fifth of its levels."""
    dice = np.random.default_rng(8)
    claims = claims_in_groups(size)
    truth = dice.integers(0, 5, len(claims))
    seen = np.clip(truth[:, None] + dice.choice([-1, 0, 0, 0, 0, 0, 0, 0, 0, 1], (len(claims), raters + 1)), 0, 4)
    study = Study.create(folder, name="Groups")
    study.add_claims(claims)
    study.media.mkdir(exist_ok=True)
    for v in range(VIDEOS):
        shutil.copy(CLIP, study.media / f"v{v}.mp4")
    study.add_referee(REFEREE, {"name": "made", "fingerprint": REFEREE})
    for j in range(raters):
        study.add_rater(f"p{j}", origin="app")
    for dimension in ("relevance", "localization"):
        study.add_ratings(ratings_of(claims, seen[:, :-1], dimension))
        study.add_scores(scores_of(claims, seen[:, -1], dimension, REFEREE))
    return study


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    made = make(tmp_path_factory.mktemp("groups") / "study")
    yield made
    made.close()


@pytest.fixture(scope="module")
def report(study):
    return build(analyse(study, rewards=False, n_resamples=20), study.rubric)


def test_a_claim_is_worth_relevance_times_the_worse_placement():
    tops = {"relevance": 4.0, "localization": 4.0, "timing": 2.0}
    both = Claim(video="a.mp4", question="?", object="x", boxes=BOX, span=(0.0, 1.0))
    # 3/4 · min(4/4, 1/2)
    assert claim_value(both, {"relevance": 3, "localization": 4, "timing": 1}, tops) == pytest.approx(0.375)
    assert claim_value(both, {"relevance": 3, "localization": 4}, tops) is None


def test_a_rollout_is_worth_the_mean_of_its_rated_claims():
    one, two = (Claim(video="a.mp4", question="?", object=name, boxes=BOX, rollout="r") for name in "ab")
    given = [(one, "p", 4, 4), (one, "q", 2, 4), (two, "p", 4, 2)]
    ratings = [
        Rating(claim=claim.id, rater=who, dimension=dimension, level=level, nonce=f"{claim.id}{who}{dimension}")
        for claim, who, *levels in given
        for dimension, level in zip(("relevance", "localization"), levels, strict=True)
    ]
    found = PeopleValues.of([[one, two]], ratings, load())
    assert found.by_claim.tolist() == pytest.approx([(1 + 0.5) / 2, 0.5])
    assert found.by_rollout().tolist() == pytest.approx([(0.75 + 0.5) / 2])
    assert found.by_rollout(without=0).tolist() == pytest.approx([0.5])  # q alone, who saw one claim


def test_groups_counts_and_a_referee_like_a_person(study):
    found = improvement_of_study(study)
    assert (found.n_groups, found.n_rollouts, found.n_alone, dict(found.sizes)) == (14, 56, 0, {4: 14})
    assert (found.n_claims, found.n_claims_rated, found.n_rated) == (56, 56, 56)
    names = [one.reward for one in found.improvement.rewards]
    assert names == ["referee", "iou", "open_o3", "constant"]  # no span, so no overlap in time
    assert (found.ceiling.n_people, found.ceiling.n_groups, found.held_n()) == (3, 42, 4)
    share = next(one.share for one in found.ceiling.shares if one.reward == "referee" and one.n == 4)
    assert share.low < 1 < share.high
    assert found.improvement.rewards[-1].best_of_n[3].gain.value == pytest.approx(0, abs=1e-12)


def test_the_verdict_holds_the_share_and_asks_for_videos(study, report):
    group = next(one for one in report["verdict"]["groups"] if one["key"] == "improvement")
    check = group["rows"][0]["checks"][0]
    assert (check["state"], check["at_least"], check["videos"]) == ("cannot tell", 0.5, 14)
    assert check["needed"] == "30 videos"  # its interval lies on the right side already
    found = improvement_of_study(study)
    limits = [Thresholds(improvement_share=share, videos=2) for share in (0.5, 0.99)]
    held = [check_improvement(found.ceiling, 4, limit)[0][0] for limit in limits]
    assert [check.state for check in held] == ["pass", "cannot tell"]
    assert held[0].remark == "Best of 4, over 42 pairs of a person and a group."


def test_page_markdown_and_figures_have_the_section(report):
    page, text = render_html(report), render_markdown(report)
    for key in ("improvement-best", "improvement-people", "improvement-tilt"):
        assert f'id="{key}-t"' in page
    assert "Policy improvement" in text
    assert "One person, judged by the others" in text
    assert "14 groups of rollouts on one question" in text


def test_the_verb_prints_a_table_or_json_and_writes_figures(study, tmp_path):
    done = run("improve", study.folder, "--out", tmp_path / "figures", "-q")
    assert done.exit_code == 0, done.stderr
    assert "best of 4" in done.stdout
    assert "Among rollouts that a person rated too" in done.stdout
    drawn = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert drawn == ["improvement-best.svg", "improvement-people.svg", "improvement-tilt.svg"]
    assert 'xmlns="http://www.w3.org/2000/svg"' in (tmp_path / "figures" / drawn[0]).read_text()
    found = json.loads(run("improve", study.folder, "--json", "-q").stdout, parse_constant=pytest.fail)
    assert found["held_n"] == 4


def test_a_file_in_the_place_of_the_figures_is_told(study, tmp_path):
    (tmp_path / "taken").write_text("")
    done = run("improve", study.folder, "--out", tmp_path / "taken", "-q")
    assert done.exit_code == 2
    assert "no figure can be written there" in done.stderr


def test_without_groups_nothing_is_held_and_the_verdict_says_so(tmp_path):
    with make(tmp_path / "alone", size=1) as study:
        found = improvement_of_study(study)
        assert (found.n_groups, found.n_alone, found.improvement) == (0, 14, None)
        assert found.checks == ()
        assert "no question has two rollouts" in found.note
        told = build(analyse(study, rewards=False, n_resamples=20), study.rubric)
    assert found.note in told["verdict"]["gaps"]
    assert [one["key"] for one in told["verdict"]["groups"]] == ["agreement", "tail"]
    done = run("improve", tmp_path / "alone", "-q")
    assert (done.exit_code, done.stdout.startswith("Policy improvement is not defined")) == (0, True)


def test_one_rater_has_no_ceiling(tmp_path):
    with make(tmp_path / "one", raters=1) as study:
        found = improvement_of_study(study)
        assert found.improvement.rewards[0].best_of_n[3].gain.value > 0
    assert found.checks == ()
    assert "one person and another one" in found.note


def test_videos_that_cannot_be_read_are_told(tmp_path):
    with make(tmp_path / "gone") as study:
        for path in study.media.iterdir():
            path.unlink()
        found = improvement_of_study(study)
    assert found.improvement is None
    assert found.reason.startswith("the referee's reward pays two rollouts in no group (videos or scores are missing")
