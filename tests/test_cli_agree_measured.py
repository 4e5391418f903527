"""``referee-calib agree --level interval`` on measurements: what is defined, and why the rest is not."""

import helpers_agree
import numpy as np
import pytest
from helpers_agree import run, said

import agreement as ag

RNG = np.random.default_rng(9)
TRUTH = RNG.normal(10, 2, 70)
VALUES = (TRUTH[:, None] + RNG.normal(0, 0.3, (70, 4)) + [0, 0, 0.1, 0.5]).round(3)
VALUES[:9, 0] = np.nan
NAMES = ("anna", "ben", "chris", "gpt")
CLUSTER = np.arange(70) % 35
DEFINED = {
    "krippendorff_alpha_interval": ag.krippendorff_alpha,
    "kendall_w": ag.kendall_w,
    "kendall_tau_b": ag.kendall_tau_b,
    "spearman": ag.spearman,
    "pearson": ag.pearson,
    "lin_ccc": ag.lin_ccc,
}


def asked(*arguments):
    return helpers_agree.asked(*arguments, "--level", "interval")


def write(path, values, names=NAMES, cluster=CLUSTER):
    """Write a quoted table with a byte-order mark."""
    table = helpers_agree.write(path, values.tolist(), names, cluster=[f"v{c}" for c in cluster]).read_text("utf-8")
    path.write_text("\n".join('"' + line.replace(",", '","') + '"' for line in table.splitlines()), "utf-8-sig")
    return path


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "seconds.csv", VALUES)


def test_measurements_have_alpha_icc_and_correlations(file):
    found = asked(file, "--referee", "gpt")["people"]
    people, options = VALUES[:, :3], {"interval": "jackknife", "cluster": CLUSTER}
    for name, function in DEFINED.items():
        more = {"level": "interval"} if "alpha" in name else {}
        expected = function(people, **options, **more)
        assert (found[name]["value"], found[name]["low"]) == (expected.value, expected.low)
    for form, expected in ag.icc_forms(people, **options).items():
        assert (found[f"icc_{form.replace(',', '_')}"]["value"], expected.low is None) == (expected.value, False)


def test_coefficients_of_categories_are_null_with_a_reason_and_named_in_one_note(file):
    found = asked(file)
    undefined = {name for name, row in found["people"].items() if row["value"] is None}
    assert {"percent_agreement", "cohen_kappa_quadratic", "gwet_ac2_quadratic", "fleiss_kappa"} <= undefined
    assert not undefined & {*DEFINED, "icc_2_1"}
    assert {found["people"][name]["reason"] for name in undefined} == {
        "it counts categories, and these are measurements"
    }
    shown = run(file, "--level", "interval").stdout
    assert "Not of measurements, which have no categories: Pairwise agreement; " in shown
    assert "not defined" not in shown


def test_a_referee_has_leniency_and_ceilings_but_no_difference(file):
    found = asked(file, "--referee", "gpt")
    people, gpt = VALUES[:, :3], VALUES[:, 3]
    # Mean of referee minus person over all pairs.
    assert found["leniency"]["value"] == pytest.approx(np.nanmean(gpt[:, None] - people))
    assert found["leniency"]["low"] < found["leniency"]["value"] < found["leniency"]["high"]
    assert found["raters"]["anna"]["leniency"]["value"] == pytest.approx(np.nanmean(gpt - people[:, 0]))
    expected = ag.noise_ceilings(people, gpt, cluster=CLUSTER)
    assert found["noise_ceilings"]["rho_perfect"]["value"] == expected.rho_perfect.value
    assert list(found["difference"]) == list(found["ceiling"]) == list(found["referee"]) == list(found["people"])
    for row in found["difference"].values():
        assert (row["value"], row["p_value"]) == (None, None)
        assert "measurements" in row["reason"]
    assert (found["counts"]["referee_levels"], found["counts"]["compared"], found["counts"]["dropped"]) == (70, 70, 9)
    shown = run(file, "--level", "interval", "--referee", "gpt").stdout
    assert "gpt minus rater" in shown
    assert "in units of the measurements" in " ".join(shown.split())
    assert "PEOPLE WITH THE REFEREE" not in shown


def test_two_people_have_limits_of_agreement(tmp_path):
    path = write(tmp_path / "two.csv", VALUES[:, 1:3], ("ben", "chris"))
    found = asked(path)["people"]
    apart = VALUES[:, 2] - VALUES[:, 1]
    assert found["bland_altman_mean"]["value"] == pytest.approx(apart.mean())
    assert found["bland_altman_high"]["value"] == pytest.approx(apart.mean() + 1.96 * apart.std(ddof=1))
    shown = run(path, "--level", "interval").stdout
    assert "Bland and Altman: chris minus ben" in shown
    assert "Lower limit of agreement" in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "type --level interval"),
        (["--level", "nominal"], "type --level interval"),
        (["--level", "interval", "--scale", "0:20"], "For measurements leave --scale out."),
        (["--level", "interval", "--referee", "zoe"], "the raters are anna, ben, chris, gpt"),
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_measurements_cannot_have_is_one_line_that_says_what_to_type(file, options, words, form):
    assert words in said(run(file, *options, *form))


def test_an_infinite_measurement_is_named(tmp_path):
    values = VALUES.copy()
    values[1, 2] = np.inf
    result = run(write(tmp_path / "inf.csv", values), "--level", "interval")
    assert result.exit_code == 2
    assert "first 'inf' in row 7" in result.stderr


def test_few_units_with_many_raters_are_measured_when_they_are_said_to_be_wide(tmp_path):
    values = (np.arange(6)[:, None] + RNG.normal(0, 0.1, (6, 40))).round(4)
    path = write(tmp_path / "wide.csv", values, [f"r{j}" for j in range(40)])
    refused = run(path, "--level", "interval")
    assert refused.exit_code == 2
    assert "--many-raters" in refused.stderr
    found = asked(path, "--many-raters")["people"]
    # The expected alpha by its definition: 1 - (n - 1) * within / (n * sum of squares - square of the sum).
    n, m = values.size, values.shape[1]
    within = ((m * (values**2).sum(axis=1) - values.sum(axis=1) ** 2) / (m - 1)).sum()
    expected = 1 - (n - 1) * within / (n * (values**2).sum() - values.sum() ** 2)
    assert found["krippendorff_alpha_interval"]["value"] == pytest.approx(expected)
    assert found["icc_2_1"]["value"] > 0.9


@pytest.mark.parametrize("interval", ["bootstrap", "none"])
@pytest.mark.thorough
def test_other_intervals_are_taken(file, interval):
    found = asked(file, "--referee", "gpt", "--interval", interval)
    assert (found["people"]["icc_2_1"]["low"] is None) == (interval == "none")
    assert found["leniency"]["method"] == ("none" if interval == "none" else "jackknife-t")
