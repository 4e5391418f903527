"""A study folder made by version 0.1 opens, reports the same numbers, asks nothing again and leaves as it was."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.study import Study

pytestmark = pytest.mark.thorough

STUDY = Path(__file__).parent / "studies" / "version_0_1" / "study.zip"
REFEREE = "d5bcb9a0719b4d9a"
RIGHT, WRONG = [0.8125, 0.65, 0.9475, 0.89], [0.0, 0.0, 0.1, 0.1]  # of pair.mp4's red ball at 4.0 s
PAID = [0.8864, 0.0023]  # by version 0.1, for the two
LINES = ("claims.jsonl", "ratings.jsonl", "scores.jsonl")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    with zipfile.ZipFile(STUDY) as packed:
        packed.extractall(tmp_path / "study")
    return tmp_path / "study"


def run(*arguments: object, code: int = 0) -> Result:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # certificates and recalibrators warn that the ratings are simulated
        done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == code, done.output
    return done


def values(data: Any) -> Iterator[float]:
    """Every number in JSON, whatever its key is called."""
    if isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from values(one)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield float(data)


def lost(old: Any, new: Any) -> list[float]:
    """The numbers of old JSON that new JSON does not hold, under whatever key."""
    there = np.array([*values(new)])
    wanted = np.unique([*values(old)])
    assert wanted.size
    return [value for value in wanted if not np.isclose(there, value, rtol=1e-6, atol=1e-9).any()]


def test_it_opens_with_all_that_was_in_it(study: Path) -> None:
    with Study.open(study) as opened:
        counts = opened.counts()
        scores = opened.scores()
        ratings = opened.ratings(history=True)
        assert set(opened.referees()) == {REFEREE}
        assert opened.config.simulated_ratings
    assert counts == {"claims": 32, "sampled": 28, "raters": 3, "ratings": 167, "referees": 1, "scores": 64}
    assert [sum(one.status == kind for one in scores) for kind in ("ok", "unsupported")] == [60, 4]
    assert [one.reason for one in ratings if one.level is None] == ["not visible"]
    assert sum(one.note == "corrected after a second look" for one in ratings) == 1


def test_the_thresholds_stated_in_it_still_hold(study: Path) -> None:
    path = study / "study.toml"
    path.write_text(path.read_text().replace("leniency = 0.25", "leniency = 0.125"))
    run("report", study, "--no-rewards", "-q", "--out", study / "new")
    assert lost({"leniency": 0.125}, json.loads((study / "new" / "report.json").read_text())) == []


def test_the_report_has_the_same_numbers_but_for_what_is_compared(study: Path) -> None:
    old = json.loads((study / "report" / "report.json").read_text())
    run("report", study, "-q", "--out", study / "new")
    new = json.loads((study / "new" / "report.json").read_text())
    assert (study / "new" / "report.html").exists()
    assert lost([one["leniency"]["overall"]["value"] for one in old["dimensions"]], new) == []
    assert lost([one["confusion"]["counts"] for one in old["dimensions"]], new) == []
    # both sides stand on the claims of two people now, and intervals are wider: the values lie within the old intervals
    for before, after in zip(old["dimensions"], new["dimensions"], strict=True):
        for one, again in zip(before["coefficients"], after["coefficients"], strict=True):
            for side in ("people", "referee", "difference"):
                if one[side]["low"] is not None:
                    assert one[side]["low"] < again[side]["value"] < one[side]["high"], (one["name"], side)
    for section, verb in (("robustness", "perturb"), ("exploits", "probe")):  # their keys have other names now
        assert new[section]["summary"] is None
        assert (
            f"an earlier version of referee-calib wrote it. Make it anew: referee-calib {verb} " in new[section]["note"]
        )


@pytest.mark.parametrize("referee", ["pixels", "shapes"])  # shapes: its name in the study's referees.toml
def test_score_asks_nothing_again(study: Path, referee: str) -> None:
    with Study.open(study) as opened:
        before = opened.scores()
    for video in (study / "media").iterdir():
        video.write_bytes(b"")  # a referee that is asked would fail
    done = json.loads(run("score", study, "--referee", referee, "--json").stdout)
    assert done["scores"] == 0
    with Study.open(study) as opened:
        assert opened.scores() == before


def test_a_prompt_and_a_referee_of_its_files_are_read(study: Path, tmp_path: Path) -> None:
    run("score", study, "--referee", "qwen", "--dry-run", tmp_path / "dry", "--limit", 1)
    said = [path.read_text() for path in (tmp_path / "dry").rglob("prompt.txt")]
    assert said
    assert all("Judge one piece of evidence strictly, only by the pictures." in one for one in said)


def test_it_is_exported_and_imported_as_it_was(study: Path, tmp_path: Path) -> None:
    run("export", study, "--out", tmp_path / "new")
    run("init", tmp_path / "another")
    files = [study / "export" / name for name in (*LINES, "export.json")]
    run("import", tmp_path / "another", *files, "--media", study / "media", "--add-raters")
    run("export", tmp_path / "another", "--out", tmp_path / "again")
    for name in LINES:
        old, new, again = (rows(folder / name) for folder in (study / "export", tmp_path / "new", tmp_path / "again"))
        assert lost(old, new) == lost(old, again) == []
        assert len(old) == len(new) == len(again)
    ids = [{row["id"] for row in rows(folder / "claims.jsonl")} for folder in (study / "export", tmp_path / "again")]
    assert ids[0] == ids[1]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_recalibrate_fits_the_same_and_the_old_file_is_taken(study: Path, tmp_path: Path) -> None:
    run("recalibrate", study, "--out", tmp_path / "new.json")
    old, new = (json.loads(path.read_text()) for path in (study / "recalibrator.json", tmp_path / "new.json"))
    assert lost(old, new) == []
    run("certify", study, "-q", "--recalibrator", study / "recalibrator.json", "--out", tmp_path / "certificate.json")
    made = json.loads((tmp_path / "certificate.json").read_text())
    assert lost(json.loads((study / "certificate.json").read_text())["recalibrators"], made) == []


def test_its_certificate_loads_the_reward_or_says_what_differs(study: Path) -> None:
    path = study / "certificate.json"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = SemanticEvidenceReward.from_certificate(path, media=study / "media").fingerprint
        except InputError as error:
            found = str(error)
        reward = SemanticEvidenceReward.from_certificate(path, media=study / "media", on_difference="warn")
    # a later version may pay otherwise; then one line names every difference
    assert found == json.loads(path.read_text())["reward"]["fingerprint"] or (
        "not the one that was validated: " in found and "\n" not in found
    )
    paid = reward(
        completions=[f"<obj>red ball</obj><box>{box}</box>at<t>4.0</t>s" for box in (RIGHT, WRONG)],
        video=["pair.mp4"] * 2,
        question=["What does the red ball do in this video?"] * 2,
        box_unit=["0-1"] * 2,
    )
    assert paid == pytest.approx(PAID, abs=1e-3)


def test_the_doctor_finds_it_well(study: Path) -> None:
    found = {row["part"]: row for row in json.loads(run("doctor", study, "--json").stdout)["findings"]}
    assert "32 claims" in found["database"]["says"]
    assert not found["database"].get("do")
