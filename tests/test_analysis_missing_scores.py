"""Claims without a score beside the scored ones, bounds for the missing, and what a verdict may still say."""

import numpy as np
import pytest
from helpers_judgements import REFEREE, box_claims, ratings_of

from agreement import Estimate, Ratings, compare, group_means
from referee_calib.analysis import ThresholdCheck, analyse
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.score_reliability.missing_score_bounds import pooled
from referee_calib.analysis.score_reliability.missing_score_checks import require_scores
from referee_calib.analysis.score_reliability.missing_scores import missing_scores
from referee_calib.analysis.verdict import StudyVerdict
from referee_calib.records import RefereeScore
from referee_calib.report import build, render_html, render_markdown
from referee_calib.study import Study
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import VerdictState

N, VIDEOS = 240, 60


def study(silent, seed=0, asked=lambda i: True):
    """Three people and a referee that is one more of them; it refuses where `silent(quality, dice)` holds."""
    dice = np.random.default_rng(seed)
    claims = box_claims(N, VIDEOS)
    quality = dice.uniform(0, 4, N)
    people, referee = (np.clip(np.rint(quality[:, None] + dice.normal(0, 0.6, (N, k))), 0, 4) for k in (3, 1))
    scores = [
        RefereeScore(claim=c.id, referee=REFEREE, dimension="relevance", status="refused", reason="no")
        if silent(q, dice)
        else RefereeScore(claim=c.id, referee=REFEREE, dimension="relevance", level=int(level))
        for i, (c, q, (level,)) in enumerate(zip(claims, quality, referee, strict=True))
        if asked(i)
    ]
    return join("relevance", claims, ratings_of(claims, people), scores, rubric=""), scores, quality


def found_of(silent, **more):
    part, scores, _ = study(silent, **more)
    return missing_scores(part, scores)


def test_groups_say_how_scores_ended_and_what_people_think_of_them():
    part, scores, quality = study(lambda q, dice: q > 3.5)
    found = missing_scores(part, scores)
    refused = quality > 3.5
    assert [(one.status, one.n_claims) for one in found.groups] == [
        ("ok", (~refused).sum()),
        ("refused", refused.sum()),
    ]
    for one, inside in zip(found.groups, (~refused, refused), strict=True):
        assert one.people_mean.value == pytest.approx(part.people[inside].mean())
        assert one.levels == tuple(np.bincount(part.people[inside].astype(int).ravel(), minlength=5))
    assert found.share == pytest.approx(refused.mean())
    assert found.difference.value == pytest.approx(part.people[refused].mean() - part.people[~refused].mean())
    assert found.difference.low > 1.0  # it keeps silent on good claims


def test_claims_that_were_not_asked_about_are_named_and_are_no_failures():
    found = found_of(lambda q, dice: False, asked=lambda i: i % 2)
    assert [(one.status, one.n_claims) for one in found.groups] == [("ok", 120), ("not asked", 120)]
    assert (found.n_asked, found.n_missing, found.difference, found.bounds) == (120, 0, None, ())


def test_two_percent_have_no_bounds_and_more_have():
    assert found_of(lambda q, dice: q < 0.05).bounds == ()  # about 1 % of claims
    names = [one.name for one in found_of(lambda q, dice: q < 0.4).bounds]
    assert names == ["percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic"]


def test_bounds_hold_what_the_whole_data_say():
    """The scores that were refused exist here: with them in place the difference lies between worst and best."""
    whole, _, _ = study(lambda q, dice: False)
    people = Ratings.from_array(whole.people, scale=range(5))
    truth = compare(people, whole.referee, cluster=whole.videos, n_resamples=0)
    part, scores, _ = study(lambda q, dice: 1.2 < q < 2.0)
    found = missing_scores(part, scores)
    for one in found.bounds:
        assert one.worst.value < truth.difference[one.name].value < one.best.value
        assert one.worst.low < one.worst.value <= one.at_random.value <= one.best.value
    assert found.leniency.lowest.value < truth.leniency.value < found.leniency.highest.value


@pytest.mark.thorough
def test_missing_at_random_is_unbiased_where_scores_are_missing_by_what_people_said():
    """Refusing by quality shifts the leniency of what is left; the imputed one is back at that of all scores."""
    lenient = []
    for seed in range(8):
        part, scores, _ = study(lambda q, dice: q > 2.5 and dice.random() < 0.5, seed=seed)
        whole, _, _ = study(lambda q, dice: False, seed=seed)
        at_random = missing_scores(part, scores).leniency.at_random
        truth = (whole.referee[:, None] - whole.people).mean()
        assert at_random.low < truth < at_random.high or abs(at_random.value - truth) < 0.15
        lenient.append(at_random.value - truth)
    assert abs(np.mean(lenient)) < 0.05


