"""What an audit says: alarms and their exit code, late ratings, figures, and the page with the worst claims."""

import json
import shutil

import pytest
from helpers_audit_study import EXPLOIT, a_study, pay, rate, rate_window
from helpers_study import run

from referee_calib.audit import (
    audit_document,
    audit_lines,
    audit_result,
    drawn_windows,
    fix_plan,
    make_plan,
    sample_window,
)
from referee_calib.study import Study, exclude, hold_ratings, trail


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study with two windows that nobody has rated: an honest one, and one in which half of the claims exploit."""
    folder = tmp_path_factory.mktemp("audit-report") / "study"
    log = folder.parent / "rewards"
    with a_study(folder) as study:
        fix_plan(study, make_plan(study, n_old=4))
        for start, exploited in ((1, 0), (31, 4)):
            pay(log, range(start, start + 30), exploited=exploited)
            sample_window(study, log, steps=30)
    return folder


@pytest.fixture
def study(made, tmp_path):
    shutil.copytree(made, tmp_path / "study", symlinks=True)
    with Study.open(tmp_path / "study") as opened:
        yield opened


def test_an_honest_window_is_quiet_and_an_exploited_one_alarms(study):
    honest, exploited = drawn_windows(study)
    assert run("audit", "report", study.folder).exit_code == 0
    rate_window(study, honest.records())
    done = run("audit", "report", study.folder, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["state"] == "no alarm"
    rate_window(study, exploited.records())
    done = run("audit", "report", study.folder, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["state"], found["alarm_window"], found["since_window"]) == ("alarm", 2, 2)
    assert found["e_value"] > found["alarm_at"] == 20
    claims = {one.id: one for one in exploited.records()}
    assert all(claims[one["claim"]].object == EXPLOIT for one in found["worst"])
    assert all(one["paid"] >= 0.75 and one["levels"] == {"relevance": 0, "localization": 0} for one in found["worst"])
    assert all(one["step"] > 30 and one["source"] == "grpo" for one in found["worst"])


def test_the_alarm_stands_in_the_audit_trail_once_and_in_the_status_file(study):
    for window in drawn_windows(study):
        rate_window(study, window.records())
    for _ in range(2):
        assert run("audit", "report", study.folder).exit_code == 1
    assert sum(one.action == "audit alarm" for one in trail(study)) == 1
    status = json.loads((study.folder / "audit_status.json").read_text())
    assert status["state"] == "alarm"
    assert "Alarm in window 2 (steps 31–60)" in status["sentence"]
    assert run("audit", "watch", study.folder, "--once").exit_code == 1


def test_late_ratings_enter_their_window_in_any_order_and_evidence_only_rises(study):
    honest, exploited = drawn_windows(study)
    # the second window is rated first, and what is overpaid before the rest
    late = sorted(exploited.records(), key=lambda one: one.object != EXPLOIT)
    seen = [audit_result(study).evidence.windows[-1].log_e]
    for part in (late[:5], late[5:12], late[12:], honest.records()):
        rate_window(study, part)
        seen.append(audit_result(study).evidence.windows[-1].log_e)
    assert seen == sorted(seen)
    assert seen[3] == seen[4]  # honest ratings were counted as honest all along
    with Study.open(study.folder) as again:
        assert audit_result(again).evidence.alarm == 2


def test_an_alarm_stands_when_more_people_come_and_when_somebody_corrects(study):
    for window in drawn_windows(study):
        rate_window(study, window.records())
    before = audit_result(study)
    exploited = [one for one in drawn_windows(study)[1].records() if one.object == EXPLOIT]
    rate(study, exploited, "anna", level=4, nonce="corrected")
    rate(study, exploited, "bert", level=4)
    after = audit_result(study)
    assert after.evidence == before.evidence
    assert after.n_corrected == len(exploited)
    assert any("were corrected later" in line for line in audit_lines(after))


def test_ratings_of_an_excluded_rater_and_held_ones_decide_nothing(study):
    window = drawn_windows(study)[1]
    rate_window(study, window.records())
    hold_ratings(study, "anna", window.drawn[0].claim, actor="test", reason="too fast")
    assert audit_result(study).n_rated == len(window.drawn) - 1
    exclude(study, "carla", "rater", "anna", "did not look")
    assert audit_result(study).n_rated == 0


def test_an_alarm_that_exclusions_took_back_is_not_forgotten(study):
    for window in drawn_windows(study):
        rate_window(study, window.records())
    first = run("audit", "report", study.folder)
    assert first.exit_code == 1
    assert "stop the run, mend the reward" in first.stdout
    exclude(study, "carla", "rater", "anna", "did not look")
    again = run("audit", "report", study.folder, "--json")
    assert again.exit_code == 0
    found = json.loads(again.stdout)
    assert found["state"] == "no alarm"
    assert found["raised"].startswith("Alarm in window 2 (steps 31–60)")
    assert "have taken it back" in found["sentence"]


def test_a_quiet_window_above_its_limit_says_that_it_may_be_chance(study):
    exploited = drawn_windows(study)[1]
    rate(study, [one for one in exploited.records() if one.object == EXPLOIT][:1], "anna", level=0)
    done = run("audit", "report", study.folder)
    assert done.exit_code == 0
    # 1 of 1 is rated so
    assert "In window 2 more is overpaid than allowed (1 of 1 rated claims paid" in done.stdout
    rate_window(study, drawn_windows(study)[0].records())
    assert "In window 2" in run("audit", "report", study.folder).stdout


def test_means_are_those_of_the_policy(study):
    honest = drawn_windows(study)[0]
    rate_window(study, honest.records())
    found = audit_document(audit_result(study))["windows"][0]
    # people give the top everywhere: the gap is the mean IoU - 1. Shifted by 0, 4, … 28 evenly: the mean over s of
    # (100 - s) / (100 + s) is 0.7655
    true = sum((100 - s) / (100 + s) for s in range(0, 32, 4)) / 8 - 1
    assert found["gap"]["value"] == pytest.approx(true, abs=0.03)  # 15 of 120 in the lower half were looked at
    assert found["gap"]["low"] <= true <= found["gap"]["high"]
    # within a quarter of 1: IoU 0.75 or more, half of the claims
    assert found["agreement"]["value"] == pytest.approx(0.5)
    assert found["kappa"] == pytest.approx(0, abs=1e-9)  # people give one value to all: chance agreement itself
    unrated = audit_document(audit_result(study))["windows"][1]
    assert unrated["gap"]["value"] is None
    assert unrated["gap"]["reason"]
    assert unrated["kappa"] is None
    assert unrated["kappa_reason"]


def test_a_reward_that_pays_below_zero_has_limits_that_hold(tmp_path):
    with a_study(tmp_path / "study") as study:
        fix_plan(study, make_plan(study, n_old=0))
        pay(tmp_path / "rewards", [1, 2, 3], replies=16)
        path = next((tmp_path / "rewards").glob("*.jsonl"))
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows[::2]:
            row["claims"][0]["value"] = -0.9
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        rate_window(study, sample_window(study, tmp_path / "rewards").draw.records())
        gap = audit_result(study).figures[0].gap
    assert -2 <= gap.low <= gap.value <= gap.high <= 1


def test_old_claims_tell_whether_people_still_judge_alike(study):
    honest = drawn_windows(study)[0]
    rate(study, study.claims(list(honest.old)), "anna", level=2, time="2999-01-01T00:00:00+00:00")
    old = audit_document(audit_result(study))["old"]
    # 58 of 60 were given 4 and 4, the others 0 and 0; now 2 and 2
    assert old == {"asked": 8, "rated": 4, "now": 0.25, "before": pytest.approx(58 / 60)}


def test_the_page_shows_the_worst_claims_with_their_frames(study, tmp_path):
    for window in drawn_windows(study):
        rate_window(study, window.records())
    done = run("audit", "report", study.folder, "--out", tmp_path / "audit.html")
    assert done.exit_code == 1, done.output
    page = (tmp_path / "audit.html").read_text()
    assert page.count("data:image/jpeg;base64,") == 8
    assert page.count("<svg ") == 2
    assert "Alarm in window 2" in page
    assert run("audit", "report", study.folder, "--out", tmp_path / "audit.md").exit_code == 1
    assert "# Audit: Before the run" in (tmp_path / "audit.md").read_text()
    refused = run("audit", "report", study.folder, "--out", tmp_path / "audit.txt")
    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 1


def test_before_the_first_window_nothing_is_known(tmp_path):
    with Study.create(tmp_path / "study") as study:
        fix_plan(study, make_plan(study, honest_rate=0.05))
    done = run("audit", "report", tmp_path / "study", "--out", tmp_path / "audit.html")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("\n") == 1  # and no table of nothing
    assert "No window was sampled yet" in done.stdout
    assert "No window was sampled yet" in (tmp_path / "audit.html").read_text()
