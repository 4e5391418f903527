"""examples/grpo_video_qa from a fresh checkout: one command trains, a second one goes on, the log becomes a study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from safetensors.torch import load_file
from sample_replies import MEDIA

from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.reward import read_log
from referee_calib.study import Study


def trained(*arguments: object) -> Result:
    from train import command

    return CliRunner().invoke(command, ["--tiny", *map(str, arguments)])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Four steps after a warm start, with two checkpoints; folder and what was printed."""
    out = tmp_path_factory.mktemp("recipe") / "run"
    done = trained("--out", out, "--questions", 2, "--warm-steps", 140, "--steps", 4, "--save-every", 2)
    assert done.exit_code == 0, done.output
    return out, done.output


def weights(checkpoint: Path) -> dict[str, Any]:
    return dict(load_file(checkpoint / "model.safetensors"))


def test_the_preflight_comes_first_and_parts_are_logged(first):
    out, printed = first
    assert printed.index("ok    completions") < printed.index("step 1: reward")
    logged = json.loads((out / "metrics.json").read_text())[:4]
    for part in ("claims", "failed", "parse_failures"):
        assert all(f"SemanticEvidenceReward/{part}" in step for step in logged), part
    assert any("SemanticEvidenceReward/relevance" in step for step in logged)  # of steps with a claim
    assert max(step["reward"] for step in logged) > 0


def test_weights_of_both_halves_change(first):
    before, after = (weights(first[0] / f"checkpoint-{step}") for step in (2, 4))
    for part in ("lm_head.weight", "visual.patch_embed.proj.weight"):
        (name,) = [one for one in before if one.endswith(part)]
        assert not before[name].equal(after[name]), name


def test_the_log_holds_every_reply_and_becomes_a_study(first, tmp_path):
    paid = [line for line in read_log(first[0] / "rewards") if line["step"] is not None]
    assert len(paid) == 4 * 8
    assert {line["step"] for line in paid} == {0, 1, 2, 3}
    for arguments in (
        ("init", tmp_path / "study"),
        ("import", tmp_path / "study", first[0] / "rewards", "--media", MEDIA),
    ):
        done = CliRunner().invoke(main, list(map(str, arguments)))
        assert done.exit_code == 0, done.output
    assert len(list(Study.open(tmp_path / "study").claims())) > 0


def test_a_run_goes_on_from_its_last_checkpoint(first):
    done = trained("--out", first[0], "--questions", 2, "--steps", 5, "--save-every", 5, "--resume")
    assert done.exit_code == 0, done.output
    assert "step 5: reward" in done.output
    assert "step 4: reward" not in done.output
    assert "completions" not in done.output.partition("step 5")[0]  # no second preflight


def test_a_policy_that_writes_no_evidence_is_stopped_and_adapters_train_when_told_to(tmp_path):
    done = trained("--out", tmp_path / "cold", "--warm-steps", 0)
    assert done.exit_code == 2
    assert "begin with a short supervised fine-tuning" in done.output
    assert "step 1" not in done.output
    done = trained("--out", tmp_path / "lora", "--warm-steps", 0, "--steps", 1, "--lora", 2, "--go-on")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "lora" / "policy" / "adapter_model.safetensors").is_file()


def test_stored_boxes_are_put_into_pixels_of_the_frames_as_they_are_shown():
    from video_questions import FrameOptions
    from warm_start import short_replies

    frames = FrameOptions(MEDIA, 3)
    assert frames.size("pillar.mp4") == (476, 280)
    row = {"video": "pillar.mp4", "question": "q", "answer": "a", "box_unit": "pixels:238x140"}
    row["completion"] = "<obj>ball</obj><box>[10, 20, 100, 140]</box>at<t>2</t>s"
    (found,) = short_replies([row], frames)
    assert "[20, 40, 200, 280]" in found["completion"]  # twice as many pixels
    (found,) = short_replies([row | {"box_unit": "0-1000"}], frames)
    assert "[5, 6, 48, 39]" in found["completion"]  # 10 · 0.476, 20 · 0.28, 100 · 0.476, 140 · 0.28
    with pytest.raises(InputError, match="none of 1 stored replies"):
        short_replies([row | {"box_unit": None}], frames)


def test_what_is_missing_is_said(tmp_path):
    from train import command

    done = CliRunner().invoke(command, ["--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "--data, --media, --reward must be given" in done.output
    done = trained("--out", tmp_path, "--resume")
    assert done.exit_code == 2
    assert "holds no checkpoint yet" in done.output
