"""Claims handed out on demand: whoever comes gets the one most in need, under a lease."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from helpers_assign import rate, study_of, work, work_in_turns

from referee_calib.errors import StudyError
from referee_calib.records import Rating
from referee_calib.study import Study, audit, owns, worklist
from referee_calib.study.assignment import (
    assign,
    close_claim,
    coverage,
    hand_out,
    readmit,
    reclaim,
    reopen_claim,
    stop,
    withdraw,
)
from referee_calib.study.settings import AssignmentSettings

TWO = AssignmentSettings(overlap=2)


def test_four_raters_who_stop_early_leave_nearly_all_begun_claims_with_two_ratings(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 70, 4)
    assign(study, TWO)
    work_in_turns(study, raters, 16)
    found = coverage(study).by_ratings()
    # 4 · 16 = 64 ratings: 32 claims with two, but for what the last ones began
    assert found[2] >= 29
    assert found.get(1, 0) <= 4
    assert max(found) == 2


@pytest.mark.thorough
def test_four_raters_who_stop_at_60_of_270(tmp_path: Path) -> None:
    for fixed in (False, True):
        study, raters = study_of(tmp_path / str(fixed), 270, 4, 30)
        assign(study, TWO, raters=raters if fixed else ())
        work_in_turns(study, raters, 60)
        found = coverage(study)
        assert found.by_ratings()[2] >= 115  # of 240 / 2 = 120
        assert found.by_ratings().get(1, 0) <= 8
        assert max(found.pairs.values()) - min(found.pairs.values()) <= (1 if fixed else 6)


def test_pairs_of_raters_who_work_side_by_side_share_as_many_claims(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 36, 4)
    assign(study, TWO)
    work_in_turns(study, raters, 18)
    found = coverage(study)
    assert found.by_ratings() == {2: 36}
    assert set(found.pairs) == {(a, b) for a in raters for b in raters if a < b}
    assert max(found.pairs.values()) - min(found.pairs.values()) <= 3  # 36 claims, 6 pairs: 6 each


def test_a_lease_that_runs_out_gives_the_claim_to_others_and_the_late_rating_is_an_extra(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 2, 3)
    assign(study, AssignmentSettings(overlap=1, lease_hours=24, at_once=2))
    now = datetime.now(UTC)
    assert hand_out(study, "r0", now) == 2  # all there is
    assert hand_out(study, "r1", now + timedelta(hours=23)) == 0
    held = worklist(study, "r0").items
    assert hand_out(study, "r1", now + timedelta(hours=25)) == 2
    assert [one.claim for one in worklist(study, "r1").items if one.is_open]
    assert worklist(study, "r0").items == ()
    entry = audit.trail(study)[-1]
    assert (entry.actor, entry.action) == ("program", "reclaim assignments")
    assert entry.detail == {"why": "lease expired", "claims": 2, "raters": {"r0": 2}}
    for item in held:  # back late, with the page still open
        assert owns(study, "r0", item.key)
        rate(study, "r0", item)
    for one in coverage(study).claims:
        assert (one.done, one.open) == (("r0",), ("r1",))
    work(study, "r1", 5)
    assert coverage(study).by_ratings() == {2: 2}


def test_open_work_of_somebody_who_stopped_is_reclaimed_at_once(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 3, 2)
    assign(study, AssignmentSettings(overlap=1, at_once=3))
    worklist(study, "r0")
    assert worklist(study, "r1").next() is None
    assert reclaim(study) == 0  # no lease has run out
    assert reclaim(study, "r0", actor="coordinator eve") == 3
    assert worklist(study, "r1").next() is not None
    assert audit.trail(study)[-1].actor == "coordinator eve"
    with pytest.raises(StudyError, match="no such rater"):
        reclaim(study, "nobody")


def test_a_rater_who_is_taken_out_is_replaced_and_can_come_back(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 4, 2)
    assign(study, AssignmentSettings(overlap=1))
    done = work(study, "r0", 2)
    assert withdraw(study, "r0", actor="coordinator", reason="a robot") == 3  # two done, one open
    assert worklist(study, "r0").next() is None
    assert not owns(study, "r0", done[0].key)
    assert len(work(study, "r1", 10)) == 4
    assert readmit(study, "r0", actor="coordinator", reason="no robot") == 3
    assert coverage(study).by_ratings() == {1: 2, 2: 2}
    assert len(study.ratings()) == 2 * (2 + 4)  # nothing was lost: two dimensions each


def test_a_claim_that_nobody_can_judge_does_not_go_round_for_ever(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 1, 4)
    assign(study, TWO)
    given = [len(work(study, rater, 1, level=None)) for rater in raters]
    assert given == [1, 1, 0, 0]
    assert coverage(study).claims[0].skipped == ("r0", "r1")


def test_work_begun_before_the_assignment_counts(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 6, 2)
    before = {one.claim for one in work(study, "r0", 3)}
    assign(study, AssignmentSettings(overlap=1))
    assert {one.claim for one in coverage(study).claims if one.done} == before
    assert len(work(study, "r1", 10)) == 3
    assert {one.claim for one in worklist(study, "r0").items} == before


def test_wanting_more_ratings_later_opens_finished_claims_again(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 3, 2)
    assign(study, AssignmentSettings(overlap=1))
    work(study, "r0", 5)
    assert worklist(study, "r1").next() is None
    assign(study, TWO)
    assert len(work(study, "r1", 5)) == 3


def test_claims_that_are_no_longer_drawn_go_to_nobody_after_the_next_run(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 6, 1)
    assign(study, AssignmentSettings(overlap=1))
    kept = [one.id for one in study.claims()[:2]]
    study.select(kept)
    assign(study, AssignmentSettings(overlap=1))
    assert {one.claim for one in work(study, "r0", 6)} == set(kept)


def test_a_closed_claim_goes_to_nobody_until_it_is_opened_again(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 3, 1)
    assign(study, AssignmentSettings(overlap=1))
    first = worklist(study, "r0").items[0].claim
    assert close_claim(study, first, actor="coordinator", reason="broken video") == 1
    assign(study, AssignmentSettings(overlap=1))  # a later run leaves it closed
    assert first not in {one.claim for one in work(study, "r0", 3)}
    reopen_claim(study, first, actor="coordinator", reason="repaired")
    assert [one.claim for one in work(study, "r0", 3)] == [first]
    assert [one.action for one in audit.trail(study)][-2:] == ["assign", "reopen assignment"]


def test_stopping_hands_out_nothing_more_until_the_next_run(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 5, 2)
    assign(study, TWO)
    item = worklist(study, "r0").next()
    assert item is not None
    assert stop(study, actor="coordinator", reason="enough") == 2
    assert worklist(study, "r0").next() is None
    rate(study, "r0", item)  # what was on the page can still be saved
    assert coverage(study).by_ratings() == {0: 4, 1: 1}
    assign(study, TWO)
    assert worklist(study, "r1").next() is not None


def test_a_rater_gets_no_more_than_the_limit_and_sees_how_far_they_are(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 20, 1)
    assign(study, AssignmentSettings(overlap=1, per_rater=4))
    assert worklist(study, "r0").progress() == (0, 4)
    assert len(work(study, "r0", 8)) == 4
    assert worklist(study, "r0").progress() == (4, 4)


def test_the_same_seed_hands_out_the_same(tmp_path: Path) -> None:
    given = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        study, raters = study_of(tmp_path / name, 20, 2)
        assign(study, AssignmentSettings(overlap=2, repeats=0.5, repeat_distance=1), seed=seed)
        work_in_turns(study, raters, 4)
        given.append([[one.key for one in worklist(study, rater).items] for rater in raters])
    assert given[0] == given[1] != given[2]


def test_what_a_program_rated_does_not_answer_for_people(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 1, 1)
    study.add_rater("robot", origin="simulated")
    common = {"rater": "robot", "dimension": "relevance", "level": 2, "origin": "simulated"}
    study.add_ratings([Rating(claim=study.claims()[0].id, **common)])  # type: ignore[arg-type]
    assign(study, AssignmentSettings(overlap=1))
    assert len(work(study, "r0", 3)) == 1


_HAND_OUT = """
import sys
from referee_calib.study import Study
from referee_calib.study.assignment import hand_out
study = Study.open(sys.argv[1])
sys.stdin.readline()
for k in range(6):
    hand_out(study, f"{sys.argv[2]}{k}")
"""


def test_two_processes_at_once_never_give_the_last_place_twice(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 14, 0)
    for side in "ab":
        for k in range(6):
            study.add_rater(f"{side}{k}")
    assign(study, AssignmentSettings(overlap=1, at_once=1))

    command = [sys.executable, "-B", "-c", _HAND_OUT, str(study.folder)]
    both = [subprocess.Popen([*command, side], stdin=subprocess.PIPE, text=True) for side in "ab"]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.close()
    assert [one.wait() for one in both] == [0, 0]
    given = Counter(len(one.open) for one in coverage(study).claims)
    assert given == {1: 12, 0: 2}  # 12 raters, one claim each, nobody at the same


def test_an_assignment_survives_being_opened_again(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 5, 1)
    assign(study, TWO)
    first = worklist(study, "r0").next()
    assert worklist(Study.open(study.folder), "r0").next() == first
