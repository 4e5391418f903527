"""``referee-calib recalibrate``: the file, the figures, what it changes in groups of rollouts, and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from helpers_video import render

from agreement import Recalibrator, cross_validate_recalibrator
from referee_calib.analysis.recalibration.study_recalibration import recalibrate
from referee_calib.analysis.reward_behaviour.ranking_changes import compare_rankings, group_rollouts
from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout, pay_rollouts
from referee_calib.analysis.reward_behaviour.stored_referee import StoredReferee
from referee_calib.cli.analysis.recalibrate import rankings_text
from referee_calib.cli.main import main
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.study import Study

FIRST, SECOND = "a" * 16, "b" * 16
VIDEOS = 6


def run(*arguments):
    return CliRunner().invoke(main, ["recalibrate", *map(str, arguments)])


def claims_of_study():
    """Six videos, four rollouts on each, two claims of each; localization applies to all, timing to four."""
    return [
        Claim(
            video=f"v{v}.mp4", question="Where?", object=f"thing {k}",
            boxes=((0.1, 0.1 + 0.4 * k, 0.1, 0.4 + 0.4 * k, 0.5),),
            span=(0.1, 0.2) if v < 2 and r < 1 else None, rollout=f"v{v}-r{r}", index=k, step=0,
        )
        for v in range(VIDEOS) for r in range(4) for k in range(2)
    ]  # fmt: skip


def fill(study, *, origin="app", seed=3, fingerprint=FIRST):
    """Three people, and a referee whose levels lie two levels too high at the bottom and right at the top."""
    rng = np.random.default_rng(seed)
    ratings, scores = [], []
    for claim in study.claims():
        for name in claim.dimensions:
            truth = rng.integers(0, 5)
            for rater in ("p0", "p1", "p2"):
                level = int(np.clip(truth + rng.integers(-1, 2), 0, 4))
                given = {"claim": claim.id, "rater": rater, "dimension": name, "origin": origin}
                ratings.append(Rating(**given, level=level, nonce=f"{claim.id}{rater}{name}"))
            shown = float(np.clip(2 + truth / 2 + rng.normal(0, 0.2), 0, 4))
            score = {"claim": claim.id, "referee": fingerprint, "dimension": name}
            scores.append(RefereeScore(**score, level=round(shown), expected=shown))
    study.add_ratings(ratings)
    study.add_referee(fingerprint, {"name": "written"})
    study.add_scores(scores)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return render(tmp_path_factory.mktemp("clip") / "clip.mp4", 30)


def make(folder, clip, *, origin="app", videos=True):
    with Study.create(folder, name="Small", simulated_ratings=origin == "simulated") as made:
        made.add_claims(claims_of_study())
        for name in ("p0", "p1", "p2"):
            made.add_rater(name, origin)
        fill(made, origin=origin)
        for v in range(VIDEOS if videos else 0):
            (made.media / f"v{v}.mp4").write_bytes(clip.read_bytes())
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory, clip):
    return make(tmp_path_factory.mktemp("made") / "study", clip)


@pytest.fixture(scope="module")
def written(study, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "recalibrator.json"
    done = run(study, "--out", out)
    assert done.exit_code == 0, done.output
    return json.loads(out.read_text(encoding="utf-8")), done.stdout, out


def test_file_holds_a_recalibrator_for_every_dimension_with_enough_ratings(written):
    row, said, _ = written
    assert row["schema"] == "referee-calib/recalibrators/1"
    assert list(row["dimensions"]) == ["relevance", "localization"]
    assert row["left_out"] == {"timing": "4 claims in 2 videos with a rating and a score"}
    assert "timing        left out: 4 claims in 2 videos" in said
    for name, one in row["dimensions"].items():
        made = Recalibrator.from_json(one)
        assert (made.dimension, made.referee, made.kind) == (name, FIRST, "isotonic")
        assert (made.n_units, made.n_ratings, made.n_clusters) == (48, 144, 6)  # 6 · 4 · 2 claims, three ratings each
    assert (row["n_ratings"], row["simulated"], row["n_simulated"]) == (288, False, 0)
    assert "simulated" not in said


def test_errors_are_those_of_the_folds(study, written):
    with Study.open(study) as opened:
        people = {(r.claim, r.rater): r.level for r in opened.ratings() if r.dimension == "relevance"}
        expected = {s.claim: s.expected for s in opened.scores() if s.dimension == "relevance"}
        claims = opened.claims()
    table = [[people[c.id, rater] for rater in ("p0", "p1", "p2")] for c in claims]
    found = cross_validate_recalibrator([expected[c.id] for c in claims], table, cluster=[c.video for c in claims])
    row, said, _ = written
    told = row["out_of_fold"]["relevance"]
    assert told["mse_raw"] == pytest.approx(found.mse_raw)
    assert told["mse_recalibrated"] == pytest.approx(found.mse_recalibrated)
    assert told["mse_recalibrated"] < told["mse_raw"]
    assert f"relevance     {found.mse_raw:.3f} as it is, {found.mse_recalibrated:.3f} recalibrated" in said


def test_the_reward_loads_the_file_and_pays_what_the_rankings_were_made_of(study, written):
    row, _, path = written
    with Study.open(study) as opened:
        referee, claims, media = StoredReferee(FIRST, opened.scores(FIRST)), opened.claims(), opened.media
    rollouts = claims_by_rollout(claims)
    raw, recalibrated = SemanticEvidenceReward(referee), SemanticEvidenceReward(referee, recalibrator=path)
    before, after = (
        {k: pay for k, (pay, _) in pay_rollouts(one, rollouts, media).items()} for one in (raw, recalibrated)
    )
    assert None not in after.values()
    assert compare_rankings(group_rollouts(rollouts), before, after).to_json() == row["rankings"]
    assert (row["rankings"]["groups"], row["rankings"]["rollouts"]) == (6, 24)
    assert np.mean(list(after.values())) < np.mean(list(before.values()))  # the referee is too generous


@pytest.mark.parametrize("kind", ["ordinal", "linear"])
def test_other_kinds_and_json(study, tmp_path, kind):
    done = run(study, "--out", tmp_path / "r.json", "--kind", kind, "--seed", 4, "--json")
    told, row = json.loads(done.stdout), json.loads((tmp_path / "r.json").read_text())
    assert told == {"file": str(tmp_path / "r.json"), **row}
    assert (row["kind"], row["seed"], row["dimensions"]["relevance"]["kind"]) == (kind, 4, kind)


def test_same_seed_same_bytes(study, written, tmp_path):
    run(study, "--out", tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == written[2].read_bytes()


def test_simulated_ratings_are_called_so(tmp_path, clip):
    done = run(make(tmp_path / "study", clip, origin="simulated"), "--out", tmp_path / "r.json")
    assert "on 288 simulated ratings." in done.stdout
    assert "Simulated ratings say nothing about people." in done.stdout
    row = json.loads((tmp_path / "r.json").read_text())
    assert (row["simulated"], row["n_simulated"]) == (True, 288)
    assert all("simulated" in one["notes"][-1] for one in row["dimensions"].values())


def test_without_videos_the_fit_stands_and_nothing_is_said_about_rankings(tmp_path, clip):
    done = run(make(tmp_path / "study", clip, videos=False), "--out", tmp_path / "r.json")
    assert done.exit_code == 0, done.output
    assert "no group has two rollouts with a reward" in done.stdout
    found = json.loads((tmp_path / "r.json").read_text())["rankings"]
    assert (found["groups"], found["left_out"], found["sign_changed_share"]) == (0, 24, None)


def one_line(done, *said):
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    for words in said:
        assert words in done.stderr


def test_too_little_is_refused_with_what_there_is(tmp_path):
    with Study.create(tmp_path / "study") as made:
        made.add_claims([c for c in claims_of_study() if c.video < "v4.mp4"])  # 32 claims in 4 videos
        for name in ("p0", "p1", "p2"):
            made.add_rater(name)
        fill(made)
    done = run(tmp_path / "study", "--out", tmp_path / "r.json")
    one_line(done, "relevance: 32 claims in 4 videos", "timing: 4 claims in 2 videos", "at least 20 in 5")
    assert not (tmp_path / "r.json").exists()


def test_nobody_rated_or_scored_is_refused(tmp_path):
    with Study.create(tmp_path / "study") as made:
        made.add_claims(claims_of_study())
    one_line(run(tmp_path / "study", "--out", tmp_path / "r.json"), "nobody has rated any of its claims")


def test_several_referees_have_to_be_told_apart(tmp_path, clip):
    folder = make(tmp_path / "study", clip)
    with Study.open(folder) as opened:
        opened.add_referee(SECOND, {"name": "other"})
        opened.add_scores([replace(one, referee=SECOND) for one in opened.scores()])
        assert recalibrate(opened, referee="bb").referee == SECOND
    one_line(run(folder, "--out", tmp_path / "r.json"), "2 referees have scored it")


def test_a_folder_that_is_not_there_leaves_nothing_behind(study, tmp_path):
    one_line(run(study, "--out", tmp_path / "none" / "r.json"), "cannot be written")


def test_groups_are_rollouts_of_one_policy_on_one_question_at_one_step():
    claims = [
        Claim(video=v, question=q, span=(0.0, 1.0), rollout=name, step=step, source=source)
        for name, v, q, step, source in zip("abcdef", "vvvvwv", "pppqpp", (0, 0, 1, 0, 0, 0), "xxxxxy", strict=True)
    ]
    assert group_rollouts(claims_by_rollout(claims)) == [["a", "b"], ["c"], ["d"], ["e"], ["f"]]


def test_rankings_are_counted_by_group():
    before = {"a": 0.1, "b": 0.3, "c": 0.8, "d": 0.2, "e": 0.6, "f": 0.5, "g": 0.5, "h": None, "i": 0.4}
    after = {"a": 0.0, "b": 0.8, "c": 0.7, "d": 0.4, "e": 0.4, "f": 0.1, "g": 0.3, "h": 0.5, "i": 0.4}
    # abc: means .4 and .5, signs - - + and - + +: b changes, and b is best instead of c
    # de: - + becomes a tie, 0 0: both change sign, neither flips; e stays among the best
    # fg: a tie becomes - +: both change; g was among the best. hi: only i has both rewards
    found = compare_rankings([["a", "b", "c"], ["d", "e"], ["f", "g"], ["h", "i"]], before, after)
    assert (found.groups, found.rollouts, found.left_out) == (3, 7, 2)
    assert (found.sign_changed, found.sign_flipped, found.best_changed) == (5, 1, 1)
    assert (found.tied_before, found.tied_after) == (1, 1)
    assert found.to_json()["sign_changed_share"] == 5 / 7
    said = rankings_text(found)
    assert "5 of 7 rollouts (71%), 1 of them" in said
    assert "changes in 1 (33%)" in said
    assert said.endswith("2 rollouts left out: no reward, or alone.")


def test_rewards_that_differ_by_rounding_are_tied():
    same = {"a": 0.1 + 0.2, "b": 0.3}
    found = compare_rankings([["a", "b"]], same, {"a": 0.5, "b": 0.5})
    assert (found.sign_changed, found.tied_before, found.tied_after) == (0, 1, 1)


def test_a_score_that_the_study_lacks_is_no_reward():
    claim = claims_of_study()[0]
    (first, *_) = list(StoredReferee(FIRST, []).score([claim], Path()))
    assert (first.status, first.reason) == ("unsupported", "the study holds no score")
