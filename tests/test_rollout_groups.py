"""The group of a rollout, from import to rankings: one question in two prompts makes two groups."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers_judgements import ratings_of, scores_of
from helpers_study import run
from helpers_video import render

from referee_calib.analysis.reward_behaviour.ranking_changes import group_rollouts
from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout
from referee_calib.errors import ClaimError
from referee_calib.io import json_lines
from referee_calib.records import Claim
from referee_calib.study import Study

VIDEOS, GROUPS, EACH = 5, 2, 3
TEXT = "<think>The <obj>red ball</obj><box>[10, 20, {right}, 60]</box>at<t>0.2</t>s rolls.</think><answer>left</answer>"


def rows() -> list[dict[str, object]]:
    """One question about each of five videos, asked in two prompts, with three replies to each."""
    return [
        {
            "rollout": f"v{v}-{g}-{i}", "video": f"v{v}.mp4", "question": "Where?", "group": f"{g}", "step": 0,
            "completion": TEXT.format(right=100 + 10 * i + g), "box_unit": "pixels:288x96",
        }
        for v in range(VIDEOS) for g in range(GROUPS) for i in range(EACH)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("groups")
    (folder / "media").mkdir()
    for v in range(VIDEOS):
        render(folder / "media" / f"v{v}.mp4", 12)
    json_lines.write(folder / "rollouts.jsonl", rows())
    assert run("init", folder / "study").exit_code == 0
    done = run("import", folder / "study", folder / "rollouts.jsonl", "--media", folder / "media")
    assert done.exit_code == 0, done.stderr
    with Study.open(folder / "study") as opened:
        claims = opened.claims()
        levels = [[i % 5] for i in range(len(claims))]
        opened.add_rater("p0", origin="app")
        opened.add_referee("a" * 16, {"name": "made"})
        for name in ("relevance", "localization"):
            opened.add_ratings(ratings_of(claims, levels, name))
            opened.add_scores(scores_of(claims, [(i * 2) % 5 for i in range(len(claims))], name))
    return folder / "study"


def test_rankings_are_counted_in_the_groups_of_the_prompts(study, tmp_path) -> None:
    done = run("recalibrate", study, "--out", tmp_path / "levels.json")
    assert done.exit_code == 0, done.stderr
    assert f"Rankings in {VIDEOS * GROUPS} groups of rollouts" in done.stdout
    found = json.loads((tmp_path / "levels.json").read_text())["rankings"]
    assert (found["groups"], found["rollouts"]) == (VIDEOS * GROUPS, VIDEOS * GROUPS * EACH)


def test_the_group_survives_an_export_and_an_import(study, tmp_path) -> None:
    assert run("export", study, "--out", tmp_path / "out").exit_code == 0
    with Study.open(study) as opened:
        before = group_rollouts(claims_by_rollout(opened.claims()))
    claims = [Claim.from_json(row) for _, row in json_lines.read(tmp_path / "out" / "claims.jsonl")]
    assert group_rollouts(claims_by_rollout(claims)) == before
    assert len(before) == VIDEOS * GROUPS


def test_a_study_from_before_groups_takes_them_when_its_rollouts_come_again(study, tmp_path) -> None:
    folder = study.parent
    bare = [{key: value for key, value in row.items() if key != "group"} for row in rows()]
    json_lines.write(tmp_path / "bare.jsonl", bare)
    run("init", tmp_path / "study")
    assert run("import", tmp_path / "study", tmp_path / "bare.jsonl", "--media", folder / "media").exit_code == 0
    with Study.open(tmp_path / "study") as opened:
        assert len(group_rollouts(claims_by_rollout(opened.claims()))) == VIDEOS
        assert run("import", tmp_path / "study", folder / "rollouts.jsonl").exit_code == 0
        assert len(group_rollouts(claims_by_rollout(opened.claims()))) == VIDEOS * GROUPS
        other = Claim.from_json(opened.claims()[0].to_json() | {"group": "another"})
        with pytest.raises(ClaimError, match="another reference, step, source, group or text"):
            opened.add_claims([other])  # a group that is known is not overwritten


def test_one_name_of_a_group_at_two_steps_is_two_groups() -> None:
    claims = [
        Claim(video="v", question="q", span=(0.0, 1.0), rollout=name, step=step, group="g")
        for name, step in (("a", 0), ("b", 0), ("c", 1))
    ]
    assert group_rollouts(claims_by_rollout(claims)) == [["a", "b"], ["c"]]