def test_rubin_s_rules_pool_values_and_errors():
    # values 1 and 3: mean 2, between variance 2; within 0.5² = 0.25; total 0.25 + (1 + 1/2) · 2 = 3.25
    one, two = (Estimate(v, v - 1, v + 1, standard_error=0.5, n_units=40, n_clusters=20) for v in (1.0, 3.0))
    found = pooled([one, two])
    assert (found.value, found.standard_error) == (2.0, pytest.approx(3.25**0.5))
    same = pooled([one, one])  # nothing between: the interval is that of one, with t(19) by 20 videos shrunk a little
    assert same.standard_error == pytest.approx(0.5)
    assert pooled([one, Estimate.undefined("all alike")]).reason == "all alike"


def check(threshold, state=VerdictState.PASS, **range_):
    return ThresholdCheck(
        dimension="relevance", threshold=threshold, state=state, value=0.0, low=-0.05, high=0.05, **range_
    )


def test_what_missing_scores_could_turn_is_held_back_and_a_miss_stays():
    found = found_of(lambda q, dice: 1.2 < q < 2.4)  # a third of the claims, the middling ones
    loss = check("loss", at_least=-0.10)
    kind = check("leniency", at_least=-0.25, at_most=0.25)
    other = check("ceiling_alpha", at_least=0.667)
    missed = check("loss", VerdictState.FAIL, at_least=0.2)
    verdict = StudyVerdict(VerdictState.PASS, Thresholds(), (loss, kind, other))
    held = require_scores(verdict, [found])
    assert [one.state for one in held.checks] == [VerdictState.CANNOT_TELL, VerdictState.CANNOT_TELL, VerdictState.PASS]
    assert "claims have no score" in held.checks[0].incomplete
    assert held.state is VerdictState.CANNOT_TELL
    assert require_scores(StudyVerdict(VerdictState.FAIL, Thresholds(), (missed,)), [found]).checks == (missed,)
    few = found_of(lambda q, dice: q < 0.05)
    assert require_scores(verdict, [few]).state is VerdictState.PASS


def test_means_of_groups_and_their_difference_cover_what_made_them():
    """Clusters of unequal size shared by both groups: the difference of means is 0; 93 of 100 intervals at least."""
    dice, hits = np.random.default_rng(3), 0
    for _ in range(200):
        cluster = np.repeat(np.arange(30), dice.integers(1, 7, 30))
        values = dice.normal(0, 0.7, 30)[cluster] + dice.normal(0, 1, len(cluster))
        group = np.where(dice.random(len(cluster)) < 0.2, "missing", "scored")
        found = group_means(values, group, first="scored", cluster=cluster).differences["missing"]
        hits += found.low <= 0 <= found.high
    assert hits >= 184  # 95 % of 200 is 190, with a standard error of 3


def test_a_group_without_values_has_a_reason():
    found = group_means([1.0, np.nan, 2.0], ["a", "b", "a"])
    assert found.means["b"].reason == "no unit of the group 'b' has a value"
    assert found.differences["b"].value is None


def reported(folder, silent):
    """The report on a study of two dimensions whose referee is one more person and refuses where `silent` holds."""
    dice = np.random.default_rng(11)
    claims = box_claims(N, VIDEOS)
    with Study.create(folder, name="Made") as made:
        made.add_claims(claims)
        for j in range(3):
            made.add_rater(f"p{j}", origin="app")
        made.add_referee(REFEREE, {"name": "one more person", "fingerprint": REFEREE})
        for name in ("relevance", "localization"):
            quality = dice.uniform(0, 4, N)
            given = np.clip(np.rint(quality[:, None] + dice.normal(0, 0.6, (N, 4))), 0, 4).astype(int)
            made.add_ratings(ratings_of(claims, given[:, :3], name))
            made.add_scores(
                [
                    RefereeScore(claim=c.id, referee=REFEREE, dimension=name, status="refused", reason="no")
                    if silent(q, level, dice)
                    else RefereeScore(claim=c.id, referee=REFEREE, dimension=name, level=int(level))
                    for c, q, level in zip(claims, quality, given[:, 3], strict=True)
                ]
            )
        return build(analyse(made, rewards=False), made.rubric)


@pytest.mark.parametrize(
    "silent",
    [lambda q, level, dice: 1.3 < q < 2.3, lambda q, level, dice: level == 4 and dice.random() < 0.4],
    ids=["middling claims", "claims it would pay 4"],
)
@pytest.mark.thorough
def test_a_headline_says_no_more_than_the_worst_case_of_a_selective_referee(tmp_path, silent):
    report = reported(tmp_path / "study", silent)
    assert all(one["share"] > 0.02 for one in report["missing_scores"])
    assert "more than they agree" not in report["headline"]["sentence"]
    for card in report["headline"]["cards"]:
        assert card["verdict"] != "better"
    html = render_html(report)
    assert "Does it keep silent where it would be wrong?" in html
    assert "Worst case" in render_markdown(report)


def test_a_referee_without_missing_scores_has_no_such_section(tmp_path):
    report = reported(tmp_path / "study", lambda q, level, dice: False)
    assert [one["n_missing"] for one in report["missing_scores"]] == [0, 0]
    assert 'id="missing-scores"' not in render_html(report)


def test_units_without_a_group_are_in_none():
    found = group_means([1.0, 5.0, 2.0, 7.0], ["a", None, "a", np.nan])
    assert list(found.means) == ["a"]
    assert found.means["a"].value == 1.5
