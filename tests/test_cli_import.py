"""``referee-calib import``: whole files or nothing, and every refusal names its line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from helpers_study import a_claim, python, run
from helpers_video import render

from referee_calib.io import json_lines
from referee_calib.records import Rating, RefereeScore
from referee_calib.study import Study
from referee_calib.study.intake import video_import

TEXT = "<think>The <obj>red ball</obj><box>[10, 20, 110, 60]</box>at<t>0.2</t>s rolls.</think><answer>left</answer>"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of 12 and 18 frames at 30 frames/s: 0.4 s and 0.6 s."""
    folder = tmp_path_factory.mktemp("clips")
    (folder / "sub").mkdir()
    render(folder / "a.mp4", 12)
    render(folder / "sub" / "b.mp4", 18)
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study")


def rollout(name: str = "r1", video: str = "a.mp4", completion: str = TEXT, **more: Any) -> dict[str, Any]:
    row = {"rollout": name, "video": video, "question": "Where?", "completion": completion}
    return row | {"box_unit": "pixels:288x96"} | more


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    json_lines.write(path, rows)
    return path


def refused(result: Result, study: Study, *said: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    for words in said:
        assert words in line
    assert study.counts()["claims"] == 0
    assert study.intakes() == []
    assert list(study.media.iterdir()) == []


def test_rollouts_become_claims_and_what_is_lost_is_counted(study: Study, clips: Path, tmp_path: Path) -> None:
    reversed_box = TEXT.replace("[10, 20, 110, 60]", "[110, 20, 10, 60]")
    file = lines(
        tmp_path / "rollouts.jsonl",
        rollout(reference_boxes=[[0.1, 0.0, 0.2, 0.2, 0.6], [0.3, 0.2, 0.2, 0.4, 0.6]]),
        rollout("r2", "sub/b.mp4"),
        rollout("r3", completion=reversed_box),
    )
    result = run("import", study.folder, file, "--media", clips, "--json")
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    (summary,) = data["files"]
    assert (summary["rollouts"], summary["claims"], summary["new"], summary["known"]) == (3, 2, 2, 0)
    assert summary["rollouts_without_claim"] == 1
    assert summary["excluded"] == {"box_reversed": 1}
    assert (data["videos"], data["videos_added"]) == (2, 2)
    first, second = study.claims()
    # 10 / 288, 20 / 96, 110 / 288, 60 / 96
    assert first.boxes == ((0.2, 10 / 288, 20 / 96, 110 / 288, 60 / 96),)
    assert first.reference_boxes == ((0.2, pytest.approx(0.1), 0.2, pytest.approx(0.3), 0.6),)  # half way
    assert (second.video, second.reference_boxes) == ("sub/b.mp4", None)
    assert (study.media / "sub" / "b.mp4").read_bytes() == (clips / "sub" / "b.mp4").read_bytes()
    assert study.intakes()[0]["excluded"] == {"box_reversed": 1}


def test_importing_again_changes_nothing(study: Study, clips: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "rollouts.jsonl", rollout(), rollout("r2", "sub/b.mp4"))
    for new, known, brought in ((2, 0, 2), (0, 2, 0)):
        data = json.loads(run("import", study.folder, file, "--media", clips, "--json").stdout)
        assert (data["files"][0]["new"], data["files"][0]["known"], data["videos_added"]) == (new, known, brought)
    assert len(study.intakes()) == 1


def test_the_words_name_what_was_lost(study: Study, clips: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "r.jsonl", rollout(), rollout("r2", completion="no idea"))
    result = run("import", study.folder, file, "--media", clips)
    assert "r.jsonl: 1 claim of 2 rollouts, 1 new, 0 known. 1 rollout without any claim." in result.stdout
    assert "1 not usable, no_evidence: The reply points at nothing" in result.stdout


def test_videos_can_be_linked(study: Study, clips: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "c.jsonl", a_claim().to_json())
    assert run("import", study.folder, file, "--media", clips, "--link").exit_code == 0
    assert (study.media / "a.mp4").samefile(clips / "a.mp4")


def test_an_export_comes_back_as_it_was(study: Study, clips: Path, tmp_path: Path) -> None:
    claims = [a_claim(0, text="half \ud83d"), a_claim(1, "sub/b.mp4", span=(0.0, 0.5), reference_boxes=())]
    study.add_rater("anna")
    study.add_rater("robot", origin="simulated")
    (study.media / "sub").mkdir()
    for video in ("a.mp4", "sub/b.mp4"):
        (study.media / video).write_bytes((clips / video).read_bytes())
    study.add_claims(claims)
    one = {"claim": claims[1].id, "rater": "anna", "dimension": "timing", "origin": "app"}
    simulated = Rating(claim=claims[0].id, rater="robot", dimension="relevance", level=1, origin="simulated")
    study.add_ratings([Rating(**one, level=0, nonce="n1"), Rating(**one, reason="not visible", nonce="n2"), simulated])
    study.add_scores([RefereeScore(claim=claims[0].id, referee="f" * 16, dimension="relevance", level=3)])
    assert run("export", study.folder, "--out", tmp_path / "out").exit_code == 0

    other = Study.create(tmp_path / "other")
    files = [tmp_path / "out" / name for name in ("scores.jsonl", "ratings.jsonl", "claims.jsonl")]
    refusal = run("import", other.folder, *files, "--media", study.media)
    refused(refusal, other, "ratings.jsonl line 1: 2 unknown raters: anna, robot", "--add-raters")
    result = run("import", other.folder, *files, "--media", study.media, "--add-raters", "--json")
    assert json.loads(result.stdout)["raters"] == ["anna", "robot"]
    assert other.claims() == study.claims() == claims
    assert other.ratings(history=True) == study.ratings(history=True)
    assert other.scores() == study.scores()
    assert {one.name: one.simulated for one in other.raters()} == {"anna": False, "robot": True}
    assert Study.open(other.folder).config.simulated_ratings is True


def exported(study: Study, clips: Path, out: Path) -> list[Path]:
    """Export three claims, two of them sampled and one scored by a referee that is described."""
    (study.media / "a.mp4").write_bytes((clips / "a.mp4").read_bytes())
    claims = [a_claim(index) for index in range(3)]
    study.add_claims(claims)
    study.select([claims[2].id, claims[0].id])
    study.add_referee("f" * 16, {"name": "pixels", "version": "1"})
    study.add_scores([RefereeScore(claim=claims[0].id, referee="f" * 16, dimension="relevance", level=3)])
    assert run("export", study.folder, "--out", out).exit_code == 0
    assert (out / "ratings.jsonl").read_bytes() == b""  # nobody has rated
    return sorted(out.iterdir())


def test_the_manifest_brings_back_the_draw_and_what_referees_are(study: Study, clips: Path, tmp_path: Path) -> None:
    files = exported(study, clips, tmp_path / "out")
    other = Study.create(tmp_path / "other")
    for _ in range(2):  # again changes nothing
        result = run("import", other.folder, *files, "--media", study.media)
        assert result.exit_code == 0, result.stderr
        assert "export.json: descriptions of 1 referee, 2 sampled claims." in result.stdout
    assert other.claims(sampled=True) == study.claims(sampled=True)
    assert other.referees() == study.referees() == {"f" * 16: {"name": "pixels", "version": "1"}}


def test_a_manifest_replaces_no_draw_and_a_damaged_one_is_refused(study: Study, clips: Path, tmp_path: Path) -> None:
    files = exported(study, clips, tmp_path / "out")
    other = Study.create(tmp_path / "other")
    other.add_claims(study.claims()[:1])
    other.select([study.claims()[0].id])
    (manifest,) = [path for path in files if path.name == "export.json"]
    result = run("import", other.folder, *files, "--media", study.media)
    assert (result.exit_code, other.counts()["claims"], other.counts()["scores"]) == (2, 1, 0)
    assert "people rate other claims in this study" in result.stderr
    for content, said in (
        (b"{", "not JSON"),
        (b'{"format": 3}', "no manifest"),
        (b'{"format":1,"sampled":5}', "sampled"),
    ):
        manifest.write_bytes(content)
        result = run("import", other.folder, manifest)
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([rollout(), rollout(video="../a.mp4", name="r2")], ("line 2", "media folder")),
        ([rollout(), rollout(video="/etc/passwd", name="r2")], ("line 2", "media folder")),
        ([rollout(), rollout(video="none.mp4", name="r2")], ("line 2", "none.mp4", "no such file")),
        ([rollout(), rollout()], ("line 2", "line 1 has that name")),
        ([rollout(), rollout("r2", box_unit="feet")], ("line 2", "box_unit")),
        ([rollout(), {"completion": "x"}], ("line 2", "rollout")),
        ([a_claim().to_json(), a_claim().to_json()], ("line 2", "the same claim stands in", "line 1")),
        ([a_claim().to_json(), a_claim(1, t=0.46).to_json()], ("line 2", "0.46 s", "after the end", "0.400 s")),
        ([a_claim(1, span=(0.1, 0.5)).to_json()], ("line 1", "span 0.1 to 0.5 s", "0.400 s")),
        ([a_claim().to_json() | {"colour": 1}], ("line 1", "unknown fields colour")),
        ([a_claim().to_json() | {"boxes": [[0, 0.5, 0, 0.2, 1]]}], ("line 1", "reversed")),
        ([{"what": 1}], ("no known kind", "--kind")),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_whole(study, clips, tmp_path, rows, said) -> None:
    file = lines(tmp_path / "rows.jsonl", *rows)
    refused(run("import", study.folder, file, "--media", clips), study, *said)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b'{"a": NaN}\n', "line 1"), (b"\x00\x01", "line 1"), (None, "No such file")],
)
def test_a_file_that_is_no_json_lines_is_refused(study, tmp_path, content, said) -> None:
    file = tmp_path / "rows.jsonl"
    if content is not None:
        file.write_bytes(content)
    refused(run("import", study.folder, file), study, "rows.jsonl", said)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda video: video.write_bytes(b"not a video"), "it is not a video"),
        (lambda video: video.write_bytes(video.read_bytes()[: video.stat().st_size * 3 // 4]), "it is cut off"),
        (lambda video: video.write_bytes(b""), "the file is empty"),
        (lambda video: (video.unlink(), video.mkdir()), "a folder without numbered pictures"),
    ],
)
def test_a_video_that_cannot_be_read_is_refused(study, clips, tmp_path, spoil, said) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4"):
        render(folder / name, 40)
    spoil(folder / "b.mp4")
    file = lines(tmp_path / "rows.jsonl", a_claim().to_json(), a_claim(1, "b.mp4").to_json())
    refused(run("import", study.folder, file, "--media", folder), study, "rows.jsonl line 2", "b.mp4", said)


@pytest.mark.parametrize(
    ("video", "said"),
    [
        ("none.mp4", ("clips", "there is no such file", "--media")),  # where it was looked for first
        ("x" * 300 + ".mp4", ("File name too long",)),
        ("./a.mp4", ("one video has one name", "Write 'a.mp4'")),  # two names would count as two videos
        ("sub//b.mp4", ("one video has one name", "Write 'sub/b.mp4'")),
        ("A.mp4", ("There is 'a.mp4'", "another name")),
        ("sub/cafe\u0301.mp4", ("There is 'sub/café.mp4'", "another name")),  # an e and an accent, not an é
    ],
)
def test_a_video_that_is_named_otherwise_than_its_file_is_refused_in_one_line(study, clips, tmp_path, video, said):
    folder = tmp_path / "clips"
    shutil.copytree(clips, folder)
    (folder / "sub" / "caf\u00e9.mp4").write_bytes((clips / "a.mp4").read_bytes())
    file = lines(tmp_path / "rows.jsonl", a_claim().to_json(), a_claim(1, video).to_json())
    refused(run("import", study.folder, file, "--media", folder), study, "rows.jsonl line 2", *said)


def test_claims_outside_their_video_can_be_left_out_and_are_counted(study, clips, tmp_path) -> None:
    file = lines(tmp_path / "rows.jsonl", a_claim().to_json(), a_claim(1, t=9).to_json())
    result = run("import", study.folder, file, "--media", clips, "--outside", "skip")
    assert "1 not usable, outside_video: The claim lies outside its video's length." in result.stdout
    assert study.claims() == [a_claim()]


@pytest.mark.parametrize(
    ("box_time", "span", "within"),
    [
        (0.4, None, True),
        (0.4004, None, True),  # stored with three decimals
        (0.45, None, True),  # written with one decimal, as the end of a span
        (0.451, None, False),
        (0.1, (0.0, 0.45), True),  # written with one decimal: 0.4 to 0.45 is rounding
        (0.1, (0.0, 0.46), False),
        (0.1, (0.4, 0.45), False),  # nothing of it lies within
    ],
)
def test_a_rounded_end_is_no_fault(box_time, span, within) -> None:
    assert (video_import.outside_of(a_claim(t=box_time, span=span), 0.4) == "") is within


def test_another_video_of_the_same_name_is_refused(study: Study, clips: Path, tmp_path: Path) -> None:
    render(study.media / "a.mp4", 30)
    before = (study.media / "a.mp4").read_bytes()
    file = lines(tmp_path / "rows.jsonl", a_claim(0, "sub/b.mp4").to_json(), a_claim(1).to_json())
    result = run("import", study.folder, file, "--media", clips)
    assert (result.exit_code, study.claims()) == (2, [])
    assert "differs from" in result.stderr
    assert (study.media / "a.mp4").read_bytes() == before
    assert not (study.media / "sub" / "b.mp4").exists()  # brought in before the clash was seen, and taken out again


def test_a_link_out_of_the_media_folder_is_refused(study: Study, clips: Path, tmp_path: Path) -> None:
    (study.media / "a.mp4").symlink_to(clips / "a.mp4")
    result = run("import", study.folder, lines(tmp_path / "rows.jsonl", a_claim().to_json()))
    assert (result.exit_code, study.claims()) == (2, [])
    assert "leads out of the media folder" in result.stderr


SMALL_DISK = """
import resource, sqlite3, sys
from referee_calib.cli.main import main
reader = sqlite3.connect(sys.argv[1] + "/study.db")  # its lock table, larger than the limit, is there already then
reader.execute("SELECT count(*) FROM claim").fetchone()
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
try:
    main(["import", sys.argv[1], sys.argv[2], "--media", sys.argv[3]])
finally:
    reader.close()
"""


def test_a_full_disk_brings_in_nothing(study: Study, clips: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "rows.jsonl", a_claim().to_json(), a_claim(0, "sub/b.mp4").to_json())
    process = python(SMALL_DISK, study.folder, file, clips)
    out, said = process.communicate()
    assert (process.returncode, out) == (2, "")
    (line,) = said.splitlines()
    assert "the disk is full or a size limit is reached" in line
    assert study.claims() == []
    assert list(study.media.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claim": "c000000000000000"}, "no such claim"),
        ({"level": 5}, "the study's scale for relevance is 0 to 4"),
        ({"rater": "bert"}, "no such rater"),
        ({"dimension": "timing"}, "judged on relevance and localization only"),
        ({"level": None}, "neither a level nor a reason"),
    ],
)
def test_ratings_that_cannot_be_right_are_refused(study, clips, tmp_path, change, said) -> None:
    study.add_rater("anna")
    good = {"claim": a_claim().id, "rater": "anna", "dimension": "relevance", "level": 3, "reason": "", "nonce": "n"}
    ratings = lines(tmp_path / "ratings.jsonl", good, good | {"nonce": "n2"} | change)
    claims = lines(tmp_path / "claims.jsonl", a_claim().to_json())
    refused(run("import", study.folder, ratings, claims, "--media", clips), study, "ratings.jsonl", said)
    assert study.ratings(history=True) == []


def test_a_video_that_browsers_do_not_play_is_told(study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    render(folder / "old.mp4", 12, codec="mpeg4")
    file = lines(tmp_path / "rows.jsonl", a_claim(0, "old.mp4").to_json())
    result = run("import", study.folder, file, "--media", folder)
    assert result.exit_code == 0
    assert "Browsers will not play old.mp4: mpeg4" in result.stderr
