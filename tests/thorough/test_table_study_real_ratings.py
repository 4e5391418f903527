"""Real people's judgements of 3,017 videos: a report's numbers are those of `agree` and of independent packages."""

import csv
import json

import numpy as np
import pytest
from helpers_judged_tables import run, write_rows
from helpers_real_ratings import real_ratings

from referee_calib.analysis import analyse_tables
from referee_calib.natural_order import natural_order
from referee_calib.table_study import TableStudyOptions, read_table_study

DIMENSIONS = ("alignment", "static_quality", "temporal_quality")
PEOPLE = ("human0", "human1", "human2")
KAPPA = "cohen_kappa_quadratic"


@pytest.fixture(scope="module")
def rows():
    with real_ratings("fetv/ratings.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def one_as_the_judge(rows, judge, folder, change=lambda levels: levels):
    """Let one person be the judge of what the other two rated; `change` may change their levels."""
    rated = [tuple(row.values()) for row in rows if row["rater"] != judge]
    its = [row for row in rows if row["rater"] == judge]
    levels = change(np.array([int(row["value"]) for row in its]))
    scored = [(row["unit"], judge, row["dimension"], level) for row, level in zip(its, levels, strict=True)]
    options = TableStudyOptions(
        ratings=write_rows(folder / "ratings.csv", tuple(rows[0]), rated),
        scores=write_rows(folder / "scores.csv", ("unit", "judge", "dimension", "score"), scored),
        cluster="prompt",
        scales=("1:5",),
    )
    return analyse_tables(read_table_study(options), n_resamples=100)


def checks(found, dimension):
    """State of each check of one dimension."""
    return {one.threshold: str(one.state) for one in found.verdict.checks if one.dimension == dimension}


@pytest.mark.parametrize("judge", PEOPLE)
def test_each_person_as_the_judge_is_near_the_ceiling_in_all_dimensions(rows, judge, tmp_path):
    found = one_as_the_judge(rows, judge, tmp_path)
    assert tuple(result.dimension for result in found.dimensions) == DIMENSIONS
    for result in found.dimensions:
        kappa = next(row for row in result.coefficients if row.name == KAPPA)
        assert (kappa.difference.n_units, kappa.difference.n_clusters) == (3017, 619)
        assert kappa.referee.value > 0.6
        assert abs(kappa.difference.value) < 0.15  # of three people each is the odd one out, or one of the near two


def test_the_numbers_are_those_of_agree_on_the_same_cells(rows, tmp_path):
    found = one_as_the_judge(rows, "human0", tmp_path)
    for result in found.dimensions:
        table = write_rows(
            tmp_path / f"{result.dimension}.csv",
            ("unit", "rater", "value", "cluster"),
            [
                (row["unit"], row["rater"], row["value"], row["prompt"])
                for row in sorted(rows, key=lambda row: natural_order(row["unit"]))  # as a report has them
                if row["dimension"] == result.dimension
            ],
        )
        done = run(["agree", table, "--referee", "human0", "--scale", "1:5", "--json"])
        told = json.loads(done.output)
        for row in result.coefficients:
            for side, there in (("people", "ceiling"), ("referee", "referee"), ("difference", "difference")):
                mine, its = getattr(row, side), told[there][row.name]
                told_ends = (its["value"], its["low"], its["high"])  # units stand in the order of the file there
                assert (mine.value, mine.low, mine.high) == pytest.approx(told_ends, abs=1e-3)


def test_coefficients_are_those_computed_by_hand(rows, tmp_path):
    """Quadratic kappa of each pair from its definition, and ordinal alpha of each pair from coincidences."""
    found = one_as_the_judge(rows, "human1", tmp_path)
    for result in found.dimensions:
        by = {
            who: np.array([int(r["value"]) for r in rows if r["rater"] == who and r["dimension"] == result.dimension])
            for who in PEOPLE
        }
        kappa = next(row for row in result.coefficients if row.name == KAPPA)
        assert kappa.people.value == pytest.approx(quadratic_kappa(by["human0"], by["human2"]))
        pairs = [quadratic_kappa(by[who], by["human1"]) for who in ("human0", "human2")]
        assert kappa.referee.value == pytest.approx(np.mean(pairs))
        alpha = next(row for row in result.coefficients if row.name == "krippendorff_alpha_ordinal")
        assert alpha.people.value == pytest.approx(ordinal_alpha(by["human0"], by["human2"]))
        assert result.leniency.value == pytest.approx(np.mean([by["human1"] - by[w] for w in ("human0", "human2")]))


def quadratic_kappa(a, b):
    """1 − observed over expected squared difference (Cohen 1968)."""
    return 1 - np.square(a - b).mean() / np.square(a[:, None] - b[None, :]).mean()


def ordinal_alpha(a, b):
    """Krippendorff's alpha of two complete raters: 1 − D_o / D_e with the ordinal distance."""
    pooled = np.concatenate([a, b])
    counts = np.bincount(pooled, minlength=6)[1:6].astype(float)
    n = counts.sum()
    below = np.concatenate([[0], np.cumsum(counts)])
    middle = below[:-1] + counts / 2
    distance = np.square(middle[:, None] - middle[None, :])
    observed = distance[a - 1, b - 1].mean()
    expected = (counts[:, None] * counts[None, :] * distance).sum() / (n * (n - 1))
    return 1 - observed / expected


def test_a_permuted_judge_is_called_useless_and_a_copy_passes_nothing(rows, tmp_path):
    useless = one_as_the_judge(rows, "human0", tmp_path, np.random.default_rng(1).permutation)
    assert useless.verdict.state == "fail"
    for dimension in DIMENSIONS:
        held = checks(useless, dimension)
        assert (held["loss"], held["alt_test"], held["confident_acceptance"]) == ("fail", "fail", "fail")
    assert useless.recalibration.best_overall == ""
    doubled = [*rows, *({**row, "rater": "copy"} for row in rows if row["rater"] == "human1")]
    copied = one_as_the_judge(doubled, "copy", tmp_path)
    for dimension in DIMENSIONS:
        assert checks(copied, dimension)["loss"] == "cannot tell"
    assert any("human1" in str(note) for note in copied.dimensions[0].notes)


def test_the_same_tables_give_the_same_bytes(rows, tmp_path):
    first = [row for row in rows if row["dimension"] == DIMENSIONS[0]]
    table = write_rows(tmp_path / "ratings.csv", tuple(rows[0]), [tuple(row.values()) for row in first])
    scores = str(real_ratings("fetv/metrics.csv"))
    made = []
    for name in ("one", "two"):
        done = run(
            ["report", "--ratings", table, "--scores", scores, "--cluster", "prompt", "--out", tmp_path / name, "-q"]
        )
        assert done.exit_code == 0, done.output
        made.append((tmp_path / name / "report.json").read_bytes())
    assert made[0] == made[1]
