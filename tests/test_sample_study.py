"""The sample study on disk is what the renderer writes, and its truth is what the pixels show."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from agreement import rater_drift
from referee_calib import video
from referee_calib.claims import claims_of, read_rollouts
from referee_calib.claims.rollouts import Rollout
from referee_calib.io import json_lines
from referee_calib.records import Rating
from referee_calib.sample.__main__ import main
from referee_calib.sample.replies.claim_faults import FAULTS, overlap
from referee_calib.sample.replies.policies import POLICIES, STEPS
from referee_calib.sample.scenes.scene_definitions import SCENES
from referee_calib.sample.scenes.scene_model import Scene
from referee_calib.sample.scenes.shapes import COLOURS
from referee_calib.sample.simulated_raters import MISSING, RATERS
from referee_calib.sample.write_study import RECORDS, write_records
from referee_calib.study.study_config import read_config

STUDY = Path(__file__).parent.parent / "data" / "sample_study"
MEDIA = STUDY / "media"


REPLIES = list(read_rollouts(STUDY / "rollouts.jsonl"))
CLAIMS = {row.rollout: claims_of(row).claims for row in REPLIES}
ALL_CLAIMS = [claim for claims in CLAIMS.values() for claim in claims]


def rows(name: str) -> list[dict]:
    return [row for _, row in json_lines.read(STUDY / name)]


def test_the_records_are_regenerated_byte_for_byte(tmp_path: Path) -> None:
    write_records(tmp_path)
    for name in (*RECORDS, "study.toml"):
        same = (tmp_path / name).read_bytes() == (STUDY / name).read_bytes()
        assert same, f"{name} differs: python -m referee_calib.sample data/sample_study --records-only"


@pytest.mark.thorough
def test_another_seed_writes_other_replies(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [str(tmp_path), "--seed", "1", "--records-only"])
    assert result.exit_code == 0
    assert (tmp_path / "rollouts.jsonl").read_bytes() != (STUDY / "rollouts.jsonl").read_bytes()
    assert (tmp_path / "truth.jsonl").read_bytes() == (STUDY / "truth.jsonl").read_bytes()  # the clips stay


def test_a_study_is_never_overwritten() -> None:
    result = CliRunner().invoke(main, [str(STUDY)])
    assert result.exit_code == 2
    assert "holds a study already" in result.output


def test_every_clip_is_whole_plays_in_browsers_and_all_are_small() -> None:
    assert len(SCENES) >= 40
    assert sorted(p.name for p in MEDIA.iterdir()) == sorted(scene.video for scene in SCENES)
    assert sum(p.stat().st_size for p in MEDIA.iterdir()) < 9_000_000
    for scene in SCENES:
        info = video.probe(MEDIA / scene.video)
        assert info.complete
        assert info.playability.plays
        assert (info.width, info.height) == scene.size
        assert info.n_frames == len(scene.times)
        assert info.variable == (len(set(scene.gaps)) > 1)
        assert info.duration == pytest.approx(scene.seconds, abs=float(1 / scene.rate))
    assert sum(len(set(scene.gaps)) > 1 for scene in SCENES) == 1
    assert {round(float(scene.rate), 2) for scene in SCENES} == {12, 24, 25, 29.97, 30}


def looks_like(pixels: np.ndarray, colour: str) -> np.ndarray:
    """Which pixels have a colour's own mix of red, green and blue and about its lightness."""
    wanted = np.array(COLOURS[colour], float)
    seen = pixels.astype(float)
    mix = np.abs(seen / (seen.sum(axis=2, keepdims=True) + 1) - wanted / wanted.sum()).sum(axis=2)
    light = np.abs(seen.sum(axis=2) - wanted.sum())
    return (mix < 0.13) & (light < 0.35 * wanted.sum())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_true_boxes_hold_the_pixels(scene: Scene) -> None:
    width, height = scene.size
    times = scene.times[2 :: max(1, len(scene.times) // 6)]
    judged = 0
    for frame, t in zip(video.frames_at(MEDIA / scene.video, list(times)), times, strict=True):
        assert frame.time == pytest.approx(t, abs=1e-4)
        names = {item.name for item in scene.objects if item.colour != "grey"}
        sights = {name: scene.sight(name, t) for name in names}
        for name, sight in sights.items():
            near = [o for n, o in sights.items() if o and n != name and sight and overlap(_grown(sight[0]), o[0]) > 0]
            if sight is None or sight[1] < 0.3 or near:
                continue
            x1, y1, x2, y2 = _grown(sight[0])
            left, top = max(int(x1 * width), 0), max(int(y1 * height), 0)
            part = frame.image[top : int(y2 * height) + 1, left : int(x2 * width) + 1]
            ys, xs = np.nonzero(looks_like(part, name.split()[0]))
            assert xs.size, f"{name} is not where it should be at {t:.2f} s"
            found = np.array([left + xs.min(), top + ys.min(), left + xs.max() + 1, top + ys.max() + 1])
            true = np.array(sight[0]) * (width, height, width, height)
            # Compression and halved colour resolution take a pixel or two from an edge, and more from thin points.
            points = 0.0 if "ball" in name or "square" in name else 0.12 * (true[2:] - true[:2]).max()
            assert np.abs(found - true).max() < 3 + points, (name, t, found, true)
            judged += 1
    assert judged >= 5


def _grown(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return x1 - 0.02, y1 - 0.03, x2 + 0.02, y2 + 0.03


def test_replies_come_in_groups_of_one_policy_at_one_step_to_one_question() -> None:
    groups: dict[str, list[Rollout]] = defaultdict(list)
    for row in REPLIES:
        groups[row.group].append(row)
    assert all(4 <= len(rows) <= 8 for rows in groups.values())
    prompts = [{(row.video, row.question, row.source, row.step) for row in rows} for rows in groups.values()]
    assert all(len(prompt) == 1 for prompt in prompts)
    asked = Counter((source, step) for ((_, _, source, step),) in prompts)
    assert set(asked) == {(policy.name, step) for policy in POLICIES for step in STEPS}
    assert max(asked.values()) - min(asked.values()) <= 1  # they take turns


def test_replies_read_as_they_were_meant() -> None:
    assert len({claim.id for claim in ALL_CLAIMS}) == len(ALL_CLAIMS)
    sizes = {scene.video: scene.size for scene in SCENES}
    assert all(row.box_unit != f"pixels:{sizes[row.video][0]}x{sizes[row.video][1]}" for row in REPLIES)


def test_every_fault_is_planted_and_logged_against_its_claim() -> None:
    read = {row.rollout: claims_of(row) for row in REPLIES}
    faults = rows("faults.jsonl")
    assert set(Counter(f["fault"] for f in faults)) == set(FAULTS)
    for fault in faults:
        if fault["index"] is None:
            assert fault["fault"] == "malformed"
            assert read[fault["rollout"]].failures
        else:
            assert read[fault["rollout"]].claims[fault["index"]].id == fault["claim"]
    unusable = sum(f["fault"] == "unknown_phrase" for f in faults)
    assert 0 < unusable <= 0.05 * sum(len(parsed.claims) for parsed in read.values())


def planted(fault: str, policy: str) -> list[int]:
    """How often a fault is planted in a policy's replies, by step."""
    by_rollout = {row.rollout: row for row in REPLIES}
    at = [by_rollout[row["rollout"]] for row in rows("faults.jsonl") if row["fault"] == fault]
    found = Counter(row.step for row in at if row.source == policy)
    return [found[step] for step in STEPS]


def test_the_exploit_grows_from_step_to_step_in_one_policy_only() -> None:
    learned = planted("vague_lookalike", "policy-b")
    assert learned == sorted(set(learned))  # every step has more of it than the step before
    assert learned[-1] >= 15
    assert planted("vague_lookalike", "policy-a") == [0, 0, 0, 0]


def mean_levels() -> dict[str, list[float]]:
    """The mean level of all ratings of a policy's claims, by step."""
    origin = {claim.id: (row.source, row.step) for row in REPLIES for claim in CLAIMS[row.rollout]}
    levels: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for row in rows("ratings.jsonl"):
        if row["level"] is not None:
            levels[origin[row["claim"]]].append(row["level"])
    return {policy.name: [float(np.mean(levels[policy.name, step])) for step in STEPS] for policy in POLICIES}


def test_one_policy_learns_to_point_and_the_other_does_not() -> None:
    learns, exploits = mean_levels().values()
    assert learns[-1] > learns[0] + 0.5
    assert exploits[-1] < exploits[0] + 0.25
    assert learns[-1] > exploits[-1] + 0.25


def test_faults_do_what_their_names_say() -> None:
    claims = {claim.id: claim for claim in ALL_CLAIMS}
    for fault in rows("faults.jsonl"):
        claim = claims.get(fault["claim"] or "")
        if claim is None or claim.reference_boxes is None:
            continue
        true = claim.reference_boxes[0][1:] if claim.reference_boxes else None
        box = claim.boxes[0][1:] if claim.boxes else None
        if fault["fault"] == "whole_frame":
            assert box == (0, 0, 1, 1)
        elif fault["fault"] == "vague_lookalike":
            assert claim.object.endswith(" thing")
            assert true is None or overlap(box, true) < 0.5
        elif fault["fault"] == "wrong_time":
            assert true is None or overlap(box, true) < 0.15
        elif fault["fault"] in ("loose", "tight", "shifted"):
            assert true is not None
            assert overlap(box, true) < 0.9
        elif fault["fault"] == "long_span":
            assert claim.span is not None
            assert claim.reference_span is not None
            longer = (claim.span[1] - claim.span[0]) / (claim.reference_span[1] - claim.reference_span[0])
            assert longer == pytest.approx(fault["magnitude"], abs=0.01)
            assert longer > 1.1


def test_ratings_say_that_they_are_simulated_and_miss_what_was_planned() -> None:
    ratings = [Rating.from_json(row) for row in rows("ratings.jsonl")]
    assert all(rating.simulated and rating.rater.startswith("simulated-") for rating in ratings)
    claims = {claim.id for claim in ALL_CLAIMS}
    assert {rating.claim for rating in ratings} <= claims
    for rater in RATERS:
        rated = {rating.claim for rating in ratings if rating.rater == rater.name}
        assert len(rated) == len(claims) - round(MISSING * len(claims))
    assert any(rating.level is None and rating.reason for rating in ratings)
    assert read_config(STUDY).simulated_ratings


def test_planted_severities_are_in_the_ratings() -> None:
    ratings = [row for row in rows("ratings.jsonl") if row["level"] is not None]
    means = {r.name: np.mean([row["level"] for row in ratings if row["rater"] == r.name]) for r in RATERS}
    strict, lenient = (pick(RATERS, key=lambda r: r.severity).name for pick in (min, max))
    assert means[strict] == min(means.values())
    assert means[lenient] == max(means.values())


def test_the_planted_drift_is_found_in_the_rater_who_has_it() -> None:
    given: dict[tuple[str, str], dict[str, tuple[int, float]]] = defaultdict(dict)
    rated = Counter(rater for rater, _ in {(row["rater"], row["claim"]) for row in rows("ratings.jsonl")})
    for row in rows("ratings.jsonl"):
        if row["level"] is not None:
            done = row["order"] / (rated[row["rater"]] - 1)  # 0 at their first claim, 1 at their last
            given[row["claim"], row["dimension"]][row["rater"]] = row["level"], done
    blank = (np.nan, np.nan)
    table = np.array([[its.get(rater.name, blank) for rater in RATERS] for its in given.values()])
    slopes = rater_drift(table[:, :, 0], table[:, :, 1])
    # Slopes are relative to the mean of all four, to which one drifting rater adds a quarter of their own. Levels that
    # end at 0 and 4 take something off.
    mean = sum(rater.drift for rater in RATERS) / len(RATERS)
    for rater, slope in zip(RATERS, slopes.values(), strict=True):
        if rater.drift:
            assert slope.low <= rater.drift - mean <= slope.high
            assert slope.high < 0
        else:
            assert slope.value > slopes["1"].high
    assert [rater.name for rater in RATERS if rater.drift] == ["simulated-2"]


def test_the_study_says_that_it_is_simulated_and_free() -> None:
    assert tomllib.loads((STUDY / "study.toml").read_text())["simulated_ratings"] is True
    assert "CC0" in (STUDY / "LICENSE").read_text()
    sheet = (STUDY / "DATASHEET.md").read_text()
    for rater in RATERS:
        assert f"| {rater.name} |" in sheet
    assert f"| clips | {len(SCENES)}, " in sheet
    assert f"| questions | {len({row.group for row in REPLIES})}, " in sheet
    assert f"| replies | {len(REPLIES)}, " in sheet
    *before, last = planted("vague_lookalike", "policy-b")
    assert f"{', '.join(map(str, before))} and {last} times at the four steps" in sheet
    for policy, means in mean_levels().items():
        assert f"| `{policy}`: mean level of the raters | {' | '.join(f'{mean:.2f}' for mean in means)} |" in sheet
    for fault, count in Counter(row["fault"] for row in rows("faults.jsonl")).items():
        assert f"| {fault} | {count} |" in sheet
    with_boxes = sum(bool(claim.boxes) for claim in ALL_CLAIMS)
    assert f"| claims | {len(ALL_CLAIMS)}, of them {with_boxes} with boxes" in sheet
    assert f"| simulated ratings | {len(rows('ratings.jsonl')):,} by" in sheet
