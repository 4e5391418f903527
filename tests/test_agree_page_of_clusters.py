"""What the page says of clusters and p-values holds for the rows it stands under."""

import numpy as np
import pytest
from helpers_agree import asked, run, write

from agreement import krippendorff_alpha, noise_ceilings

pytestmark = pytest.mark.thorough


def _flat(text):
    return " ".join(text.split())


def test_a_comparison_names_the_clusters_that_the_referee_is_in(tmp_path):
    rng = np.random.default_rng(1)
    values = rng.integers(0, 3, (60, 3)).astype(object)
    values[21:, 2] = float("nan")  # the referee gave levels in 7 of 20 clusters
    path = write(tmp_path / "r.csv", values, ["ann", "bob", "ref"], cluster=[f"v{u // 3}" for u in range(60)])
    text = _flat(run(path, "--scale", "0:2", "--referee", "ref").output)
    people, compared = text.split("PEOPLE WITH THE REFEREE")
    assert "over 20 clusters" in people
    assert "over 7 clusters" in compared.split("p: two-sided")[0]


def test_every_way_a_p_value_was_made_is_named(tmp_path):
    """With two clusters the difference of one coefficient can have no p-value, and the others have one."""
    rng = np.random.default_rng(1)
    values = rng.integers(0, 3, (40, 3))
    path = write(tmp_path / "r.csv", values, ["ann", "bob", "ref"], cluster=[f"v{u % 2}" for u in range(40)])
    arguments = (path, "--scale", "0:2", "--referee", "ref")
    found = asked(*arguments)
    named = {found["difference"][name]["test"]["method"] for name in found["settings"]["holm_family"]
             if found["difference"][name]["p_value"] is not None}  # fmt: skip
    text = _flat(run(*arguments).output)
    assert named
    assert all(method in text.split("p: two-sided")[1].split("p (Holm)")[0] for method in named)


def test_the_page_says_to_which_side_alpha_is_tested(tmp_path):
    """The p of alpha in clusters is half of where its interval reaches 0, because it is tested for more than none."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 3, 24)
    values = np.stack([np.where(rng.random(24) < 0.6, truth, rng.integers(0, 3, 24)) for _ in range(2)], axis=1)
    cluster = [f"v{u // 4}" for u in range(24)]
    path = write(tmp_path / "r.csv", values, ["ann", "bob"], cluster=cluster)
    test = asked(path, "--scale", "0:2", "--level", "ordinal")["tests"]["krippendorff_alpha_ordinal"]
    assert test["alternative"] == "greater"
    at = krippendorff_alpha(values, scale=(0, 1, 2), cluster=cluster, confidence=1 - 2 * test["p_value"])
    assert abs(at.low) < 0.01
    assert "Agreement, ICC and W are tested for more than none" in _flat(run(path, "--scale", "0:2").output)


def test_two_units_do_not_correlate_by_rank_either():
    found = noise_ceilings([[0, 1], [2, 2]], [0, 2])
    assert found.pearson.value is None
    assert found.spearman.value is None
    assert "needs three" in found.spearman.reason


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
@pytest.mark.parametrize("empty", [1, 2])
def test_a_column_without_a_rating_is_a_rater_without_values(tmp_path, level, empty):
    """Of several people the rows and tests are computed for each, and one of them has nothing at all."""
    values = np.array([[u % 3, (u + (u % 4 == 0)) % 3, u % 3] for u in range(20)], dtype=object)
    values[:, empty] = None
    rows = [["unit", "ann", "bob", "cal"], *([f"u{u}", *("" if v is None else v for v in row)] for u, row in
            enumerate(values))]  # fmt: skip
    path = tmp_path / "r.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    for more in ((), ("--referee", "ann"), ("--raters", "sample"), ("--interval", "bootstrap")):
        found = asked(path, "--wide", "ann,bob,cal", "--level", level, *more)
        name = ("ann", "bob", "cal")[empty]
        one = found["raters"].get(name)
        assert one is None or one["rest"]["percent_agreement"]["reason"]
