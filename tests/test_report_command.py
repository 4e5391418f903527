"""``referee-calib report`` on the command line: what it refuses, what it prints, what an interrupt leaves."""

import json
from dataclasses import replace

import pytest
from helpers_verdict import make_study, run

from referee_calib.report.printed_summary import MOST_DIFFERENCES, referee_differences


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with two referees, the second two levels too kind."""
    folder = tmp_path_factory.mktemp("told") / "study"
    with make_study(folder) as opened:
        opened.add_referee("f" * 16, {"name": "kind"})
        kinder = [(one, min(4, one.level + 2)) for one in opened.scores()]
        opened.add_scores([replace(one, referee="f" * 16, level=n, expected=float(n)) for one, n in kinder])
        return folder, opened.scores()[0].referee


def test_parquet_without_a_folder_for_tables_is_refused(study, tmp_path):
    folder, _ = study
    done = run("report", folder, "--parquet", "-q", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "--tables DIR" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_comparison_is_told_on_stdout(study, tmp_path):
    folder, first = study
    options = ("--no-rewards", "-q", "--out", tmp_path)
    done = run("report", folder, "--compare", first[:8], "ffff", *options)
    assert done.exit_code == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (line,) = [
        line for line in done.stdout.splitlines() if line.startswith("kind ffffffff minus pixels") and "Holm" in line
    ]
    assert [row["sentence"] in done.stdout for row in report["ablation"]["equivalence"]] == [True, True]
    rows = [(d, r) for d in report["ablation"]["dimensions"] for r in d["differences"]]
    differ = [(d, r) for d, r in rows if r["p_holm"] is not None and r["p_holm"] < 0.05]
    kappa = next(r for d, r in differ if (d["dimension"], r["measure"]) == ("relevance", "cohen_kappa_quadratic"))
    assert kappa["estimate"]["value"] < 0
    value = f"{kappa['estimate']['value']:.2f}".replace("-", "−")
    assert f"Relevance, Quadratic kappa {value} [" in line
    assert line.endswith(f"(Holm over {report['ablation']['n_tests']} differences).")
    assert line.count(";") == min(len(differ), MOST_DIFFERENCES + 1) - 1
    told = json.loads(run("report", folder, "--compare", first[:8], "ffff", "--json", *options).stdout)["differences"]
    assert [(one["dimension"], one["measure"]) for one in told] == [(d["dimension"], r["measure"]) for d, r in differ]
    alone = run("report", folder, "--referee", first[:8], *options)
    assert "minus" not in alone.stdout


def test_referees_that_do_not_differ_are_said_not_to():
    row = {"label": "b minus a", "p_holm": 0.2, "title": "Quadratic kappa", "digits": 2, "estimate": {"value": 0.01}}
    found = {"n_tests": 1, "dimensions": [{"title": "Relevance", "dimension": "relevance", "differences": [row]}]}
    assert referee_differences(found, 0.95) == ["b minus a: no difference is shown (Holm over 1 difference)."]
    assert referee_differences(found | {"dimensions": []}, 0.95) == []
    assert referee_differences(None, 0.95) == []


def test_an_interrupted_report_says_that_it_keeps_nothing(study, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("referee_calib.analysis.analyse", stop)
    done = run("report", study[0], "-q", "--out", tmp_path / "out")
    assert done.exit_code == 130
    said = "Interrupted: what was not finished is not kept; the same command begins again."
    assert done.stderr.strip() == said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", ["score", "perturb", "probe"])
def test_an_interrupted_verb_that_keeps_its_answers_says_so(study, monkeypatch, verb):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("referee_calib.study.Study.open", stop)
    done = run(verb, study[0], "-q")
    assert done.exit_code == 130
    assert done.stderr.strip() == "Interrupted: what is done is kept; type the same command to go on."
