"""What the reward pays where scales have other lengths, or the rubric asks about less than all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from helpers_rubric import claims, clips, rubric_of

from agreement import Ratings, fit_recalibrator
from referee_calib.analysis.human_agreement.join import join_rubric
from referee_calib.analysis.recalibration.composed_agreement import composed_scale
from referee_calib.analysis.score_distribution import score_distributions
from referee_calib.errors import InputError
from referee_calib.perturbation.harness.human_ratings import mean_paid
from referee_calib.perturbation.metrics.rating_power import SimulatedPeople, like_overlap
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.referee import load_referee
from referee_calib.reward import Product, SemanticEvidenceReward, Support
from referee_calib.reward.combination import Mean, combined
from referee_calib.rubric import Rubric

BOTH = claims()[0]
BOX = Claim(video="v0.mp4", question="q", object="thing", boxes=BOTH.boxes)
SPAN = Claim(video="v0.mp4", question="q", object="thing", span=(0.2, 0.8))


class Levels:
    """A referee that gives the same level of each dimension to every claim."""

    fingerprint = "f" * 16

    def __init__(self, rubric: Rubric | None, **levels: float) -> None:
        self.levels, self.asked = levels, []
        if rubric is not None:
            self.rubric = rubric

    def score(self, claims, media, *, dimensions=None, sample=0):
        for claim in claims:
            for name in claim.dimensions:
                if dimensions is None or name in dimensions:
                    self.asked.append((claim.id, name))
                    level = self.levels[name]
                    yield RefereeScore(claim=claim.id, referee=self.fingerprint, dimension=name, level=int(level),
                                       expected=level, sample=sample)  # fmt: skip


@pytest.fixture(scope="module")
def media(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("clips") / "media"
    clips(folder)
    return folder


def paid(referee, media, claim=BOTH, **more):
    (one,) = SemanticEvidenceReward(referee, media=media, penalty=None, **more).judge([claim], media)
    return one


def test_the_product_is_of_shares_of_each_scale(tmp_path, media):
    rubric = rubric_of(tmp_path, relevance=2, localization=11, timing=3)
    # 1 of 1, 8 of 10, 1 of 2; the placement is the worse of .8 and .5
    one = paid(Levels(rubric, relevance=1.0, localization=8.0, timing=1.0), media)
    assert (one.relevance, one.localization, one.timing) == (1.0, 0.8, 0.5)
    assert one.value == pytest.approx(1.0 * 0.5)


@pytest.mark.parametrize(("tables", "claim", "value"), [
    ({"relevance": 5}, BOTH, 0.75),  # 3 of 4, alone
    ({"localization": 4}, BOTH, 1.0),  # 3 of 3
    ({"timing": 7}, BOTH, 0.5),  # 3 of 6
    ({"localization": 4, "timing": 7}, BOTH, 0.5),  # the worse
    ({"relevance": 5, "timing": 7}, BOX, 0.75),  # its box is not asked about
])  # fmt: skip
def test_one_of_relevance_and_placement_stands_alone_where_the_other_is_not_asked_about(
    tmp_path, media, tables, claim, value
):
    referee = Levels(rubric_of(tmp_path, **tables), relevance=3.0, localization=3.0, timing=3.0)
    for combine in ("product", "mean", "min"):
        assert paid(referee, media, claim, combine=combine).value == pytest.approx(value)
    assert {name for _, name in referee.asked} <= set(tables)


def test_combined_takes_the_one_that_is_there():
    assert [combined(Product(), *pair) for pair in ((0.5, 0.5), (0.5, None), (None, 0.0), (None, None))] == [
        0.25,
        0.5,
        0,
        0,
    ]


def test_a_claim_that_the_rubric_asks_nothing_about_is_worth_nothing_and_nobody_is_asked(tmp_path, media):
    referee = Levels(rubric_of(tmp_path, localization=4), localization=3.0)
    one = paid(referee, media, SPAN)
    assert (one.value, one.status, referee.asked) == (0.0, "ok", [])
    assert one.reason == "the rubric asks about localization alone, and the claim has a span alone"


def test_a_referee_that_names_no_rubric_has_the_default_one(media):
    one = paid(Levels(None, relevance=2.0, localization=3.0, timing=4.0), media)
    assert (one.relevance, one.localization, one.timing) == (0.5, 0.75, 1.0)


@pytest.mark.parametrize(("levels", "given", "share"), [(2, 1.0, 0), (2, 0.4, 1), (11, 5.0, 0), (11, 4.9, 1)])
def test_support_takes_the_middle_of_any_scale(tmp_path, media, levels, given, share):
    rubric = rubric_of(tmp_path, relevance=levels, timing=levels)
    reward = SemanticEvidenceReward(Levels(rubric, relevance=given, timing=given), media=media, penalty=Support())
    assert reward.judge([SPAN], media)[0].penalty == share  # all four parts are seen, or none is


def test_support_without_relevance_is_refused(tmp_path, media):
    reward = SemanticEvidenceReward(Levels(rubric_of(tmp_path, timing=3), timing=1.0), media=media, penalty=Support())
    with pytest.raises(InputError, match=r"Support: it asks for relevance, and the rubric t-.* has timing only"):
        reward.judge([SPAN], media)


def recalibrator(tmp_path, levels, name="relevance"):
    """Fit a line on planted scores: people say the best level less what the referee says."""
    dice = np.random.default_rng(0)
    scores = dice.uniform(0, levels - 1, 60)
    people = np.clip(np.rint(scores)[:, None] + dice.integers(-1, 2, (60, 2)), 0, levels - 1)
    made = fit_recalibrator(scores, Ratings.from_array(people, scale=range(levels)), kind="isotonic", n_resamples=0,
                            referee="f" * 16, dimension=name)  # fmt: skip
    path = tmp_path / f"{name}-{levels}.json"
    path.write_text(json.dumps(made.to_json()))
    return path, made


@pytest.mark.parametrize("levels", [2, 7, 11])
def test_a_recalibrator_of_the_scale_is_applied(tmp_path, media, levels):
    path, made = recalibrator(tmp_path, levels)
    referee = Levels(rubric_of(tmp_path, relevance=levels), relevance=(levels - 1) * 0.6)
    one = paid(referee, media, recalibrator=path)
    assert one.value == pytest.approx(float(made((levels - 1) * 0.6)) / (levels - 1))


def test_a_recalibrator_of_another_scale_or_dimension_is_refused(tmp_path, media):
    path, _ = recalibrator(tmp_path, 7)
    with pytest.raises(InputError, match=r"for relevance, 0 to 6: the rubric t-.* has relevance from 0 to 1"):
        paid(Levels(rubric_of(tmp_path, relevance=2), relevance=1.0), media, recalibrator=path)
    with pytest.raises(InputError, match=r"the rubric t-.* asks about localization only"):
        paid(Levels(rubric_of(tmp_path / "b", localization=7), localization=1.0), media, recalibrator=path)
    with pytest.raises(InputError, match=r"the rubric 1-.* has relevance from 0 to 4"):
        paid(Levels(None, relevance=1.0), media, recalibrator=path)


@pytest.mark.parametrize("scale", [[0.0], [float(k) for k in range(12)], [1.0, 2.0], [0.0, 2.0], "0:4", None])
def test_a_recalibrator_of_no_scale_of_levels_is_refused(tmp_path, media, scale):
    path, made = recalibrator(tmp_path, 7)
    path.write_text(json.dumps({**made.to_json(), "scale": scale}))
    with pytest.raises(InputError, match="levels here are whole numbers from 0, 2 to 11 of them"):
        paid(Levels(None, relevance=1.0), media, recalibrator=path)


def test_the_pixels_referee_gives_the_same_share_of_any_scale(tmp_path, media):
    sample = Path(__file__).resolve().parent.parent / "data" / "sample_study" / "media"
    claim = Claim(
        video="bounce.mp4", question="Where is the red ball?", object="red ball", boxes=((1.0, 0.1, 0.1, 0.5, 0.6),)
    )
    five = load_referee("pixels")
    eleven = load_referee("pixels", rubric=rubric_of(tmp_path, relevance=3, localization=11))
    assert five.fingerprint != eleven.fingerprint
    found = [{one.dimension: one for one in referee.score([claim], sample)} for referee in (five, eleven)]
    for name in ("relevance", "localization"):
        plain, other = (its[name] for its in found)
        assert (plain.status, other.status) == ("ok", "ok"), (plain.reason, other.reason)
        assert other.expected / eleven.rubric[name].top == pytest.approx(plain.expected / 4)
        assert other.level == int(other.expected + 0.5)


# people


def given(name, *levels):
    return [Rating(claim="c", rater=f"p{k}", dimension=name, level=level) for k, level in enumerate(levels)]


def test_people_s_mean_pays_shares_of_each_scale(tmp_path):
    rubric = rubric_of(tmp_path, relevance=2, localization=11)
    # (1 + 0) / 2 / 1 times (8 + 6) / 2 / 10
    assert mean_paid(given("relevance", 1, 0) + given("localization", 8, 6), rubric) == pytest.approx(0.5 * 0.7)
    assert mean_paid(given("relevance", 1), rubric) is None
    assert mean_paid(given("relevance", 1), rubric_of(tmp_path / "one", relevance=2)) == 1.0
    assert mean_paid(given("timing", 1), rubric_of(tmp_path / "two", timing=3)) == 0.5


def test_composed_scores_hold_every_product_of_two_scales():
    # halves times thirds
    found = composed_scale(Product(), {"relevance": (0, 1, 2), "localization": (0, 1, 2, 3)})
    assert found.tolist() == pytest.approx(sorted({a * b for a in (0, 0.5, 1) for b in (0, 1 / 3, 2 / 3, 1)}))
    both = composed_scale(Mean(), {"relevance": (0, 1), "localization": (0, 1), "timing": (0, 1, 2)})
    assert both.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_simulated_people_say_it_in_the_levels_of_the_study():
    lost, video = np.zeros(400), np.arange(400) % 20
    for tops, possible in (((1, 1), {0.0, 1.0}), ((0, 2), {0.0, 0.5, 1.0})):
        people = SimulatedPeople(curve=like_overlap, tops=tops)
        assert set(people.paid(lost, video, np.arange(400), np.random.default_rng(1))) <= possible


def test_each_dimension_is_joined_and_described_on_its_own_scale(tmp_path):
    rubric = rubric_of(tmp_path, relevance=2, timing=11)
    some = claims()[:3]
    rated = [Rating(claim=c.id, rater="p", dimension="timing", level=k * 5) for k, c in enumerate(some)]
    scored = [RefereeScore(claim=c.id, referee="r", dimension="timing", level=10 - k * 5) for k, c in enumerate(some)]
    relevance, timing = join_rubric(rubric, some, rated, scored)
    assert (relevance.scale, timing.scale) == ((0, 1), tuple(range(11)))
    assert timing.people[:, 0].tolist() == [0, 5, 10]
    (told,) = score_distributions(scored, {one.dimension: one.scale for one in (relevance, timing)})
    assert told.levels == (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
