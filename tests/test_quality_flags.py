"""Quality flags: what stands out in ratings, by which threshold, and what it does not touch."""

import pytest
from helpers_simulated_behaviour import BEHAVIOURS, crowd, simulated_claims

from referee_calib.errors import StudyError
from referee_calib.study.quality import (
    RatingAct,
    act_flags,
    acts_of,
    chance_of_run,
    outlier_flags,
    page_checks,
    straight_lining_flags,
)
from referee_calib.study.settings import QualitySettings, read_settings

DEFAULTS = QualitySettings()
OFF = QualitySettings(too_fast="off", hurried="off", unseen="off")
CLAIM = simulated_claims(1)[0]  # a span of 4 s, so 1 s is a quarter of it


def kinds(act, claim=CLAIM, settings=DEFAULTS, own=()):
    return [(one.kind, one.action) for one in act_flags(act, claim, settings, own)]


def act(seconds=9.0, watched=1.0, level=3, claim=CLAIM):
    return RatingAct("ada", claim.id, dict.fromkeys(claim.dimensions, level), seconds, watched)


def test_an_ordinary_rating_has_no_flag():
    assert kinds(act()) == []
    assert kinds(act(seconds=None, watched=None)) == []  # unknown is not little


def test_what_took_less_than_two_seconds_is_held():
    assert kinds(act(seconds=1.0)) == [("too fast", "hold")]
    assert kinds(act(seconds=2.0)) == []


def test_what_was_never_on_the_screen_is_held_and_half_of_a_span_is_asked_about():
    assert kinds(act(watched=0.0)) == [("unseen", "hold")]
    assert kinds(act(watched=0.2)) == [("unwatched", "ask")]
    box_alone = simulated_claims(1)[0].__class__(video="v.mp4", question="q", object="ball", boxes=CLAIM.boxes)
    assert kinds(act(watched=0.04, claim=box_alone), box_alone) == []  # one standing frame shows a box


def test_a_skipped_claim_may_be_left_at_once():
    assert kinds(act(seconds=0.0, watched=0.0, level=None)) == []


def test_hurried_is_measured_by_the_span_and_by_the_raters_own_pace():
    long = simulated_claims(1)[0].__class__(video="v.mp4", question="q", object="ball", span=(0.0, 60.0))
    assert kinds(act(seconds=14.0, claim=long), long) == [("hurried", "remark")]  # 0.25 x 60 s = 15 s
    assert kinds(act(seconds=15.0, claim=long), long) == []
    assert kinds(act(seconds=3.0), own=[20.0] * 10) == [("hurried", "remark")]  # 0.2 x 20 s = 4 s
    assert kinds(act(seconds=3.0), own=[20.0] * 9) == []  # too few to know a pace


def test_a_kind_that_is_off_is_not_looked_for():
    assert kinds(act(seconds=0.0, watched=0.0), settings=OFF) == []


def test_the_page_asks_where_it_can_and_its_limits_tell_nothing_of_a_claims_part():
    assert page_checks(CLAIM, DEFAULTS) == {"too fast": 2.0, "hurried": None, "unseen": 0.0, "unwatched": 0.5}
    asking = QualitySettings(hurried="ask", too_fast="remark", unwatched="off")
    assert page_checks(CLAIM, asking) == {"too fast": None, "hurried": 1.0, "unseen": 0.0, "unwatched": None}


@pytest.mark.parametrize(
    ("key", "value", "match"),
    [
        ("too_fast", "delete", "off, remark, ask, hold"),
        ("min_watched", 1.5, "share from 0 to 1"),
        ("run_chance", 0.0, "a chance"),
    ],
)
def test_a_wrong_setting_stops_with_its_name(key, value, match):
    with pytest.raises(StudyError, match=match):
        read_settings(QualitySettings, {key: value}, "study.toml")


# ---- straight-lining ----


def run_of(answers, rater="ada"):
    return [
        RatingAct(rater, f"c{k}", {"relevance": one, "localization": one}, 9.0, 1.0) for k, one in enumerate(answers)
    ]


def test_the_chance_of_a_run_is_that_of_independent_answers():
    # 4 coins: HHH* and THHH, so 2/16 + 1/16 of three heads in a row at least
    assert chance_of_run(3, 4, 0.5) == pytest.approx(3 / 16)
    assert chance_of_run(1, 1, 0.5) == 0.5
    assert chance_of_run(9, 9, 1.0) == 1.0


def test_thirty_times_four_is_flagged_although_nobody_else_has_rated():
    flag = straight_lining_flags({"ada": run_of([4] * 30)}, DEFAULTS)[0]
    assert (flag.kind, len(flag.claims)) == ("straight-lining", 30)
    assert flag.value == pytest.approx(0.5**30)


def test_a_run_that_the_claims_deserve_is_not_flagged():
    deserved = {name: run_of(([4] * 19 + [2]) * 4, name) for name in ("ben", "cem", "dea")}
    assert straight_lining_flags({"ada": run_of([2] + [4] * 30), **deserved}, DEFAULTS) == []
    assert straight_lining_flags({"ada": run_of([2] + [4] * 30)}, DEFAULTS) != []


def test_answers_alike_on_claims_of_different_dimensions_are_alike():
    mixed = [
        RatingAct("ada", f"c{k}", dict.fromkeys(("relevance", "timing") if k % 2 else ("relevance",), 4), 9.0, 1.0)
        for k in range(30)
    ]
    assert len(straight_lining_flags({"ada": mixed}, DEFAULTS)) == 1


# ---- all together, on simulated raters ----


def flags_by_rater(seed, n_honest=5, n_claims=60):
    claims, by_rater = crowd(seed, n_honest, n_claims, BEHAVIOURS)
    by_id, ratings = {one.id: one for one in claims}, [one for its in by_rater.values() for one in its]
    acts = acts_of(ratings)
    own = {name: [one for one in acts if one.rater == name] for name in by_rater}
    found = {name: set() for name in by_rater}
    for one in acts:
        pace = [other.seconds for other in own[one.rater]]
        found[one.rater] |= {flag.kind for flag in act_flags(one, by_id[one.claim], DEFAULTS, pace)}
    videos = {one.id: one.video for one in claims}
    levels = dict.fromkeys(("relevance", "localization", "timing"), 5)
    for flag in [*straight_lining_flags(own, DEFAULTS), *outlier_flags(ratings, videos, DEFAULTS, levels)]:
        found[flag.rater].add(flag.kind)
    return found


def test_each_behaviour_gets_its_flag_and_honest_raters_keep_a_clean_slate():
    found = flags_by_rater(1)
    assert "too fast" in found["fast"]
    assert "unseen" in found["blind"]
    assert "unwatched" in found["half"]
    assert "straight-lining" in found["straight"]
    assert "outlier" in found["random"]
    grave = {"too fast", "unseen", "straight-lining", "outlier"}
    assert [name for name in found if name[1:].isdecimal() and found[name] & grave] == []
