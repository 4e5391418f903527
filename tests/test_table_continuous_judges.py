"""Reports of two tables whose judges score in a unit of their own: raw scores, and recalibrated levels."""

import json

import numpy as np
import pytest
from helpers_judged_tables import judged_tables, run, write_rows

KAPPA = "cohen_kappa_quadratic"
NAMED = "levels recalibrated out of fold"


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Reports on a peer in its own levels, and on it and its permutation in a unit of their own."""
    folder = tmp_path_factory.mktemp("raw")
    tables = judged_tables(folder, n_clusters=40, per_cluster=4)
    rng = np.random.default_rng(0)
    peer = tables.judges["peer"]
    raw = {"peer": np.exp(peer) - 50, "permuted": np.exp(rng.permutation(peer)) - 50}
    rows = [(f"u{i}", name, "alignment", repr(float(its[i]))) for name, its in raw.items() for i in range(len(its))]
    rows[3] = (*rows[3][:3], "")
    odd = write_rows(folder / "raw.csv", ("unit", "judge", "dimension", "score"), rows)
    found = {}
    for name, scores in (("levels", tables.scores), ("raw", odd)):
        out = folder / name
        done = run(
            ["report", "--ratings", tables.ratings, "--scores", scores, "--cluster", "prompt", "--out", out, "--quiet",
             "--full", "--judges", "peer,permuted"]
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        found[name] = json.loads((out / "report.json").read_text("utf-8")), (out / "report.md").read_text("utf-8")
    return found


def kappa_of(report):
    return next(row for row in report["dimensions"][0]["coefficients"] if row["name"] == KAPPA)


def test_a_judge_in_another_unit_agrees_as_it_does_in_levels(reported):
    own, raw = (kappa_of(reported[name][0])["referee"]["value"] for name in ("levels", "raw"))
    assert raw == pytest.approx(own, abs=0.03)  # its five scores are linked to the levels that it came from
    judge = reported["raw"][0]["continuous_judges"][0]
    assert judge["reading"] == "no less than a person shown"
    assert judge["expected_gap"]["value"] == pytest.approx(0, abs=0.03)
    assert judge["shape"]["n_missing"] == 1


def test_a_permuted_one_is_useless(reported):
    judge = reported["raw"][0]["continuous_judges"][1]
    assert judge["reading"] == "no relation shown"
    kappa = next(row for row in judge["coefficients"] if row["name"] == KAPPA)
    assert kappa["referee"]["low"] < 0 < kappa["referee"]["high"]
    assert kappa["difference"]["high"] < -0.2


def test_every_table_of_levels_says_that_they_are_recalibrated(reported):
    (plain, without), (report, text) = reported["levels"], reported["raw"]
    assert plain["continuous_judges"] == []
    assert NAMED not in without
    assert report["referee"]["description"]["name"] == f"peer ({NAMED})"
    for heading in ("Agreement with the noise ceiling", "Leniency and confusion", "Rare confident errors"):
        section = text.split(f"## {heading}")[1].split("\n## ")[0]
        assert f"Levels of the referee are {NAMED}." in section
    assert report["recalibration"] is None


def test_errors_are_split_for_every_judge_with_paired_differences(reported):
    for name, scores in (("levels", "as scored"), ("raw", NAMED)):
        (found,) = reported[name][0]["error_by_agreement"]
        assert [row["judge"] for row in found["judges"]] == ["peer", "permuted"]
        assert {row["scores"] for row in found["judges"]} == {scores}
        whole = found["differences"][0]
        assert (whole["label"], whole["stratum"]) == ("permuted minus peer", "all ratings")
        assert whole["estimate"]["low"] > 0
        assert whole["p_holm"] < 0.05


def test_one_cluster_cannot_recalibrate_itself(tmp_path):
    tables = judged_tables(tmp_path, n_clusters=1, per_cluster=6)
    rows = [(f"u{i}", "clip", "alignment", repr(0.1 + i / 7)) for i in range(6)]
    odd = write_rows(tmp_path / "raw.csv", ("unit", "judge", "dimension", "score"), rows)
    done = run(["report", "--ratings", tables.ratings, "--scores", odd, "--cluster", "prompt", "--out", tmp_path / "o"])
    assert done.exit_code == 2
    assert "one cluster only" in done.output
    assert "Traceback" not in done.output
