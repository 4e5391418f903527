"""What a rater has to do, item by item."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from helpers_assign import rate, study_of, work, work_in_turns
from helpers_study import a_claim

from referee_calib.study import Study, WorkItem, owns, place_of, read_key, worklist
from referee_calib.study.assignment import assign
from referee_calib.study.settings import AssignmentSettings


def test_without_an_assignment_everybody_is_asked_about_all_claims(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 5, 2)
    mine, theirs = worklist(study, "r0"), worklist(study, "r1")
    assert {one.claim for one in mine.items} == {one.id for one in study.claims()}
    assert [one.key for one in mine.items] != [one.key for one in theirs.items]
    first, second = mine.items[:2]
    assert (mine.next(), mine.before(first.key), mine.after(first.key)) == (first, None, second)
    assert mine.before(second.key) == first
    assert mine.item(second.key) == second == WorkItem(second.claim, second.claim, "", "open")
    assert mine.item("c0") is mine.item(None) is mine.before("c0") is mine.after("c0") is None
    assert (mine.progress(), mine.place(second.key), place_of(study, "r0", second.key)) == ((0, 5), 1, 1)


def test_the_state_tells_levels_from_a_skip_and_from_half_a_judgement(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 3, 1)
    first, second, third = worklist(study, "r0").items
    rate(study, "r0", first)
    rate(study, "r0", second, level=None)
    found = worklist(study, "r0")
    assert [one.state for one in found.items] == ["done", "skipped", "open"]
    assert (found.next(), found.progress()) == (third, (2, 3))
    rate(study, "r0", second, level=3)  # thought better of it
    assert worklist(study, "r0").items[1].state == "done"


def test_claims_that_join_or_are_chosen_are_seen_at_once(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 3, 1)
    before = [one.key for one in worklist(study, "r0").items]
    study.add_claims([a_claim(9, "late.mp4")])
    after = [one.key for one in worklist(study, "r0").items]
    assert len(after) == 4
    assert [one for one in after if one in before] == before
    for chosen in (before[:2], before[1:]):  # two choices of the same size
        study.select(chosen)
        assert {one.key for one in worklist(study, "r0").items} == set(chosen)


@pytest.mark.parametrize("key", ["", "c0", "c0123456789abcdeg", "C0123456789abcde", "c0123456789abcde~again", None, 3])
def test_what_is_no_key_is_nobodys(tmp_path: Path, key: object) -> None:
    study = Study.create(tmp_path / "s")
    assert read_key(key) is None
    assert not owns(study, "r0", key)


def test_only_what_was_given_is_ones_own(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 6, 2)
    every = [one.id for one in study.claims()]
    assert all(owns(study, "r0", one) for one in every)
    assert not owns(study, "r0", f"{every[0]}~repeat")
    assign(study, AssignmentSettings(overlap=1))
    mine = worklist(study, "r0").items
    assert [one for one in every if owns(study, "r0", one)] == sorted((one.key for one in mine), key=every.index)
    assert not any(owns(study, "r1", one.key) for one in mine)


def test_items_stand_as_they_were_done_and_open_ones_follow(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 8, 1)
    assign(study, AssignmentSettings(overlap=1, at_once=3))
    a, b, c = worklist(study, "r0").items
    rate(study, "r0", c)
    found = worklist(study, "r0")
    assert [one.key for one in found.items[:3]] == [c.key, a.key, b.key]
    assert len(found.items) == 4  # one more was handed out
    assert place_of(study, "r0", c.key) == 0
    assert place_of(study, "r0", a.key) == 1


def test_second_looks_come_in_their_share_and_not_too_soon(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 30, 2)
    assign(study, AssignmentSettings(overlap=2, repeats=0.2, repeat_distance=5))
    work_in_turns(study, raters, 32)
    for rater in raters:
        done = [one for one in worklist(study, rater).items if not one.is_open]
        repeats = [place for place, one in enumerate(done) if one.occasion]
        # one second look for five first ones: 27 and 5
        assert len(repeats) == 5
        assert {done[place].key for place in repeats} == {f"{done[place].claim}~repeat" for place in repeats}
        first = {one.claim: place for place, one in enumerate(done) if not one.occasion}
        assert all(place - first[done[place].claim] > 5 for place in repeats)
    assert Counter(one.occasion for one in study.ratings(occasion=None)) == {"": 2 * 54, "repeat": 2 * 10}
    assert not any(one.occasion for one in study.ratings())
    assert len(study.ratings(occasion="repeat")) == 2 * 10


def test_a_skipped_claim_does_not_come_again(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 12, 1)
    assign(study, AssignmentSettings(overlap=1, repeats=0.5, repeat_distance=1))
    work(study, "r0", 6, level=None)
    assert not any(one.occasion for one in worklist(study, "r0").items)


def test_a_second_look_leaves_the_first_rating_as_it_was(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 12, 1)
    assign(study, AssignmentSettings(overlap=1, repeats=0.5, repeat_distance=1))
    work(study, "r0", 3, level=1)
    again = worklist(study, "r0").next()
    while again is not None and not again.occasion:
        rate(study, "r0", again, 1)
        again = worklist(study, "r0").next()
    assert again is not None
    rate(study, "r0", again, 4)
    assert {one.level for one in study.ratings_of("r0", again.claim)} == {1}
    assert {one.level for one in study.ratings_of("r0", again.claim, "repeat")} == {4}
    assert {one.level for one in study.ratings()} == {1}
