"""A referee that gives labels of its own changes nothing of what people's agreement is, wherever it is printed."""

import numpy as np
import pandas as pd
import pytest
from helpers_agree import asked, run

from agreement import compare


def _table(path, referee_labels):
    rng = np.random.default_rng(3)
    truth = rng.choice(["anger", "fear", "joy"], 60)
    rows = {"unit": range(60)}
    for name in ("ann", "bob"):
        rows[name] = np.where(rng.random(60) < 0.7, truth, rng.choice(["anger", "fear", "joy"], 60))
    rows["gpt"] = np.where(rng.random(60) < 0.6, truth, rng.choice(referee_labels, 60))
    pd.DataFrame(rows).to_csv(path, index=False)


def test_people_agree_alike_in_both_tables_of_a_referee_with_labels_of_its_own(tmp_path):
    _table(tmp_path / "r.csv", ["bliss", "meh", "odd"])
    found = asked(tmp_path / "r.csv", "--wide", "ann,bob,gpt", "--level", "nominal", "--referee", "gpt")
    for name in ("gwet_ac1", "brennan_prediger"):
        assert found["ceiling"][name]["value"] == pytest.approx(found["people"][name]["value"], abs=1e-12)


def test_peoples_ac2_is_the_same_beside_a_referee_that_leaves_their_scale():
    rng = np.random.default_rng(4)
    people = rng.integers(1, 5, (50, 2))
    inside = rng.integers(1, 5, 50)
    outside = np.where(np.arange(50) < 10, 9, inside)
    one, other = (compare(people, given).compared["gwet_ac2_quadratic"].ceiling.value for given in (inside, outside))
    assert one == pytest.approx(other, abs=1e-12)


def test_chance_never_agrees_in_a_label_that_only_the_referee_gave(tmp_path):
    _table(tmp_path / "r.csv", ["bliss", "meh", "odd"])
    found = asked(tmp_path / "r.csv", "--wide", "ann,bob,gpt", "--level", "nominal", "--referee", "gpt")["referee"]
    # chance agrees in at most 1 of 3 categories, so AC1 lies at or above Brennan-Prediger's (p - 1/3) / (2/3)
    assert found["brennan_prediger"]["value"] == pytest.approx((found["percent_agreement"]["value"] - 1 / 3) * 1.5)
    assert found["gwet_ac1"]["value"] >= found["brennan_prediger"]["value"]


def test_a_paper_counts_the_categories_of_people(tmp_path):
    _table(tmp_path / "r.csv", ["bliss", "meh", "odd"])
    text = run(tmp_path / "r.csv", "--wide", "ann,bob,gpt", "--level", "nominal", "--referee", "gpt").output
    assert "into three categories" in " ".join(text.split())


def test_numbers_that_only_the_referee_gave_are_no_merit_of_it():
    """Measurements hardly ever occur twice: chance must not count those of an exchangeable referee as impossible."""
    rng = np.random.default_rng(6)
    values = np.round(rng.normal(0, 2, (30, 3)), 2)
    found = compare(values[:, :2], values[:, 2], level="interval").compared["gwet_ac2_quadratic"]
    kappa = compare(values[:, :2], values[:, 2], level="interval").compared["cohen_kappa_quadratic"]
    assert abs(found.difference.value - kappa.difference.value) < 0.2
