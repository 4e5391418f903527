"""A referee on videos that begin late on their file's own clock: it sees what it sees of the same video from 0 s on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner
from test_app_frames import late_copy

from referee_calib.cli.main import main
from referee_calib.records import Claim
from referee_calib.referee import FramePolicy
from referee_calib.study import Study

SAMPLE = Path(__file__).parents[1] / "data" / "sample_study"
VIDEO = "curtain.mp4"
LATE = 10.0  # seconds


def later(claim: Claim) -> Claim:
    boxes = tuple((box[0] + LATE, *box[1:]) for box in claim.boxes)
    span = (claim.span[0] + LATE, claim.span[1] + LATE) if claim.span else None
    return replace(
        claim,
        video=claim.video.replace(".mp4", ".mkv"),
        boxes=boxes,
        span=span,
        reference_boxes=None,
        reference_span=None,
        id="",
    )


def run(*arguments: object) -> None:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output


def levels(study: Study, claims: list[Claim]) -> list[tuple[str, int | None]]:
    run("score", study.folder, "--referee", "pixels", "-q")
    scores = {(one.claim, one.dimension): one.level for one in study.scores()}
    return [(name, scores[claim.id, name]) for claim in claims for name in claim.dimensions]


def test_the_times_over_a_clip_are_spread_from_its_first_frame_on() -> None:
    policy = FramePolicy(clip_frames=4)
    assert policy.clip_times(4.0) == [0.5, 1.5, 2.5, 3.5]
    assert policy.clip_times(14.0, 10.0) == [10.5, 11.5, 12.5, 13.5]


def test_levels_are_those_of_the_same_video_from_0_s_on(tmp_path: Path) -> None:
    rollouts = (SAMPLE / "rollouts.jsonl").read_text().splitlines()
    (tmp_path / "some.jsonl").write_text("\n".join(line for line in rollouts if f'"{VIDEO}"' in line) + "\n")
    plain, late = Study.create(tmp_path / "plain", clock="file"), Study.create(tmp_path / "late", clock="file")
    run("import", plain.folder, tmp_path / "some.jsonl", "--media", SAMPLE / "media", "-q")
    claims = plain.claims()
    late_copy(SAMPLE / "media" / VIDEO, late.media / later(claims[0]).video, LATE)
    late.add_claims([later(claim) for claim in claims])
    found = levels(plain, claims)
    assert len({level for name, level in found if name == "timing"}) > 1
    assert levels(late, [later(claim) for claim in claims]) == found
