"""Tricks in the report: the verdict's rows, the section, Markdown and tables, all from one summary."""

import json
from dataclasses import replace

import pytest
from helpers_report import make_analysis
from helpers_robustness import make_study
from helpers_verdict import run

from referee_calib.analysis.reward_behaviour.last_run import LastRun
from referee_calib.analysis.reward_behaviour.last_run_checks import check_exploits, exploit_checks
from referee_calib.analysis.verdict import StudyVerdict
from referee_calib.report import build, dumps
from referee_calib.report import checks as checks_of
from referee_calib.report.document.last_run_document import exploit_sentence
from referee_calib.report.html_page import render_html
from referee_calib.report.markdown import render_markdown
from referee_calib.report.table_files import data_files
from referee_calib.rubric import load
from referee_calib.study import Study
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import combined

LIMITS = Thresholds(videos=5)
REWARDS = "open-o3-shipped,iou,constant"
PROBES = "whole_frame,late_1,early_30,grid_171,added_wrong,added_true"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = make_study(tmp_path_factory.mktemp("told") / "study")
    done = run("probe", folder, "--rewards", REWARDS, "--probes", PROBES, "--resamples", 100, "-q")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def summary(folder):
    return json.loads((folder / "probe" / "summary.json").read_text(encoding="utf-8"))


def held(summary, reward, limits=LIMITS):
    about = summary["about"][0]
    row = next(row for row in about["rewards"] if row["name"] == reward)
    return {check.threshold: check for check in exploit_checks(about, row["gains"], limits)}


@pytest.fixture(scope="module")
def report(summary):
    found = LastRun(summary, "open-o3-shipped", tuple(held(summary, "open-o3-shipped").values()))
    analysis = make_analysis(
        probed=found, verdict=StudyVerdict(combined(one.state for one in found.checks), LIMITS, found.checks)
    )
    return build(analysis, load())


def test_of_several_tricks_the_worst_one_counts(summary):
    check = held(summary, "open-o3-shipped")["probe_gain"]
    assert (check.state, check.at_most, check.dimension) == ("fail", 0.0, "exploits_boxes")
    assert check.worst in ("late_1", "grid_171")
    assert check.value == pytest.approx(0.52, abs=0.02)  # 1 less the honest claim's IoU of about 0.48


def test_a_true_claim_more_has_a_limit_of_its_own(summary):
    check = held(summary, "iou")["probe_ruin"]
    assert (check.state, check.at_least, check.at_most) == ("pass", -0.1, None)
    assert check.value == pytest.approx(0.0, abs=1e-9)  # the mean of 1 and 1 less 1


def test_nothing_passes_below_the_fewest_videos(summary):
    check = held(summary, "iou", Thresholds(videos=7))["probe_ruin"]  # there are 6
    assert (check.state, check.videos_needed, check.held_back) == ("cannot tell", 7, True)


def test_a_summary_of_another_referee_or_other_limits_is_held_against_nothing(folder):
    with Study.open(folder) as study:
        other = check_exploits(study, "0123456789abcdef", LIMITS)
        changed = check_exploits(study, "", replace(LIMITS, probe_gain=0.1))
    assert other.note.startswith("The last probes asked another referee")
    assert changed.note.startswith("The thresholds were changed")
    for last in (other, changed):  # so none of its thresholds is passed
        assert {check.threshold for check in last.checks} == {"probe_gain", "probe_ruin"}
        told = {(check.state, check.unheld, check.reason) for check in last.checks}
        assert told == {("cannot tell", True, last.note)}


@pytest.mark.parametrize(("n_open", "said"), [(0, "claim."), (1, "; 1 is open."), (2, "; 2 are open.")])
def test_open_tricks_are_counted_in_a_sentence(n_open, said):
    gain = {"state": "cannot tell", "probe": "late_1", "gain": {"value": None}}
    row = {"name": "iou", "refused": "", "gains": n_open * [gain]}
    told = {"rewards": [{"name": "iou", "label": "IoU"}], "probes": [{"key": "late_1", "title": "1 s too late"}]}
    assert exploit_sentence(told, {"on": "boxes", "truth": True}, row).endswith(said)


def test_the_page_shows_gains_examples_and_what_is_missing(report):
    page = render_html(report)
    assert "Exploit probes" in page
    assert 'data-key="exploits.boxes.grid_171.open-o3-shipped"' in page
    assert 'src="data:image/jpeg;base64,' in page
    assert "no evidence lies 30 s into its video" in page
    assert "Constant, probes with boxes: nothing can be measured" in page
    assert "&lt;obj&gt;" in page  # a reply's text is shown …
    assert "<obj>" not in page  # … and never markup


def test_the_verdict_names_what_is_missed(report):
    (check,) = [check for check in checks_of(report["verdict"]) if check["threshold"] == "probe_gain"]
    assert check["state"] == "fail"
    assert report["verdict"]["sentence"].startswith("1 threshold is missed: exploit gain on probes with boxes")
    page = render_html(report)
    assert 'data-key="verdict.probe_gain.exploits_boxes"' in page
    assert "Close the exploit before training" in page


def test_markdown_and_tables_hold_the_same_gain(report, summary):
    gains = summary["about"][0]["rewards"][0]["gains"]
    gain = next(one["gain"]["value"] for one in gains if one["probe"] == "grid_171")
    assert f"✗ fail: +{gain:.2f}" in render_markdown(report)
    lines = data_files(report)["exploits"]
    (found,) = [line for line in lines if (line["reward"], line["probe"]) == ("open-o3-shipped", "grid_171")]
    assert found["gain_value"] == gain


def test_the_report_stays_json_without_nan(report):
    assert json.loads(dumps(report))["exploits"]["reward"] == "open-o3-shipped"
