"""The example rubrics, each from init over people and a scripted referee to the certified reward."""

from __future__ import annotations

import json
from math import prod

import pytest
from helpers_rubric import EXAMPLES, claims, clips, files, true_levels
from helpers_study import run

from referee_calib.reward import SemanticEvidenceReward
from referee_calib.rubric import load
from referee_calib.study import Study

ANSWERS = {
    "two_levels_german": "Antwort: {}",
    "seven_levels_english": "{}",
    "eleven_levels_chinese": "答案：{}",
    "mixed_levels_arabic": "الدرجة: {}",
}


def test_every_example_has_its_journey():
    assert {path.parent.name for path in EXAMPLES.glob("*/rubric.toml")} == set(ANSWERS)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips") / "media"
    clips(folder)
    return folder


@pytest.mark.filterwarnings("ignore:certificate")
@pytest.mark.parametrize("name", [
    "two_levels_german",
    *(pytest.param(name, marks=pytest.mark.thorough) for name in ANSWERS if name != "two_levels_german"),
])  # fmt: skip
def test_a_rubric_goes_from_init_to_the_certified_reward(tmp_path, monkeypatch, media, name):
    monkeypatch.chdir(tmp_path)
    rubric = load(EXAMPLES / name / "rubric.toml")
    files(tmp_path, rubric, ANSWERS[name])
    assert run("init", "study", "--rubric", EXAMPLES / name / "rubric.toml").exit_code == 0
    done = run("import", "study", "claims.jsonl", "ratings.jsonl", "--media", media, "--add-raters", "-q")
    assert done.exit_code == 0, done.output
    (tmp_path / "study" / "referees.toml").write_text('[mine]\nbackend = "scripted"\nmodel = "replies.jsonl"\n')
    done = run("score", "study", "--referee", "mine", "-q")
    assert done.exit_code == 0, done.output

    study, planted = Study.open("study"), true_levels(rubric)
    assert {(one.claim, one.dimension): one.level for one in study.scores()} == planted
    prompt = next(iter(study.referees().values()))["prompt"]
    own = sorted((EXAMPLES / name).glob("prompts/*.txt"))
    assert prompt.startswith(f"{rubric.version.rpartition('-')[0]}-" if own else "levels-1-")

    done = run("report", "study", "-q", "--out", "out")
    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert {one["dimension"]: one["scale"] for one in report["dimensions"]} == {
        scale.dimension: list(scale.numbers) for scale in rubric.scales
    }
    assert all(one["coefficients"] for one in report["dimensions"])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert all(sentence in page for scale in rubric.scales for sentence in scale.levels)

    done = run("certify", "study", "--out", "c.json", "-q", "--despite-verdict")
    assert done.exit_code == 0, done.output
    reward = SemanticEvidenceReward.from_certificate("c.json", media=media, referees="study")
    judged = reward.judge(claims(), media)
    for claim, paid in zip(claims(), judged, strict=True):
        # shares of each scale; localization and timing make the placement, the worse of the two
        shares = {one: planted[claim.id, one] / rubric[one].top for one in rubric.dimensions}
        placed = [share for one, share in shares.items() if one != "relevance"]
        parts = [shares["relevance"]] * ("relevance" in shares) + ([min(placed)] if placed else [])
        assert paid.status == "ok", paid.reason
        assert paid.value == pytest.approx(prod(parts))
