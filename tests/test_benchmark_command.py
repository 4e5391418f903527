"""``referee-calib benchmark`` as it is typed: lists, tables, JSON, seeds, and what is refused."""

import json

import pytest
from click.testing import CliRunner
from helpers_benchmark import saved

from referee_calib.benchmark.catalogue.known_benchmarks import BENCHMARKS
from referee_calib.cli.main import main


def run(*arguments, code=0):
    done = CliRunner().invoke(main, ["benchmark", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Twenty videos with two sentences each; one run finds half of every span, one all of it, one misses a video."""
    monkeypatch.chdir(tmp_path)
    keys = [f"v{i // 2}>>>q{i % 2}>>>[0, {4 + i % 3}]" for i in range(40)]
    true = [4 + i % 3 for i in range(40)]
    half = {key: {"timestamps": [[0, end / 2]]} for key, end in zip(keys, true, strict=True)}
    whole = {
        key: {"timestamps": [[0, end if i % 5 else end / 4]]}
        for i, (key, end) in enumerate(zip(keys, true, strict=True))
    }
    saved(tmp_path / "half.json", half)
    saved(tmp_path / "whole.json", whole)
    saved(tmp_path / "fewer.json", dict(list(whole.items())[2:]))
    return tmp_path


def test_every_benchmark_is_listed_and_stated_with_its_formulas_and_sources():
    listed = run()
    for name, one in BENCHMARKS.items():
        assert f"\n{name} " in f"\n{listed}"
        stated = run(name)
        for text in (*one.formulas, one.files, *(rules.source for rules in one.rules), *(r.name for r in one.rules)):
            assert text in stated
    assert [one["name"] for one in json.loads(run("--json"))["benchmarks"]] == list(BENCHMARKS)
    assert json.loads(run("next-gqa", "--json"))["sizes"] == {"val": 3358, "test": 5553}
    assert "referee-calib vstar" in listed


def test_a_benchmark_is_found_however_it_is_spelled():
    assert run("HC_STVG") == run("hc-stvg")
    assert run("Charades-STA") == run("charades-sta")
    assert "no benchmark 'vstar': known are charades-sta" in run("vstar", code=2)


def test_two_files_give_a_table_with_intervals_and_paired_tests(runs):
    printed = run("timelens", "half.json", "whole.json")
    assert "TimeLens-Bench, rules of timelens: 95% intervals over 20 videos, times 100." in printed
    mean = next(line for line in printed.splitlines() if line.startswith("mIoU"))
    assert " ".join(mean.split()).startswith("mIoU 50.0 85.0 [")  # every item of half has tIoU 1/2: no interval
    assert "whole − half, mIoU" in printed
    found = json.loads(run("timelens", "half.json", "whole.json", "--json"))
    # whole: 8 of 40 items have 1/4, the others 1
    whole = found["systems"]["whole"]
    assert whole["figures"]["tiou"]["value"] == pytest.approx((8 * 0.25 + 32) / 40)
    assert whole["figures"]["tiou"]["low"] < 0.85 < whole["figures"]["tiou"]["high"]
    assert (whole["items"], whole["videos"], whole["runs"]) == ([40], [20], ["whole"])
    assert [one["figure"] for one in found["differences"]] == ["r@0.3", "r@0.5", "r@0.7", "tiou"]
    assert all(one["p_holm"] >= one["p_value"] for one in found["differences"])
    assert found["source"] == "github.com/TencentARC/TimeLens, evaluation/compute_metrics.py"


def test_only_some_figures_are_reported_and_tested(runs):
    found = json.loads(run("timelens", "half.json", "whole.json", "--figure", "tiou", "--json"))
    (one,) = found["differences"]
    assert one["p_value"] == one["p_holm"]
    assert list(found["systems"]["half"]["figures"]) == ["tiou"]
    assert "TimeLens-Bench has r@0.3, r@0.5, r@0.7, tiou" in run("timelens", "half.json", "--figure", "x", code=2)


def test_items_that_only_one_system_has_leave_the_difference(runs):
    printed = run("timelens", "half.json", "fewer.json")
    assert "fewer − half: 2 items that not all of their runs have are left out." in printed


def test_files_of_one_name_are_seeds(runs):
    found = json.loads(run("timelens", "a=half.json", "a=whole.json", "b=fewer.json", "--json"))
    assert found["systems"]["a"]["runs"] == ["a half", "a whole"]
    assert found["systems"]["a"]["figures"]["tiou"]["value"] == pytest.approx((0.5 + 0.85) / 2)


def test_a_baseline_spares_the_other_pairs(runs):
    files = ["half.json", "whole.json", "fewer.json", "--figure", "tiou", "--json"]
    assert len(json.loads(run("timelens", *files))["differences"]) == 3
    found = json.loads(run("timelens", *files, "--baseline", "whole"))["differences"]
    assert [(one["first"], one["second"]) for one in found] == [("whole", "half"), ("whole", "fewer")]
    assert "the systems are half, whole, fewer" in run("timelens", *files, "--baseline", "x", code=2)


def test_tables_are_ready_for_a_paper(runs):
    latex = run("timelens", "half.json", "whole.json", "--format", "latex")
    assert r"\begin{tabular}" in latex
    assert r"\textbf{85.0}" in latex
    assert "% Source: github.com/TencentARC/TimeLens" in latex
    markdown = run("timelens", "half.json", "whole.json", "--format", "markdown")
    assert "| System | R1@0.3 | R1@0.5 | R1@0.7 | mIoU |" in markdown
    assert "- Formula: mIoU = mean of tIoU over items" in markdown


def test_the_same_seed_gives_the_same_table(runs):
    assert run("timelens", "whole.json", "--seed", "3") == run("timelens", "whole.json", "--seed", "3")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["timelens", "none.json"], "none.json: there is no such file"),
        (["timelens", "half.json", "half.json"], "the same file is named twice"),
        (["timelens", "half.json", "--rules", "x"], "--rules x: TimeLens-Bench has timelens"),
        (["timelens", "a=half.json+nowhere.json"], "nowhere.json: there is no such file"),
        (["timelens", "half.json+whole.json"], "stands there twice"),
        (["cg-bench", "half.json"], "is no result file that is known here"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(runs, arguments, said):
    printed = run(*arguments, code=2)
    assert said in printed
    assert len(printed.splitlines()) == 1


def test_runs_of_several_files_with_names_alike_are_systems_of_their_own(runs):
    """Two folders with a ground.json and an answers.json each: one run is right, the other wrong."""
    saved(runs / "gsub_test.json", {"v": {"duration": 40, "location": {"1": [[0, 4]]}}})
    given = []
    for folder, said in (("a", 1), ("b", 0)):
        (runs / folder).mkdir()
        saved(runs / folder / "ground.json", {"v_1": [0, 4]})
        saved(runs / folder / "answers.json", {"v_1": {"prediction": said, "answer": 1}})
        given.append(f"{folder}/ground.json+{folder}/answers.json")
    found = json.loads(run("next-gqa", *given, "--truth", "gsub_test.json", "--json"))
    assert {name: one["figures"]["acc@gqa"]["value"] for name, one in found["systems"].items()} == {
        "a/ground": 1.0,
        "b/ground": 0.0,
    }


def test_a_reply_with_a_number_that_is_none_is_a_reply_without_a_span(runs):
    saved(runs / "long.json", {f"v{k}>>>q>>>[0, 4]": reply for k, reply in enumerate((f"1 - {'9' * 400}", "0 - 4"))})
    found = json.loads(run("charades-sta", "long.json", "--json"))["systems"]["long"]
    assert found["figures"]["tiou"]["value"] == 0.5
    assert "long: 1 of 2 items have no span that could be read, and count 0" in found["notes"]
