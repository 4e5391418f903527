"""Videos that vanish, full disks and killed processes: a reason each time, and nothing half-written."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers_app import write_clip, write_unplayable
from helpers_study import python

import referee_calib.video
from referee_calib.cli.main import main
from referee_calib.records import Claim
from referee_calib.study import Study

pytestmark = pytest.mark.thorough

FULL = """
import json, resource, sys
from pathlib import Path
from referee_calib.study import Study, make_playable_copies
study = Study.open(Path(sys.argv[1]))
study.claims()
resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))  # bytes: less than any file of either folder
copies = make_playable_copies(study.folder, ["old.avi"], study.media_path)
print(json.dumps([copies.failed, len(study.frame_times("uneven.mp4").stamps)]))
"""
KILLED = """
import os, signal, sys
from referee_calib.cli.main import main
from referee_calib.video import playable_copy

def write_half(source, target, *others, **how):
    target.write_bytes(b"x" * 100)
    os.kill(os.getpid(), signal.SIGKILL)

playable_copy.write_rendering = write_half
main(["media", sys.argv[1], "--playable"])
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    with Study.create(tmp_path / "study") as made:
        write_clip(made.media / "uneven.mp4", seconds=0.4)
        write_unplayable(made.media / "old.avi", made.media / "uneven.mp4")
        boxed = {"question": "q", "object": "red ball", "boxes": ((0.1, 0.2, 0.2, 0.6, 0.6),)}
        made.add_claims([Claim(video=name, **boxed) for name in ("uneven.mp4", "old.avi")])
    return made


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_full_disk_leaves_no_part_of_a_copy_and_is_no_reason_not_to_look(study: Study) -> None:
    out, err = python(FULL, study.folder).communicate()
    assert err == ""
    failed, frames = json.loads(out)
    assert "old.avi" in failed
    assert ".tmp" not in failed["old.avi"]  # the reason, without the names of hidden files
    assert frames == 10  # 0.4 s at 25 a second
    assert files_in(study.folder / "playable") == files_in(study.folder / "frame_times") == []


def test_a_half_copy_of_a_killed_process_is_found_and_cleared_once_nobody_can_be_writing_it(study: Study) -> None:
    killed = python(KILLED, study.folder)
    killed.communicate()
    assert killed.returncode == -9
    (half,) = files_in(study.folder / "playable")
    run = CliRunner().invoke
    assert "0 removed" in run(main, ["doctor", str(study.folder), "--clear"]).stdout  # written a moment ago
    long_ago = time.time() - 3600
    os.utime(half, (long_ago, long_ago))
    found = json.loads(run(main, ["doctor", str(study.folder), "--json"]).stdout)["findings"]
    assert [one["says"].partition(",")[0] for one in found if one["part"] == "leftover"] == [f"playable/{half.name}"]
    assert "1 removed, 100 bytes" in run(main, ["doctor", str(study.folder), "--clear"]).stdout
    done = run(main, ["media", str(study.folder), "--playable", "-q"])
    assert "1 made (0 in another container, 1 encoded)" in done.stdout


@pytest.mark.parametrize("becomes", ["missing", "another file", "a folder"])
def test_a_video_that_vanishes_while_it_is_scored_is_a_failed_score(study: Study, monkeypatch, becomes: str) -> None:
    decode = referee_calib.video.frames_at

    def vanishing(path, *given, **how):
        if Path(path).name == "old.avi" and Path(path).is_file():
            Path(path).unlink()
            if becomes == "another file":
                Path(path).write_text("no video")
            elif becomes == "a folder":
                Path(path).mkdir()
        return decode(path, *given, **how)

    monkeypatch.setattr(referee_calib.video, "frames_at", vanishing)
    done = CliRunner().invoke(main, ["score", str(study.folder), "--referee", "pixels", "--json", "-q"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["statuses"]["error"] == 2  # relevance and localization of the one claim on it
    assert all("old.avi" in one.reason for one in study.scores() if one.status == "error")


def test_the_doctor_takes_a_copy_for_what_can_be_played(study: Study) -> None:
    def unplayable() -> list[str]:
        told = CliRunner().invoke(main, ["doctor", str(study.folder), "--json"]).stdout
        return [one["do"] for one in json.loads(told)["findings"] if one["part"] == "unplayable"]

    assert unplayable() == [f"referee-calib media {study.folder} --playable"]
    assert CliRunner().invoke(main, ["media", str(study.folder), "--playable", "-q"]).exit_code == 0
    assert unplayable() == []


def test_a_link_out_of_the_study_hides_no_other_video(study: Study, tmp_path: Path) -> None:
    (study.media / "uneven.mp4").rename(tmp_path / "elsewhere.mp4")
    (study.media / "uneven.mp4").symlink_to(tmp_path / "elsewhere.mp4")
    done = CliRunner().invoke(main, ["media", str(study.folder), "--playable", "--json", "-q"])
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [bool(row["problem"]) for row in told["videos"]] == [False, True]  # old.avi, uneven.mp4
    assert list(told["copies"]["made"]) == ["old.avi"]
    assert told["copies"]["failed"] == {"uneven.mp4": "it is a link that leads out of the media folder"}
