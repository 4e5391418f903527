"""What the coordinator's pages show is computed here: progress, speed, agreement so far, drift, notes, spread."""

from datetime import date, timedelta

import pytest
from helpers_coordinator import HOSTILE_NOTE, LEVELS, RATERS, START, given, rated_study

from agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha
from referee_calib.analysis import (
    agreement_so_far,
    anonymous_judgements,
    claims_by_spread,
    deviation_over_time,
    rater_notes,
    rating_speed,
    read_log,
    repeat_consistency,
    study_progress,
)
from referee_calib.records import Claim
from referee_calib.study import Study, adjudicate, exclude


@pytest.fixture
def rated(tmp_path):
    study, _, claims = rated_study(tmp_path / "study")
    return study, claims


def progress(study, days=0.0, **more):
    return study_progress(read_log(study), now=START + timedelta(days=days), **more)


def of_rater(found, name):
    return next(one for one in found.raters if one.rater == name)


def test_progress_counts_a_claim_once_all_its_dimensions_are_judged(rated):
    study, claims = rated
    half = given(claims[0], "dan", 3)[:1]
    study.add_rater("dan")
    study.add_ratings(half)
    found = progress(study, days=1)
    first = next(one for one in found.claims if one.claim == claims[0].id)
    assert (first.done, first.begun, first.wanted) == (3, 1, 4)  # four people can sign in
    assert (of_rater(found, "ada").done, of_rater(found, "ada").wanted, of_rater(found, "dan").done) == (3, 3, 0)
    # 3 raters done with 3 claims of 12 wanted
    assert (found.forecast.done, found.forecast.wanted) == (9, 12)


def test_the_end_is_what_is_left_at_the_rate_of_the_last_week(rated):
    study, _ = rated
    study.add_rater("dan")
    found = progress(study, days=2)
    # 9 claims done in the 2 days since the first rating: 4.5 a day; 3 are left: 2/3 of a day
    assert found.forecast.per_day == pytest.approx(4.5)
    assert found.forecast.end - (START + timedelta(days=2)) == timedelta(days=3 / 4.5)


def test_there_is_no_end_when_nobody_rates_or_all_is_done(rated):
    study, _ = rated
    assert progress(study, days=1).forecast.reason == "everything that is wanted is done"
    study.add_rater("dan")
    still = progress(study, days=30).forecast
    assert (still.end, still.per_day, still.reason) == (None, 0.0, "nobody rated in the last 7 days")


def test_an_hour_of_work_is_not_taken_for_a_day_of_it(rated):
    study, _ = rated
    assert progress(study, days=1 / 24).forecast.per_day == 9


def test_ratings_wanted_are_those_that_are_asked_for(rated):
    study, claims = rated
    found = progress(study, days=1, wanted=dict.fromkeys((one.id for one in claims), 2), asked={"ada": 2})
    assert {one.wanted for one in found.claims} == {2}
    assert (found.forecast.done, found.forecast.wanted) == (6, 6)  # a third rating of a claim is not wanted
    assert of_rater(found, "ada").wanted == 2


def test_claims_are_counted_by_day_and_speed_by_claim(rated):
    study, _ = rated
    assert progress(study).by_day == {date(2026, 3, 2): dict.fromkeys(RATERS, 3)}
    ada = next(one for one in rating_speed(read_log(study)) if one.rater == "ada")
    # 10, 20 and 30 s on the three claims, each repeated on every dimension of its claim
    assert (ada.n_claims, ada.lower_quartile, ada.median, ada.upper_quartile) == (3, 15, 20, 25)


def test_an_excluded_rater_counts_in_no_claim_and_stays_in_the_list(rated):
    study, claims = rated
    exclude(study, "dora", "rater", "bob", "asleep")
    exclude(study, "dora", "claim", claims[2].id, "cut off")
    found = progress(study, days=1)
    assert [one.done for one in found.claims] == [2, 2, 2]
    assert of_rater(found, "bob").excluded == "asleep"
    assert next(one for one in found.claims if one.claim == claims[2].id).excluded == "cut off"
    assert (found.forecast.done, found.forecast.wanted) == (4, 4)  # two raters, two claims


