"""Lists for a known group of raters, drawn beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers_assign import study_of, work, work_in_turns

from referee_calib.errors import StudyError
from referee_calib.study import audit, worklist
from referee_calib.study.assignment import assign, coverage, reclaim, withdraw
from referee_calib.study.settings import AssignmentSettings

TWO = AssignmentSettings(overlap=2)


def test_every_claim_goes_to_as_many_as_wanted_and_loads_and_pairs_are_even(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 60, 5)
    run = assign(study, TWO, raters=raters)
    assert [len(one.claims) for one in run.lists] == [24] * 5  # 60 · 2 / 5
    shared = [len(set(a.claims) & set(b.claims)) for a in run.lists for b in run.lists if a.rater < b.rater]
    assert set(shared) == {6}  # 60 claims, 10 pairs
    assert {len(one.open) for one in coverage(study).claims} == {2}
    assert [one.claim for one in worklist(study, "r3").items] == list(run.lists[3].claims)


def test_raters_who_stop_early_leave_nearly_all_begun_claims_complete(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 100, 4)
    assign(study, TWO, raters=raters)
    work_in_turns(study, raters, 24)  # of 50 each: two waves of 24 claims, 12 a rater
    found = coverage(study).by_ratings()
    assert found[2] >= 42  # of 48
    assert found.get(1, 0) <= 12


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 12, 3)
    before = audit.trail(study), (study.folder / "study.toml").read_bytes()
    planned = assign(study, TWO, raters=raters, dry_run=True)
    assert coverage(study).kind == ""
    assert (audit.trail(study), (study.folder / "study.toml").read_bytes()) == before
    assert assign(study, TWO, raters=raters) == planned
    entry = audit.trail(study)[-1]
    assert (entry.action, entry.subject, entry.detail["raters"]) == ("assign", "12 claims", raters)


def test_what_one_leaves_is_dealt_to_the_others(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 12, 3)
    assign(study, TWO, raters=raters)
    work(study, "r0", 3)
    assert reclaim(study, "r0") == 5  # of 8
    run = assign(study, TWO, raters=["r1", "r2"])
    assert sum(len(one.claims) for one in run.lists) == 5
    work_in_turns(study, ["r1", "r2"], 12)
    assert coverage(study).by_ratings() == {2: 12}


def test_who_rated_skipped_or_is_out_is_not_asked_again(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 12, 3)
    rated = {one.claim for one in work(study, "r0", 3)}
    skipped = {one.claim for one in work(study, "r0", 2, level=None)}
    plan = assign(study, TWO, raters=raters, dry_run=True)
    run = assign(study, TWO, raters=raters)
    assert run == plan
    given = {one.rater: set(one.claims) for one in run.lists}
    assert not given["r0"] & (rated | skipped)
    assert sum(map(len, given.values())) == 12 * 2 - 3
    assert skipped <= given["r1"] & given["r2"]
    assert {len(one.done) + len(one.open) for one in coverage(study).claims} == {2}
    withdraw(study, "r2", actor="coordinator", reason="left")
    with pytest.raises(StudyError, match="they take no part any more"):
        assign(study, TWO, raters=raters)
    again = assign(study, TWO, raters=["r0", "r1"])
    assert not set(again.lists[0].claims) & (rated | skipped)


def test_the_same_seed_gives_the_same_lists(tmp_path: Path) -> None:
    lists = []
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        study, raters = study_of(tmp_path / name, 20, 3)
        lists.append(assign(study, TWO, seed=seed, raters=raters).lists)
    assert lists[0] == lists[1] != lists[2]


@pytest.mark.parametrize(
    ("raters", "why"),
    [(["r0", "zoe"], "no such rater"), (["r0"], "2 ratings are wanted"), (["r0", "r0 "], "2 ratings")],
)
def test_a_group_that_cannot_do_it_is_refused(tmp_path: Path, raters: list[str], why: str) -> None:
    study, _ = study_of(tmp_path / "s", 4, 2)
    with pytest.raises(StudyError, match=why):
        assign(study, TWO, raters=raters)
    assert coverage(study).kind == ""


def test_neighbours_in_a_list_are_of_different_videos(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 80, 4, videos=8)
    run = assign(study, TWO, raters=raters)
    video = {one.id: one.video for one in study.claims()}
    for one in run.lists:
        alike = sum(video[a] == video[b] for a, b in zip(one.claims, one.claims[1:], strict=False))
        assert alike <= 2  # of 39 neighbours; by chance one in eight, about 5
