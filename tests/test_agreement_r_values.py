"""What R gives on public tables: irr, psych, lme4 and base R, one call per value."""

import json
from pathlib import Path

import numpy as np
import pytest

import agreement as ag

VECTORS = Path(__file__).parent / "vectors"
RECORDS = json.loads((VECTORS / "r_values.json").read_text(encoding="utf-8"))


def table(name):
    return np.genfromtxt(VECTORS / f"{name}.csv", delimiter=",", skip_header=1)


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{r['function']} {r['params']} {r['dataset'][:8]}")
def test_value_of_r(record):
    options = dict(record["params"])
    x = table(record["dataset"])
    x = x[:, options.pop("columns", list(range(x.shape[1])))]
    found = getattr(ag, record["function"])(x, **options)
    for name, expected in record["expected"].items():
        got = getattr(found, name)
        # lme4 stops within 1e-5 of its optimum
        assert got == pytest.approx(tuple(expected) if isinstance(expected, list) else expected, rel=2e-5, abs=1e-12)


def test_kappa_of_each_diagnosis():
    """R irr 0.84.1: kappam.fleiss(diagnoses, detail=TRUE), to three digits."""
    found = ag.agreement_by_label(table("fleiss1971_diagnoses_30x6"), interval=None)
    assert [round(part.value, 3) for part in found.parts.values()] == [0.245, 0.245, 0.520, 0.471, 0.566]
    assert round(found.value, 3) == 0.430


def test_exact_rank_tests():
    """R 4.2: cor.test(1:7, c(2, 1, 4, 3, 7, 5, 6), method=...)."""
    x = np.stack([np.arange(1, 8), [2, 1, 4, 3, 7, 5, 6]], axis=1)
    assert ag.correlation_test(x, statistic="spearman").p_value == pytest.approx(0.034126984127)
    assert ag.correlation_test(x, statistic="kendall_tau_b").p_value == pytest.approx(0.0690476190476)


def test_iota_of_photographs():
    """Janson & Olsson (2001), table 1, by R irr 0.84.1: iota(photo), iota(photo, standardize=TRUE)."""
    weight = [[71, 74, 76], [73, 80, 80], [86, 101, 93], [59, 62, 66], [71, 83, 77]]
    height = [[166, 171, 171], [160, 170, 165], [187, 174, 185], [161, 163, 162], [172, 182, 181]]
    assert ag.iota([weight, height]).value == pytest.approx(0.755014909189)
    assert ag.iota([weight, height], standardize=True).value == pytest.approx(0.744825656541)


def test_marginal_homogeneity_of_vision():
    """A. Stuart (1955): unaided vision of 7477 women, right and left eye; R irr: stuart.maxwell.mh, bhapkar."""
    vision = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    eyes = ag.Ratings.from_contingency(vision)
    stuart, bhapkar = (ag.marginal_homogeneity_test(eyes, method=name) for name in ("auto", "bhapkar"))
    assert (stuart.method, stuart.statistic, stuart.p_value) == (
        "Stuart–Maxwell",
        pytest.approx(11.956569623),
        pytest.approx(0.0075334250548),
    )
    assert (bhapkar.statistic, bhapkar.p_value) == (pytest.approx(11.9757201555), pytest.approx(0.00746679746972))
