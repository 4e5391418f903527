"""Raters as a sample: variances by hand, the level for a referee drawn as the raters are, coverage of ICC(2,1)."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from agreement import (
    AgreementError,
    NoteCode,
    compare,
    for_raters_like_these,
    icc,
    icc_forms,
    krippendorff_alpha,
    lin_ccc,
    percent_agreement,
    rater_severity,
)
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates
from agreement.significance.raters_as_sample import (
    variance_of_mean_over_pairs,
    variance_of_one_more_rater,
)
from referee_calib.cli.main import main

pytestmark = pytest.mark.thorough

LIKE, THESE = "raters like these", "these raters"


def drawn(seed, people, spread):
    """Codes of people and a referee drawn as they are, in 40 clusters of 4, each with a leniency and a noise."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(40), 4)
    truth = rng.normal(size=160)
    noise = 0.5 * np.exp(spread * rng.normal(size=people + 1))
    seen = truth[:, None] + spread * rng.normal(size=people + 1) + noise * rng.normal(size=(160, people + 1))
    return np.searchsorted([-1, -0.3, 0.3, 1], seen).astype(np.int8), cluster


def measured(seed, raters, clusters=20):
    """Measurements with variances 1 of units, 0.2 of raters and 0.8 of error: ICC(2,1) = 0.5."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), 4)
    truth = np.sqrt(0.5) * (rng.normal(size=len(cluster)) + rng.normal(size=clusters)[cluster])
    noise = np.sqrt(0.8) * rng.normal(size=(len(cluster), raters))
    return truth[:, None] + np.sqrt(0.2) * rng.normal(size=raters) + noise, cluster


def test_the_variance_over_pairs_leaves_out_raters():
    # Pairs .2 .4 .6: without the first rater .6 is left, then .4, then .2; 2/3 · (.04 + 0 + .04)
    pairs = np.array([[np.nan, 0.2, 0.4], [0.2, np.nan, 0.6], [0.4, 0.6, np.nan]])
    assert variance_of_mean_over_pairs(pairs)[0] == pytest.approx(2 / 3 * 0.08)
    # Means of raters .3 .4 .5: S² = .01; (1 + 1/3) · (2/1)²
    assert variance_of_one_more_rater(pairs)[0] == pytest.approx(0.01 * 4 / 3 * 4)
    assert np.isnan(variance_of_one_more_rater(pairs[:2, :2])[0])


def test_the_variance_of_one_more_rater_is_that_of_simulated_raters():
    # c_jk = a_j + a_k, so the difference of one more rater is a − ā: variance 1 + 1/4 with 4 raters.
    rng = np.random.default_rng(0)
    found = []
    for _ in range(2000):
        a = rng.normal(size=4)
        pairs = np.add.outer(a, a)
        np.fill_diagonal(pairs, np.nan)
        found.append(variance_of_one_more_rater(pairs)[0])
    assert np.mean(found) == pytest.approx(1.25, rel=0.06)


@pytest.mark.parametrize("people", [3, 5])
def test_a_referee_drawn_as_the_raters_are_is_seldom_rejected(people):
    # 120 studies: 6 rejections expected of each coefficient, 14 are 3.3 standard errors above; fixed raters give 30 to
    # 50.
    rejected = {False: [], True: []}
    for seed in range(120):
        codes, cluster = drawn(seed, people, 0.3)
        for like_these, kept in rejected.items():
            plan = ComparisonPlan(tuple(range(5)), (), "ordinal", "jackknife", 0.95, 60, seed, like_these=like_these)
            found, tests = estimates(codes, cluster, plan, "pairs")
            p = [test.p_value for test in tests]  # None where three people happen to agree equally well
            kept.append([one is not None and one <= 0.05 for one in p])
            for i, one in enumerate(p):
                of = found["difference", i]
                assert of.population == (LIKE if like_these else THESE)
                assert (one is None) if of.low is None else (one <= 0.05) != (of.low <= 0 <= of.high)
    assert (np.sum(rejected[True], axis=0) <= 14).all()
    assert (np.sum(rejected[False], axis=0)[1:] >= 25).all()


def test_a_comparison_says_whom_it_speaks_of():
    codes, cluster = drawn(0, 4, 0.2)
    found = compare(codes[:, :4], codes[:, 4].astype(float), scale=range(5), cluster=cluster, raters="sample")
    for one in found.compared.values():
        assert {one.ceiling.population, one.human_referee.population, one.difference.population} == {LIKE}
        assert one.test.null == "the referee is one more rater like these"
        assert one.to_json()["test"]["method"].startswith("t over raters")
    assert found.leniency.population == LIKE
    assert {row.leniency.population for row in found.leave_one_out if row.leniency} == {THESE}
    assert any(getattr(note, "code", None) is NoteCode.FEW_RATERS for note in found.notes)
    with pytest.raises(AgreementError, match="resamples units alone"):
        compare(codes[:, :4], codes[:, 4].astype(float), scale=range(5), raters="sample", interval="bootstrap")


def test_two_people_do_not_show_how_raters_differ():
    codes, _ = drawn(0, 2, 0.2)
    found = compare(codes[:, :2], codes[:, 2].astype(float), scale=range(5), raters="sample")
    one = found.compared["cohen_kappa_quadratic"]
    assert one.difference.low is None
    assert one.p_value is None
    assert "three people" in one.difference.reason
    assert "three people" in one.test.reason


def test_icc_2_covers_for_raters_like_these():
    # 60 studies of 5 raters: 57 expected; for these raters alone about 51.
    held = {"fixed": 0, "sample": 0}
    for seed in range(60):
        values, cluster = measured(seed, 5)
        for raters in held:
            found = icc(values, form="2,1", cluster=cluster, raters=raters)
            held[raters] += found.low <= 0.5 <= found.high
    assert held["sample"] >= 53
    assert held["sample"] > held["fixed"]


def test_icc_names_whom_it_speaks_of():
    values, cluster = measured(1, 4)
    by_form = {form: found.population for form, found in icc_forms(values, cluster=cluster).items()}
    assert by_form == {"1,1": THESE, "2,1": LIKE, "3,1": THESE, "1,k": THESE, "2,k": LIKE, "3,k": THESE}
    assert icc(values, form="2,1").method == "McGraw & Wong"
    assert icc(values, form="2,1", raters="fixed").population == THESE
    k = icc(values, form="2,k", cluster=cluster)
    one = icc(values, form="2,1", cluster=cluster)
    assert k.low == pytest.approx(4 * one.low / (1 + 3 * one.low))  # Spearman-Brown of four raters
    two = icc(values[:, :2], form="2,1", cluster=cluster)
    assert two.population == THESE
    assert any(getattr(note, "code", None) is NoteCode.FEW_RATERS for note in two.notes)
    assert icc(values[:, :2], form="2,1", cluster=cluster, raters="sample").low is None
    with pytest.raises(AgreementError, match="form 3 is about these raters"):
        icc(values, form="3,1", raters="sample")
    with pytest.raises(AgreementError, match="take raters as a sample"):
        icc(values, form="2,1", raters="fixed", interval="analytic")


def test_any_coefficient_for_raters_like_these_leaves_out_raters():
    codes, _ = drawn(3, 4, 0.3)
    table = codes[:, :4]
    found = for_raters_like_these(krippendorff_alpha, table, scale=range(5))
    own = krippendorff_alpha(table, scale=range(5))
    left = [krippendorff_alpha(np.delete(table, j, 1), scale=range(5), interval=None).value for j in range(4)]
    variance = own.standard_error**2 + 0.75 * np.square(left - np.mean(left)).sum()
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert found.value == own.value
    assert found.population == LIKE
    assert for_raters_like_these(percent_agreement, table, interval=None).low is None
    assert for_raters_like_these(percent_agreement, table[:, :2], bounds=(0, 1)).reason
    assert percent_agreement(table, interval="pigeonhole", n_resamples=200).population == LIKE


def test_concordance_and_severity_for_raters_like_these():
    values, cluster = measured(5, 4)
    ccc = lin_ccc(values, cluster=cluster, raters="sample")
    assert ccc.population == LIKE
    assert ccc.low < lin_ccc(values, cluster=cluster).low
    these, like = (rater_severity(values, cluster=cluster, raters=raters) for raters in ("fixed", "sample"))
    effects = np.array([one.value for one in these.values()])
    for name, one in like.items():
        assert one.population == LIKE
        variance = these[name].standard_error ** 2 + effects.var(ddof=1) / 4
        assert one.standard_error == pytest.approx(np.sqrt(variance))
        assert one.high - one.low > 2 * stats.t.ppf(0.975, 60) * one.standard_error


def test_agree_speaks_of_raters_like_these_when_told(tmp_path):
    codes, cluster = drawn(2, 3, 0.2)
    lines = ["unit,rater,value,cluster"]
    for i, row in enumerate(codes[:60]):
        lines += [
            f"u{i},{name},{value},v{cluster[i]}" for name, value in zip(("ann", "bob", "cat", "gpt"), row, strict=True)
        ]
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join(lines))
    asked = ["agree", str(path), "--scale", "0:4", "--referee", "gpt", "--raters", "sample"]
    result = CliRunner().invoke(main, [*asked, "--json"])
    assert result.exit_code == 0, result.output
    people = json.loads(result.output)["people"]
    assert people["percent_agreement"]["population"] == people["icc_2_1"]["population"] == LIKE
    assert people["icc_3_1"]["population"] == people["kendall_w"]["population"] == THESE
    refused = CliRunner().invoke(main, [*asked, "--interval", "bootstrap"])
    assert refused.exit_code == 2
    assert "resamples units alone" in refused.output
