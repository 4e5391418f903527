"""Who rates which claims, in which order, and how they are let in."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from helpers_study import a_claim, order_of

from referee_calib.errors import StudyError
from referee_calib.records import Claim, Rating
from referee_calib.study import Study, draw_claims, stratified_sample
from referee_calib.study.worklist import worklist


def claims_of(**per_video: int) -> list[Claim]:
    return [a_claim(k, f"{video}.mp4") for video, n in per_video.items() for k in range(n)]


@pytest.fixture
def study(tmp_path: Path, database: str) -> Study:
    return Study.create(tmp_path / "study")


@pytest.mark.sqlite_only
def test_a_personal_code_opens_and_is_nowhere_in_the_study(study: Study) -> None:
    code = study.add_rater("anna")
    assert study.rater_of(code) == study.rater_of(f" {code}\n") == "anna"
    assert study.rater_of("") is study.rater_of("anna") is study.rater_of(code[:-1]) is None
    content = b"".join(path.read_bytes() for path in study.folder.rglob("*") if path.is_file())
    assert code.encode() not in content
    assert hashlib.sha256(code.encode()).hexdigest().encode() in content


def test_codes_differ_and_hold_128_bits(study: Study) -> None:
    codes = {study.add_rater(f"rater {k}") for k in range(20)}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {22}  # 128 bits at 6 bits a character: 21.3


def test_a_renewed_code_replaces_the_old_one(study: Study) -> None:
    old = study.add_rater("anna")
    new = study.renew_code("anna")
    assert (study.rater_of(old), study.rater_of(new)) == (None, "anna")
    with pytest.raises(StudyError, match="no such rater"):
        study.renew_code("bert")


def test_a_simulated_rater_has_no_code_and_is_called_simulated(study: Study) -> None:
    assert study.add_rater("robot", origin="simulated") == ""
    study.add_rater("anna")
    assert {one.name: (one.simulated, one.has_code) for one in study.raters()} == {
        "robot": (True, False),
        "anna": (False, True),
    }


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 65, "\ud83d", "nul\x00"])
def test_a_name_that_cannot_be_shown_is_refused(study: Study, name: str) -> None:
    with pytest.raises(StudyError, match="a name has 1 to 64 printable characters"):
        study.add_rater(name)


def test_two_raters_cannot_share_a_name(study: Study) -> None:
    study.add_rater("anna")
    with pytest.raises(StudyError, match="is there already"):
        study.add_rater(" anna ")


def test_each_rater_has_an_order_of_their_own_that_stays(study: Study, tmp_path: Path) -> None:
    claims = claims_of(a=30)
    study.add_claims(claims[:20])
    anna = order_of(study, "anna")
    assert sorted(anna) == sorted(one.id for one in claims[:20])
    assert order_of(study, "bert") != anna != [one.id for one in claims[:20]]
    study.add_claims(claims[20:])
    assert [one for one in order_of(study, "anna") if one in set(anna)] == anna  # newcomers move nobody
    other_seed = Study.create(tmp_path / "other", order_seed=1)
    other_seed.add_claims(claims)
    assert order_of(other_seed, "anna") != order_of(study, "anna")


def test_the_next_claim_comes_until_every_dimension_is_judged(study: Study) -> None:
    study.add_claims(claims_of(a=2))
    study.add_rater("anna")
    first, second = order_of(study, "anna")
    assert worklist(study, "anna").progress() == (0, 2)
    for number, (claim, dimension) in enumerate(
        [(first, "relevance"), (first, "localization"), (second, "relevance"), (second, "localization")]
    ):
        expected = worklist(study, "anna").next()
        assert expected is not None
        assert expected.claim == claim
        assert worklist(study, "anna").progress() == (number // 2, 2)
        rating = Rating(claim=claim, rater="anna", dimension=dimension, reason="cannot judge", nonce=str(number))
        study.add_ratings([rating])
    assert worklist(study, "anna").next() is None
    assert worklist(study, "anna").progress() == (2, 2)
    assert worklist(study, "bert").progress() == (0, 2)


def test_the_sample_takes_from_each_video_in_proportion(study: Study) -> None:
    claims = claims_of(a=60, b=30, c=9, d=1)
    for seed in range(5):
        drawn = Counter(one.video for one in claims if one.id in stratified_sample(claims, 50, seed))
        # 50 of 100 claims: half of each video, 30, 15, 4.5 and 0.5, to within one
        assert abs(drawn["a.mp4"] - 30) <= 1
        assert abs(drawn["b.mp4"] - 15) <= 1
        assert drawn["c.mp4"] in {4, 5}
        assert drawn["d.mp4"] in {0, 1}


def test_a_claim_is_drawn_as_often_as_any_other() -> None:
    claims = claims_of(a=8, b=3, c=1)
    times = Counter(one for seed in range(2_000) for one in stratified_sample(claims, 6, seed))
    # 6 of 12: each claim in half of 2000 draws, standard deviation at most sqrt(2000 · ¼) = 22; the cut at exactly
    # six claims favours nobody by more than a few standard deviations
    assert min(times.values()) > 900
    assert max(times.values()) < 1_100
    assert len(times) == 12


def test_the_sample_depends_on_the_seed_and_not_on_the_order_of_import() -> None:
    claims = claims_of(a=12, b=7)
    assert stratified_sample(claims, 8, 1) == stratified_sample(claims[::-1], 8, 1)
    assert set(stratified_sample(claims, 8, 1)) != set(stratified_sample(claims, 8, 2))
    assert set(stratified_sample(claims, 8, 1)) < set(stratified_sample(claims, 13, 1))


def sized(n: int, every: int = 10) -> list[Claim]:
    """Claims in 20 videos, of which one in `every` has a small box."""
    sides = [0.1 if i % every == 0 else 0.4 for i in range(n)]
    return [
        Claim(video=f"v{i * 7 % 20}.mp4", question="?", object=f"o{i}", boxes=((1.0, 0.1, 0.1, 0.1 + s, 0.1 + s),))
        for i, s in enumerate(sides)
    ]


def test_rare_kinds_get_further_claims_and_the_plain_draw_stays() -> None:
    claims = sized(400)
    small = {one.id for i, one in enumerate(claims) if i % 10 == 0}
    found = draw_claims(claims, 60, 3, per_kind=25)
    drawn = list(found.weights)
    assert drawn[:60] == stratified_sample(claims, 60, 3)
    assert found.plain == 60
    assert len(small & set(drawn)) == 25
    assert set(drawn[60:]) <= small
    # 25 of 40 small ones and 60 of 400: chances of about 0.62 and 0.15
    weights = {one in small: weight for one, weight in found.weights.items()}
    assert weights[True] == pytest.approx(40 / 25, rel=0.1)
    assert weights[False] == pytest.approx(400 / 60, rel=0.1)


def test_weights_make_the_draw_speak_for_all_claims() -> None:
    claims = sized(300)
    totals = [sum(draw_claims(claims, 40, seed, per_kind=20).weights.values()) for seed in range(200)]
    assert sum(totals) / 200 == pytest.approx(300, rel=0.03)  # Horvitz and Thompson: the expected sum is their number


def test_a_kind_with_fewer_claims_gives_all_and_a_plain_draw_has_none_further() -> None:
    claims = sized(100)
    found = draw_claims(claims, 20, 0, per_kind=50)
    assert sum(weight == 1.0 for weight in found.weights.values()) == 10  # all ten small ones
    assert draw_claims(claims, 20, 0).plain == len(draw_claims(claims, 20, 0).weights) == 20


@pytest.mark.parametrize("n_claims", [0, -1, 4])
def test_a_sample_that_cannot_be_drawn_is_refused(n_claims: int) -> None:
    with pytest.raises(StudyError, match="the study has 3"):
        stratified_sample(claims_of(a=3), n_claims, 0)


def test_people_rate_all_claims_until_some_are_chosen(study: Study) -> None:
    claims = claims_of(a=4)
    study.add_claims(claims)
    assert study.claims(sampled=True) == claims
    assert study.n_sampled() == 0
    study.select([claims[2].id, claims[0].id])
    assert study.claims(sampled=True) == [claims[2], claims[0]]
    assert set(order_of(study, "anna")) == {claims[2].id, claims[0].id}
    with pytest.raises(StudyError, match="no such claim"):
        study.select(["c000000000000000"])
    with pytest.raises(StudyError, match="comes twice"):
        study.select([claims[0].id, claims[0].id])


def test_a_new_choice_cannot_leave_out_what_was_rated(study: Study) -> None:
    claims = claims_of(a=4)
    study.add_claims(claims)
    study.add_rater("anna")
    study.select([claims[0].id, claims[1].id])
    study.add_ratings([Rating(claim=claims[0].id, rater="anna", dimension="relevance", level=2)])
    with pytest.raises(StudyError, match="would no longer count"):
        study.select([claims[1].id, claims[2].id])
    study.select([claims[0].id, claims[3].id])  # nobody had rated the second one
    assert study.claims(sampled=True) == [claims[0], claims[3]]
    study.select([claims[1].id], force=True)
    assert len(study.ratings()) == 1


def test_what_a_program_rated_binds_no_choice(study: Study) -> None:
    claims = claims_of(a=2)
    study.add_claims(claims)
    study.add_rater("robot", origin="simulated")
    study.add_ratings([Rating(claim=claims[0].id, rater="robot", dimension="relevance", level=2, origin="simulated")])
    study.select([claims[1].id])
    assert study.claims(sampled=True) == [claims[1]]