def test_agreement_so_far_is_that_of_the_ratings(rated):
    study, _ = rated
    relevance = agreement_so_far(read_log(study))[0]
    columns = [LEVELS[name] for name in RATERS]
    table = [list(row) for row in zip(*columns, strict=True)]
    assert relevance.dimension == "relevance"
    assert relevance.coefficients["cohen_kappa_quadratic"].value == pytest.approx(
        cohen_kappa(table, weights="quadratic", scale=range(5)).value
    )
    assert relevance.coefficients["krippendorff_alpha_ordinal"].value == pytest.approx(
        krippendorff_alpha(table, scale=range(5)).value
    )
    # all three claims are of one video: an interval needs two
    assert relevance.coefficients["krippendorff_alpha_ordinal"].low is None
    assert "group" in relevance.coefficients["krippendorff_alpha_ordinal"].reason
    pairs = {(one.first, one.second): one.kappa.value for one in relevance.pairs}
    assert set(pairs) == {("ada", "bob"), ("ada", "cyd"), ("bob", "cyd")}
    both = [list(row) for row in zip(LEVELS["ada"], LEVELS["bob"], strict=True)]
    assert pairs["ada", "bob"] == pytest.approx(cohen_kappa(both, weights="quadratic", scale=range(5)).value)
    # ada 4, 4, 0 lies above the mean of each claim (2, 11/3, 1/3) by 2, 1/3, -1/3: 2/3 on average
    assert relevance.severity["ada"].value == pytest.approx(2 / 3)


def test_agreement_of_nobody_and_of_one_has_a_reason(tmp_path):
    study, _, claims = rated_study(tmp_path / "study", levels={})
    nobody = agreement_so_far(read_log(study))[0]
    assert nobody.coefficients["cohen_kappa_quadratic"].reason == "nobody gave a level on this dimension"
    study.add_ratings(given(claims[0], "ada", 3))
    one = agreement_so_far(read_log(study))[0]
    assert one.coefficients["cohen_kappa_quadratic"].value is None
    assert one.coefficients["cohen_kappa_quadratic"].reason
    assert (one.pairs, one.no_pairs) == ((), "one rater")


def test_what_is_excluded_leaves_agreement_and_spread(rated):
    study, claims = rated
    exclude(study, "dora", "rater", "bob", "asleep")
    exclude(study, "dora", "claim", claims[0].id, "cut off")
    log = read_log(study)
    assert (agreement_so_far(log)[0].n_claims, agreement_so_far(log)[0].n_levels) == (2, 4)
    assert claims[0].id not in {one.claim.id for one in claims_by_spread(log)}
    assert len(anonymous_judgements(log, claims[1].id, "dora")) == 2


def test_claims_come_by_the_distance_of_two_peoples_levels(rated):
    study, claims = rated
    adjudicate(study, "dora", claims[1].id, {"relevance": 4}, "r")
    found = claims_by_spread(read_log(study))
    assert found[0].claim.id == claims[0].id
    # 4, 0 and 2: |4 - 0|, |4 - 2|, |0 - 2| have mean 8/3
    assert found[0].spread["relevance"] == pytest.approx(8 / 3)
    assert (found[0].range["relevance"], found[0].n_people) == (4, 3)
    assert {one.claim.id: one.adjudicated for one in found}[claims[1].id] == {"relevance": 4}


def test_levels_to_adjudicate_carry_no_name_and_an_order_that_tells_none(tmp_path):
    study, _, _ = rated_study(tmp_path / "study", levels={})
    many = [
        Claim(video="ball.mp4", question="Where?", object="ball", boxes=((1.0, 0.1, 0.1, 0.3, 0.3),), index=index)
        for index in range(100, 160)
    ]
    study.add_claims(many)
    study.add_ratings([one for claim in many for k, rater in enumerate(RATERS) for one in given(claim, rater, k)])
    log = read_log(study)
    orders = [tuple(one.levels["relevance"] for one in anonymous_judgements(log, claim.id, "dora")) for claim in many]
    assert {first for first, *_ in orders} == {0, 1, 2}  # no rater always comes first
    assert orders == [
        tuple(one.levels["relevance"] for one in anonymous_judgements(log, claim.id, "dora")) for claim in many
    ]
    assert not any(rater in repr(anonymous_judgements(log, many[0].id, "dora")) for rater in RATERS)


