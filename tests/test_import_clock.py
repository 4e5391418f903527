"""What 0 s of imported claims is: stated by whoever imports, by an export, or by the study; never two in one study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers_app import write_clip
from test_app_frames import late_copy

from referee_calib.analysis.human_agreement.mark_agreement import measure_marks
from referee_calib.cli.main import main
from referee_calib.records import Claim, Mark
from referee_calib.study import Study

START, SECONDS = 10.0, 0.8  # of the first frame on the file's own clock, and how long the clip is


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def late(tmp_path: Path) -> Path:
    (tmp_path / "videos").mkdir()
    write_clip(tmp_path / "clip.mp4", seconds=SECONDS)
    late_copy(tmp_path / "clip.mp4", tmp_path / "videos" / "late.mkv", START)
    return tmp_path / "videos"


def claims_at(file: Path, *times: float) -> Path:
    rows = [{"video": "late.mkv", "question": "q", "object": "ball", "boxes": [[t, 0.1, 0.1, 0.5, 0.5]]} for t in times]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_a_study_without_claims_takes_the_clock_that_is_stated(late: Path, tmp_path: Path) -> None:
    Study.create(tmp_path / "study")
    file = claims_at(tmp_path / "claims.jsonl", START + 0.4)
    refused = run("import", tmp_path / "study", file, "--media", late)
    assert "lies after the end of late.mkv at 0.800 s" in refused.stderr
    done = run("import", tmp_path / "study", file, "--media", late, "--clock", "file")
    assert done.exit_code == 0, done.stderr
    assert "its first frame is at 10.000 s of the file's own clock" in done.stdout
    assert "Times of the claims count on the file's own clock" in done.stdout
    assert (
        "Browsers will not play late.mkv: h264, yuv420p, in matroska" in done.stderr
    )  # the reason, and no other remark
    assert Study.open(tmp_path / "study").config.clock == "file"


def test_an_import_that_fails_leaves_the_clock_as_it_was(late: Path, tmp_path: Path) -> None:
    Study.create(tmp_path / "study")
    file = claims_at(tmp_path / "claims.jsonl", START + 2)  # 1.2 s after the end
    assert run("import", tmp_path / "study", file, "--media", late, "--clock", "file").exit_code == 2
    assert Study.open(tmp_path / "study").config.clock == "first-frame"


def test_claims_of_two_clocks_do_not_come_into_one_study(late: Path, tmp_path: Path) -> None:
    Study.create(tmp_path / "study")
    file = claims_at(tmp_path / "claims.jsonl", 0.4)
    assert run("import", tmp_path / "study", file, "--media", late).exit_code == 0
    other = run("import", tmp_path / "study", file, "--media", late, "--clock", "file")
    assert other.exit_code == 2
    assert "those of study" in other.stderr
    assert "init FOLDER --clock file" in other.stderr


@pytest.mark.parametrize("says", [True, False])  # exports of before the clock was stated are of the file's own
def test_an_export_brings_its_clock_along(late: Path, tmp_path: Path, says: bool) -> None:
    Study.create(tmp_path / "study", clock="file")
    file = claims_at(tmp_path / "claims.jsonl", START + 0.4)
    assert run("import", tmp_path / "study", file, "--media", late).exit_code == 0
    assert run("export", tmp_path / "study", "--out", tmp_path / "export").exit_code == 0
    manifest = tmp_path / "export" / "export.json"
    told = json.loads(manifest.read_text())
    assert told["clock"] == "file"
    if not says:
        manifest.write_text(json.dumps({key: value for key, value in told.items() if key != "clock"}))
    Study.create(tmp_path / "again")
    files = sorted((tmp_path / "export").glob("*.json*"))
    back = run("import", tmp_path / "again", *files, "--media", late, "--add-raters")
    assert back.exit_code == 0, back.stderr
    assert Study.open(tmp_path / "again").config.clock == "file"
    against = run("import", tmp_path / "again", *files, "--clock", "first-frame")
    assert against.exit_code == 2


def test_the_length_that_marked_spans_are_held_against_is_on_the_clock_of_the_study(
    late: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, float] = {}
    monkeypatch.setattr(
        "referee_calib.localization.study_localization", lambda _m, _c, known, **_how: seen.update(known)
    )
    for clock, end in (("first-frame", SECONDS), ("file", START + SECONDS)):
        with Study.create(tmp_path / clock, clock=clock) as study:
            (study.media / "late.mkv").hardlink_to(late / "late.mkv")
            at = end - 0.6
            claim = Claim(video="late.mkv", question="q", object="ball", span=(at, at + 0.4))
            study.add_claims([claim])
            for rater in ("anna", "bert"):
                study.add_rater(rater)
            study.add_marks([Mark(claim=claim.id, rater=rater, span=(at, at + 0.2)) for rater in ("anna", "bert")])
            measure_marks(study, [claim], confidence=0.95, say=lambda _words: None)
        assert seen == {"late.mkv": pytest.approx(end, abs=0.002)}
