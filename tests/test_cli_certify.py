"""``referee-calib report --check`` and ``referee-calib certify``: exit codes, what is written, what is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from helpers_verdict import make_study, run

from referee_calib.certification import write_certificate
from referee_calib.reward.certificate import CERTIFICATE_SCHEMA, certificate_digest


@pytest.fixture(scope="module")
def studies(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("studies")
    make_study(folder / "good")
    make_study(folder / "kind", lenient=1)
    make_study(folder / "few", videos=12)
    make_study(folder / "simulated", simulated=True)
    return folder


@pytest.mark.parametrize(
    ("study", "option", "code", "said"),
    [
        ("good", "--check", 0, ""),
        ("good", "--strict", 1, "not held: Nobody has put exploit probes to it: referee-calib probe."),
        ("few", "--check", 0, ""),
        ("few", "--strict", 1, "cannot tell: Relevance: the number of videos"),
        ("kind", "--check", 1, "fail: Relevance: the mean of referee minus people"),
        ("kind", "--seed=0", 0, ""),  # without --check a report is a report
    ],
)
def test_the_exit_code_tells_of_missed_thresholds(studies, tmp_path, study, option, code, said) -> None:
    done = run("report", studies / study, "--no-rewards", "-q", option, "--out", tmp_path)
    assert done.exit_code == code
    assert (said in done.stderr) if said else (done.stderr == "")
    assert (tmp_path / "report.json").exists()


def test_json_names_what_is_missed(studies, tmp_path) -> None:
    done = run("report", studies / "kind", "--no-rewards", "-q", "--json", "--check", "--out", tmp_path)
    found = json.loads(done.stdout)
    assert found["verdict"] == "fail"
    assert {"dimension": "relevance", "threshold": "leniency"} in found["failed"]
    assert found["cannot_tell"] == []


def test_a_certificate_binds_verdict_report_and_reward(studies, tmp_path) -> None:
    done = run("certify", studies / "good", "-q", "--out", tmp_path / "c.json", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads((tmp_path / "c.json").read_text(), parse_constant=pytest.fail)
    assert found["schema"] == CERTIFICATE_SCHEMA
    assert found["sha256"] == certificate_digest(found)
    assert found["verdict"]["state"] == "pass"
    assert len(found["verdict"]["checks"]) == 18  # 7 thresholds and 2 of the tail on 2 dimensions
    assert found["verdict"]["thresholds"]["loss"] == 0.10
    assert (found["simulated"], found["warning"], found["verdict"]["despite_verdict"]) == (False, "", False)
    run("report", studies / "good", "-q", "--out", tmp_path)
    assert found["report"]["sha256"] == hashlib.sha256((tmp_path / "report.json").read_bytes()).hexdigest()
    report = json.loads((tmp_path / "report.json").read_text())
    assert found["inputs"] == report["inputs"]
    assert found["reward"]["fingerprint"] == report["rewards"]["examined"]["fingerprint"]
    assert json.loads(done.stdout)["reward"] == found["reward"]["fingerprint"]


def test_a_missed_threshold_is_refused_unless_told_otherwise_and_recorded(studies, tmp_path) -> None:
    refused = run("certify", studies / "kind", "-q", "--out", tmp_path / "c.json")
    assert refused.exit_code == 1
    assert "its verdict is fail" in refused.stderr
    assert "--despite-verdict" in refused.stderr
    assert not (tmp_path / "c.json").exists()
    done = run("certify", studies / "kind", "-q", "--out", tmp_path / "c.json", "--despite-verdict")
    assert done.exit_code == 0
    assert "Certified despite this verdict." in done.stdout
    assert json.loads((tmp_path / "c.json").read_text())["verdict"]["despite_verdict"] is True


def test_simulated_ratings_are_said_loudly(studies, tmp_path) -> None:
    done = run("certify", studies / "simulated", "-q", "--out", tmp_path / "c.json")
    found = json.loads((tmp_path / "c.json").read_text())
    assert found["simulated"] is True
    # 120 claims × 2 dimensions × 4 raters
    assert found["warning"].startswith("SIMULATED RATINGS: 960 of 960")
    assert found["warning"] in done.stdout


def test_a_recalibrator_is_bound_with_its_content(studies, tmp_path) -> None:
    fitted = run("recalibrate", studies / "good", "--out", tmp_path / "levels.json")
    assert fitted.exit_code == 0, fitted.stderr
    plain = run("certify", studies / "good", "-q", "--out", tmp_path / "a.json")
    done = run(
        "certify", studies / "good", "-q", "--out", tmp_path / "b.json", "--recalibrator", tmp_path / "levels.json"
    )
    assert (plain.exit_code, done.exit_code) == (0, 0), done.stderr
    a, b = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    assert set(b["recalibrators"]) == {"relevance", "localization"}
    assert a["reward"]["fingerprint"] != b["reward"]["fingerprint"]


def test_a_file_that_is_no_recalibrator_is_one_clear_line(studies, tmp_path) -> None:
    (tmp_path / "r.json").write_text("{}")
    done = run("certify", studies / "good", "-q", "--out", tmp_path / "c.json", "--recalibrator", tmp_path / "r.json")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "its schema is neither" in done.stderr


def add_referee(folder, name) -> None:
    with make_study(folder) as opened:
        opened.add_referee("f" * 16, {"name": name})
        opened.add_scores([replace(one, referee="f" * 16) for one in opened.scores()])


def test_a_referee_that_cannot_be_made_again_is_not_certified(tmp_path) -> None:
    add_referee(tmp_path / "study", "no-such-referee")
    done = run("certify", tmp_path / "study", "-q", "--referee", "ffff", "--out", tmp_path / "c.json")
    assert done.exit_code == 2
    assert "its reward cannot be certified" in done.stderr
    assert not (tmp_path / "c.json").exists()


def test_several_referees_are_a_question_of_certify(tmp_path) -> None:
    add_referee(tmp_path / "study", "other")
    done = run("certify", tmp_path / "study", "-q", "--out", tmp_path / "c.json")
    assert done.exit_code == 2
    assert f"referee-calib certify {tmp_path / 'study'} --referee" in done.stderr
    assert "referee-calib report" not in done.stderr


def test_what_cannot_be_written_or_read_is_said_before_the_work(studies, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("referee_calib.certification.certify", lambda *_, **__: pytest.fail("the work has begun"))
    (tmp_path / "r.json").write_text("{}")
    assert run("recalibrate", studies / "good", "--out", tmp_path / "l.json").exit_code == 0
    other = (tmp_path / "l.json").read_text()
    found = json.loads(other)
    for row in found["dimensions"].values():
        row["referee"] = "e" * 16
    (tmp_path / "l.json").write_text(json.dumps(found))
    for options, said in (
        (("--out", tmp_path / "no" / "c.json"), f"there is no folder {tmp_path / 'no'}. Type: mkdir -p"),
        (("--out", tmp_path), "it is a folder"),
        (("--out", tmp_path / "c.json", "--recalibrator", tmp_path / "r.json"), "its schema is neither"),
        (("--out", tmp_path / "c.json", "--recalibrator", tmp_path / "none.json"), "No such file"),
        (("--out", tmp_path / "c.json", "--recalibrator", tmp_path / "l.json"), "recalibrator fitted for"),
    ):
        done = run("certify", studies / "good", "-q", *options)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert said in done.stderr


def test_a_certificate_holds_no_nan(tmp_path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_certificate({"value": float("nan")}, tmp_path / "c.json")
    assert list(tmp_path.iterdir()) == []