def test_notes_and_skips_are_listed_newest_first_with_what_they_are_about(rated):
    study, claims = rated
    study.add_ratings(given(claims[0], "ada", 1, minutes=50, note=HOSTILE_NOTE))
    study.add_ratings(given(claims[1], "bob", None, minutes=60, reason="video broken"))
    study.add_ratings(given(claims[1], "bob", 2, minutes=70))
    skip, note = rater_notes(read_log(study))
    assert (skip.rater, skip.reason, skip.levels, skip.latest) == ("bob", "video broken", "", False)
    assert (note.note, note.latest) == (HOSTILE_NOTE, True)
    assert note.levels == "relevance 1, localization 1, timing 1"


def test_a_second_look_tells_of_consistency_and_of_nothing_else(rated):
    study, claims = rated
    before = agreement_so_far(read_log(study))
    study.add_ratings(given(claims[0], "ada", 2, minutes=90, occasion="repeat"))  # 4 before
    study.add_ratings(given(claims[1], "ada", 4, minutes=91, occasion="repeat"))  # 4 before
    log = read_log(study)
    relevance = next(one for one in repeat_consistency(log) if one.dimension == "relevance")
    assert (relevance.rater, relevance.n, relevance.same, relevance.distance) == ("ada", 2, 0.5, 1.0)
    assert agreement_so_far(log) == before
    assert study_progress(log, now=START).forecast.done == 9


def test_drift_is_drawn_in_blocks_of_a_raters_own_ratings(tmp_path):
    study = Study.create(tmp_path / "study")
    claims = [
        Claim(video=f"v{index}.mp4", question="Where?", object="ball", boxes=((1.0, 0.1, 0.1, 0.3, 0.3),))
        for index in range(50)
    ]
    study.add_claims(claims)
    for name in ("ada", "bob"):
        study.add_rater(name)
    levels = {"bob": lambda _minute: 2, "ada": lambda minute: 2 if minute < 20 else 3}
    for rater, level in levels.items():
        acts = [given(claim, rater, level(minute), minutes=minute) for minute, claim in enumerate(claims)]
        study.add_ratings([one for act in acts for one in act])
    log = read_log(study)
    blocks = [one for one in deviation_over_time(log) if (one.rater, one.dimension) == ("ada", "relevance")]
    # 50 ratings in blocks of 20: the last 10 make half a block, which joins the one before
    assert [(one.first, one.last, one.deviation) for one in blocks] == [(1, 20, 0.0), (21, 50, 1.0)]
    slopes = agreement_so_far(log)[0].drift
    assert slopes["ada"].value > 0 > slopes["bob"].value
    assert slopes["ada"].value == pytest.approx(-slopes["bob"].value)


def test_of_a_crowd_no_pairs_are_shown_and_kappa_is_that_of_fleiss(tmp_path):
    study = Study.create(tmp_path / "study")
    claims = [
        Claim(video=f"v{index}.mp4", question="Where?", object="ball", boxes=((1.0, 0.1, 0.1, 0.3, 0.3),))
        for index in range(24)
    ]
    study.add_claims(claims)
    names = [f"r{number}" for number in range(21)]
    for name in names:
        study.add_rater(name)
    levels = {(name, index): (index + number * index) % 5 for number, name in enumerate(names) for index in range(24)}
    acts = [given(claims[index], name, level) for (name, index), level in levels.items()]
    study.add_ratings([one for act in acts for one in act])
    found = agreement_so_far(read_log(study))[0]
    table = [[levels[name, index] for name in sorted(names)] for index in range(24)]
    kappa = found.coefficients["fleiss_kappa_quadratic"].value
    assert kappa == pytest.approx(fleiss_kappa(table, weights="quadratic", scale=range(5)).value)
    assert (found.pairs, found.no_pairs) == ((), "single pairs are shown for up to 20 raters")
    assert set(found.severity) == set(names)
