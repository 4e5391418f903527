"""The same rows in another order are the same study: every number of a report and of agree stays."""

import csv

import numpy as np
from helpers_judged_tables import judged_tables, run, write_rows

from referee_calib.analysis import analyse_tables
from referee_calib.natural_order import natural_order
from referee_calib.table_study import TableStudyOptions, read_table_study


def shuffled(path, name):
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    order = np.random.default_rng(7).permutation(len(rows))
    return write_rows(path.with_name(name), header, [rows[i] for i in order])


def logits(tables):
    """Scores of "peer" and of a judge in a unit of its own, which takes folds."""
    rng = np.random.default_rng(5)
    units = range(len(tables.clusters))
    raw = np.exp(tables.judges["peer"] + rng.normal(0, 0.5, len(tables.clusters)))
    rows = [(f"u{i}", "peer", f"{tables.judges['peer'][i]:g}") for i in units]
    rows += [(f"u{i}", "logit", f"{raw[i]:.6g}") for i in units]
    return write_rows(tables.scores, ("unit", "judge", "score"), rows)


def test_a_report_does_not_depend_on_the_order_of_rows(tmp_path):
    tables = judged_tables(tmp_path, n_clusters=12, per_cluster=2)
    files = tables.ratings, logits(tables)

    def analysed(ratings, scores):
        options = TableStudyOptions(ratings=ratings, scores=scores, cluster="prompt", judges="logit")
        return analyse_tables(read_table_study(options), referee="logit", n_resamples=20)

    first, again = analysed(*files), analysed(*(shuffled(path, f"shuffled_{path.name}") for path in files))
    for part in ("dimensions", "continuous_judges", "error_splits", "verdict"):
        assert repr(getattr(first, part)) == repr(getattr(again, part)), part


def test_agree_with_raw_scores_does_not_depend_on_the_order_of_rows(tmp_path):
    tables = judged_tables(tmp_path, n_clusters=12, per_cluster=2)
    with logits(tables).open(encoding="utf-8", newline="") as file:
        raw = [(unit, "logit", score) for unit, judge, score in csv.reader(file) if judge == "logit"]
    clusters = {f"u{i}": cluster for i, cluster in enumerate(tables.clusters)}
    people = [
        (f"u{i}", f"r{j}", f"{level:g}") for i, levels in enumerate(tables.people) for j, level in enumerate(levels)
    ]
    rows = [(*row, clusters[row[0]]) for row in [*people, *raw]]
    path = write_rows(tmp_path / "all.csv", ("unit", "rater", "value", "prompt"), rows)
    other = shuffled(path, "all_shuffled.csv")
    printed = [
        run(["agree", file, "--referee", "logit", "--cluster", "prompt"]).output.split("ordinal (assumed)", 1)[1]
        for file in (path, other)
    ]
    assert "recalibrated out of fold" in printed[0]
    assert printed[0] == printed[1]


def test_names_with_numbers_are_in_the_order_of_their_numbers():
    assert sorted(["u10", "u2", "07", "u"], key=natural_order) == ["07", "u", "u2", "u10"]
