"""Figures of made result files beside those that the code of public evaluators gave (tests/vectors/README.md)."""

import json

import pytest
from helpers_benchmark import RESULTS, compared, figures

EXPECTED = json.loads((RESULTS / "expected.json").read_text())


def run(name, rules, *files, truth=None, **options):
    truth = RESULTS / truth if truth else None
    return compared(name, [RESULTS / file for file in files], rules, truth=truth, **options)


@pytest.mark.parametrize("rules", ["timelens", "lmms-eval", "timechat"])
def test_spans_in_replies_give_the_evaluators_recalls(rules):
    found = figures(run("charades-sta", rules, "keyed_spans.json"))
    assert found == pytest.approx(EXPECTED[rules], abs=1e-12)


def test_time_r1_takes_tiou_above_a_threshold():
    assert figures(run("tvgbench", "time-r1", "time_r1.jsonl")) == pytest.approx(EXPECTED["time-r1"], abs=1e-12)


@pytest.mark.parametrize(
    ("spans", "shares", "key"),
    [("test_ground_ada.json", False, "next-gqa"), ("test_ground_gs.json", True, "next-gqa shares")],
)
def test_next_gqa_leaves_out_questions_without_a_span(spans, shares, key):
    found = run("next-gqa", "next-gqa", spans, "test-res.json", truth="gsub_test.json", shares=shares)
    expected = dict(EXPECTED[key])
    n = expected.pop("n")
    assert {name: figures(found)[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert found.estimates["run"]["acc@gqa"].n_units == n


@pytest.mark.parametrize("rules", ["tubedetr", "tubedetr-2022-03"])
def test_tubes_of_hc_stvg_before_and_after_tubedetr_corrected_the_union(rules):
    found = figures(run("hc-stvg", rules, "log_stats.json", truth="test_proc.json"))
    expected = EXPECTED[f"hc-stvg {rules}"]
    assert found == pytest.approx({name: expected[name] for name in found}, abs=1e-12)


def test_tubes_of_vidstg_by_kind_of_question():
    found = run("vidstg", "tubedetr", "vidstg_results.json", truth="test.json", by_group=True)
    assert {kind for _, kind in found.groups} == {"declarative", "interrogative"}
    for (_, kind), estimates in found.groups.items():
        expected = {name: EXPECTED["vidstg tubedetr"][f"{kind}_{name}"] for name in estimates}
        assert {name: one.value for name, one in estimates.items()} == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("rules", ["vlmevalkit", "cg-bench"])
def test_cg_bench_counts_a_question_where_its_replies_could_be_read(rules):
    found = figures(run("cg-bench", rules, "cgbench_score.csv"))
    assert found == pytest.approx(EXPECTED[f"cg-bench {rules}"], abs=1e-12)
