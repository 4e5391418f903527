"""Batches drawn by stratum: shares, chances, and what still speaks for all claims."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from helpers_assign import study_of, work
from helpers_study import a_claim

from referee_calib.analysis.human_agreement.plain_draw import plain_draw
from referee_calib.errors import StudyError
from referee_calib.records import Claim, RefereeScore
from referee_calib.study import Study, assigned_chances, rated_as_assigned
from referee_calib.study.assignment import assign, coverage
from referee_calib.study.assignment.batch_draw import draw_batch
from referee_calib.study.assignment.claim_kinds import kinds_of
from referee_calib.study.assignment.release_chances import _chances
from referee_calib.study.settings import AssignmentSettings
from referee_calib.study.store.assignment.release_rows import ReleasedRow


def claims_of(n: int) -> list[Claim]:
    """Claims in 12 videos, one in eight from a source of its own."""
    return [a_claim(i, f"v{i * 5 % 12}.mp4", source="rare" if i % 8 == 0 else "common") for i in range(n)]


def test_a_batch_is_shared_by_the_roots_of_the_strata_and_grows_to_what_one_draw_gives() -> None:
    claims = claims_of(160)  # 20 rare, 140 common: roots 4.5 and 11.8
    kinds = [one.source for one in claims]
    first = draw_batch(claims, kinds, {}, 40, 0)
    assert Counter(one.stratum for one in first.claims) == {"rare": 11, "common": 29}
    released = {one.claim: one.stratum for one in first.claims}
    second = draw_batch(claims, kinds, released, 20, 0)
    both = {one.claim for one in (*first.claims, *second.claims)}
    assert both == {one.claim for one in draw_batch(claims, kinds, {}, 60, 0).claims}
    assert {one.stratum: (one.before, one.now) for one in second.strata} == {"rare": (11, 5), "common": (29, 15)}


def test_any_part_of_a_batch_has_its_share_of_each_stratum_and_no_video_twice_in_a_row() -> None:
    claims = claims_of(160)
    drawn = draw_batch(claims, [one.source for one in claims], {}, 80, 1).claims
    rare = sum(one.stratum == "rare" for one in drawn)
    assert abs(sum(one.stratum == "rare" for one in drawn[:40]) - rare / 2) <= 1.5
    assert sum(a.video == b.video for a, b in pairwise(drawn)) <= 1


def test_perturbed_claims_are_mixed_in_evenly() -> None:
    claims = [a_claim(i, f"v{i % 12}.mp4", source="perturbed" if i % 4 == 0 else "") for i in range(80)]
    kinds = ["perturbed" if one.perturbed else "" for one in claims]
    drawn = draw_batch(claims, kinds, {}, 40, 0).claims
    assert sum(one.stratum == "perturbed" for one in drawn) == 10
    assert 4 <= sum(one.stratum == "perturbed" for one in drawn[:20]) <= 6


@pytest.mark.parametrize("size", [0, 3])
def test_a_later_batch_comes_when_every_perturbed_claim_is_released(size: int) -> None:
    claims = claims_of(6)
    kinds = ["perturbed"] * 2 + ["plain"] * 4
    released = {one.id: kind for one, kind in zip(claims[:3], kinds, strict=False)}
    batch = draw_batch(claims, kinds, released, size, seed=0)
    assert {one.claim for one in batch.claims} == {one.id for one in claims[3:]}
    assert [(one.stratum, one.before, one.now) for one in batch.strata] == [("perturbed", 2, 0), ("plain", 1, 3)]
    assert draw_batch(claims, kinds, {one.id: "perturbed" for one in claims}, size, seed=0).claims == ()


def test_figures_of_all_claims_stay_unbiased_whatever_the_strata() -> None:
    claims = claims_of(160)
    kinds = [one.source for one in claims]
    worth = {one.id: 4.0 if one.source == "rare" else 1.0 for one in claims}  # the mean is (20 · 4 + 140) / 160 = 1.375
    plain, weighted, naive = [], [], []
    for seed in range(150):
        drawn = draw_batch(claims, kinds, {}, 40, seed).claims
        rows = [ReleasedRow(one.claim, 1, k, 2, one.stratum, one.draw, one.video, None) for k, one in enumerate(drawn)]
        found = _chances(rows, dict(Counter(kinds)))
        plain.append(sum(worth[one] for one in found.evenly) / len(found.evenly))
        weighted.append(sum(worth[one] / found.chance[one] for one in found.chance) / 160)
        naive.append(sum(worth[one.claim] for one in drawn) / len(drawn))
    # a draw of about 33 of 160 with standard deviation 1: 1 / √33 · √(127 / 159), over 150 draws 0.013
    assert sum(plain) / 150 == pytest.approx(1.375, abs=0.04)
    assert sum(weighted) / 150 == pytest.approx(1.375, abs=0.04)
    assert sum(naive) / 150 == pytest.approx((11 * 4 + 29) / 40)  # 1.825: what the raw mean would say


def stratified(folder: Path, batch: int) -> Study:
    study, _ = study_of(folder, 0, 2)
    study.add_claims(claims_of(64))
    assign(study, AssignmentSettings(overlap=1, strata=("source",), batch=batch))
    return study


def test_the_report_counts_the_even_part_and_weighs_the_rest(tmp_path: Path) -> None:
    study = stratified(tmp_path / "s", 20)
    every = study.claims()
    draw = plain_draw(study, every, every)
    assert {one.id for one in (*draw.plain, *draw.further)} == {one.claim for one in coverage(study).claims}
    assert {one.source for one in draw.further} == {"rare"}
    rare = next(draw.weights[one.id] for one in draw.further)
    common = next(draw.weights[one.id] for one in draw.plain if one.source == "common")
    # 8 rare and 56 common; 20 released in proportion to roots of 2.8 and 7.5, so 5 or 6, and 15 or 14
    released = Counter(one.source for one in (*draw.plain, *draw.further))
    assert released in ({"rare": 5, "common": 15}, {"rare": 6, "common": 14})
    assert (rare, common) == (8 / released["rare"], 56 / released["common"])


def test_an_unfinished_later_batch_waits(tmp_path: Path) -> None:
    study = stratified(tmp_path / "s", 20)
    first = assigned_chances(study)
    assign(study, study.config.assignment)
    work(study, "r0", 25)
    assert assigned_chances(study) == first
    work(study, "r0", 15)
    both = assigned_chances(study)
    assert both is not None
    assert len(both.chance) == 40


def test_without_strata_every_claim_has_the_same_chance(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 30, 1)
    assert assigned_chances(study) is None
    assign(study, AssignmentSettings(overlap=1, batch=10))
    assert assigned_chances(study) is None
    done = work(study, "r0", 4)
    assert rated_as_assigned(study, {one.claim for one in done})
    other = next(one.id for one in study.claims() if one.id not in {its.claim for its in coverage(study).claims})
    assert not rated_as_assigned(study, {other})


def test_claims_are_told_apart_by_what_is_asked_for(tmp_path: Path) -> None:
    box = (0.2, 0.1, 0.2, 0.3, 0.4)
    claims = [
        a_claim(0, source="a", step=100, reference_boxes=(box,)),
        a_claim(1, "b.mp4", boxes=((0.2, 0.0, 0.0, 0.5, 0.5),), span=(0.0, 3.0)),
        a_claim(2, "c.mp4", reference_boxes=((0.2, 0.8, 0.8, 0.9, 0.9),)),
    ]
    study = Study.create(tmp_path / "s")
    study.add_claims(claims)

    def labels(*names: str) -> list[str]:
        return kinds_of(study, claims, names)

    assert labels() == ["", "", ""]
    assert labels("source", "policy step") == ["from a · step 100", "from unknown · no step", "from unknown · no step"]
    assert labels("overlap") == ["overlap from 0.75", "no reference", "overlap below 0.1"]  # IoU 1 and 0
    assert labels("object size") == ["medium object", "large object", "medium object"]  # 0.04 and 0.25 of the frame
    assert labels("span length") == ["no span", "medium span", "no span"]
    with pytest.raises(StudyError, match="0 referees have scored it"):
        labels("referee level")
    study.add_referee("f1", {})
    study.add_scores([RefereeScore(claim=claims[0].id, referee="f1", dimension="relevance", level=3, expected=2.6)])
    assert labels("referee level") == ["level 3", "not scored", "not scored"]


def test_seed_and_strata_stay_those_of_the_first_run(tmp_path: Path) -> None:
    study = stratified(tmp_path / "s", 8)
    with pytest.raises(StudyError, match="the first run drew with seed 0"):
        assign(study, study.config.assignment, seed=1)
    with pytest.raises(StudyError, match="the first run drew by source"):
        assign(study, AssignmentSettings())
