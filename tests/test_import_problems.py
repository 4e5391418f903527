"""What is wrong with an import is told in one list with what to type, and what a killed one leaves is found."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import click
import pytest
from helpers_rollout_files import lines, rollout
from helpers_study import python, run
from helpers_video import render

from referee_calib.cli.main import VERBS, main
from referee_calib.study import EXCLUSIONS, Study

ROOT = Path(__file__).parent.parent
REPLY = "<obj>red ball</obj><box>[84, 49, 168, 98]</box>at<t>0.2</t>s"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clip of 12 frames at 30 frames/s."""
    path = tmp_path_factory.mktemp("clip") / "a.mp4"
    render(path, 12)
    return path


@pytest.fixture
def videos(tmp_path: Path, clip: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    (folder / "a.mp4").hardlink_to(clip)
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study")


def row(name: str, video: str = "a.mp4", **more: Any) -> dict[str, Any]:
    return rollout(name, video, completion=REPLY, **more)


def test_every_missing_video_is_named_with_the_claims_it_costs(study, videos, clip, tmp_path) -> None:
    for k in range(20):
        (videos / f"there{k}.mp4").hardlink_to(clip)
    there, missing = [f"there{k}.mp4" for k in range(20)], [f"gone{k}.mp4" for k in range(20)]
    rows = [row(f"{video}-{k}", video) for video in there + missing for k in range(3)]
    result = run("import", study.folder, lines(tmp_path / "r.jsonl", rows), "--media", videos)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "- 20 videos (60 claims): there is no such file" in result.stderr
    assert [video for video in there + missing if f"{video}" in re.split(r"[,\s]+", result.stderr)] == missing
    assert study.counts()["claims"] == 0
    assert list(study.media.iterdir()) == []
    skipped = run("import", study.folder, tmp_path / "r.jsonl", "--media", videos, "--skip-broken", "--json")
    data = json.loads(skipped.stdout)
    assert (data["files"][0]["new"], data["files"][0]["excluded"]) == (60, {"unusable_video": 60})
    assert [one["places"] for one in data["skipped"]] == [missing]
    assert Study.open(study.folder).intakes()[0]["excluded"] == {"unusable_video": 60}


def everything_wrong(folder: Path) -> Path:
    rows: list[dict[str, Any]] = [row(f"r{k}") for k in range(14)]
    rows[1]["box_unit"] = rows[2]["box_unit"] = "px"
    del rows[3]["question"]
    rows[4]["rollout"] = rows[5]["rollout"] = "r0"
    rows[6]["video"] = "gone.mp4"
    rows[7]["video"] = "/data/clips/a.mp4"
    rows[8]["completion"] = REPLY.replace("0.2", "9")
    rows[9]["reference_boxes"] = [[0.2, 1, 2, 30, 40]]
    rows[10]["colour"] = "red"
    rows[11]["step"] = "late"
    path = lines(folder / "r.jsonl", rows)
    path.write_bytes(path.read_bytes() + b"{broken\n")
    return path


def test_all_kinds_of_faults_stand_in_one_list_with_what_to_type(study, videos, tmp_path) -> None:
    result = run("import", study.folder, everything_wrong(tmp_path), "--media", videos)
    assert (result.exit_code, result.stdout) == (2, "")
    for said in (
        "10 kinds of problems, nothing was imported:",
        "- 2 rows (2 claims): field box_unit:",
        "r.jsonl line 2: field box_unit is 'px' (and r.jsonl line 3)",
        "- 1 row (1 claim): field question: it must be text",
        "- 2 rows (2 claims): r.jsonl line 1 has that name",
        "- 1 video (1 claim): there is no such file\n    gone.mp4",
        "→ Take off its beginning: --strip-prefix /data/clips",
        "its box at 9 s lies after the end of a.mp4",
        "→ State their unit: --reference-unit UNIT",
        "unknown field 'colour'",
        "field step is 'late'",
        "r.jsonl line 15",
        "To go on without these rows and videos: --skip-broken",
    ):
        assert said in result.stderr
    assert study.counts()["claims"] == 0


def test_the_list_comes_as_json_too_and_with_the_table_of_videos(study, videos, tmp_path) -> None:
    file = everything_wrong(tmp_path)
    found = json.loads(run("import", study.folder, file, "--media", videos, "--json").stdout)
    assert len(found["problems"]) == 10
    assert {one["file"]: one["problem"] for one in found["videos"]}["gone.mp4"] == "there is no such file"
    table = run("import", study.folder, file, "--media", videos, "--videos").stdout.splitlines()
    assert table[0].split()[:5] == ["file", "claims", "size", "start", "length"]
    (one,) = [line for line in table if line.startswith("a.mp4")]
    # r0, r12 and r13 and the one at 9 s; 12 frames at 30 frames/s last 0.4 s
    assert one.split()[1:7] == ["4", "288x96", "0.000", "s", "0.400", "s"]


def test_what_cannot_be_used_is_left_out_when_asked_and_counted(study, videos, tmp_path) -> None:
    options = ("--media", videos, "--skip-broken", "--outside", "skip")
    result = run("import", study.folder, everything_wrong(tmp_path), *options, "--json")
    (file,) = json.loads(result.stdout)["files"]
    assert file["new"] == 3  # r0, r12, r13
    assert file["excluded"] == {"unusable_row": 9, "unusable_video": 2, "outside_video": 1}
    assert file["excluded"].keys() <= EXCLUSIONS.keys()
    assert "Left out: 2 rows: field box_unit:" in run("import", study.folder, tmp_path / "r.jsonl", *options).stdout


def test_when_nothing_can_be_used_nothing_is_left_to_skip_to(study, videos, tmp_path) -> None:
    file = lines(tmp_path / "r.jsonl", [row("r1", "gone.mp4"), row("r2", "gone.mp4")])
    result = run("import", study.folder, file, "--media", videos, "--skip-broken")
    assert result.exit_code == 2
    assert "there is no such file" in result.stderr


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *(("a", "suffix"), ("A.MP4", "upper and lower case"), ("sub/caf\u00e9", "suffix")),
        (unicodedata.normalize("NFD", "sub/caf\u00e9.mp4"), "composed letters"),
        ("{videos}/a.mp4", "whole path"),
    ],
)
def test_a_name_that_can_only_mean_one_file_takes_its_name(study, videos, clip, tmp_path, name, how) -> None:
    (videos / "sub").mkdir()
    (videos / "sub" / "caf\u00e9.mp4").hardlink_to(clip)
    file = lines(tmp_path / "r.jsonl", [row("r1", name.format(videos=videos))])
    result = run("import", study.folder, file, "--media", videos, "--json")
    assert json.loads(result.stdout)["renamed"] == {how: 1}
    (claim,) = study.claims()
    assert (study.media / claim.video).is_file()


def test_a_name_that_may_mean_two_files_is_refused_with_both(study, videos, clip, tmp_path) -> None:
    (videos / "a.webm").hardlink_to(clip)
    result = run("import", study.folder, lines(tmp_path / "r.jsonl", [row("r1", "a")]), "--media", videos)
    assert result.exit_code == 2
    assert "'a.mp4', 'a.webm'" in result.stderr


KILLED = """
import os, shutil, signal, sys
from referee_calib.cli.main import main

def copy_half(source, target):
    with open(source, "rb") as read, open(target, "wb") as write:
        write.write(read.read(100))
    os.kill(os.getpid(), signal.SIGKILL)

shutil.copy2 = copy_half
main(["import", sys.argv[1], sys.argv[2], "--media", sys.argv[3]])
"""


def test_what_a_killed_import_leaves_is_found_and_cleared(study, videos, tmp_path) -> None:
    file = lines(tmp_path / "r.jsonl", [row("r1")])
    killed = python(KILLED, study.folder, file, videos)
    killed.communicate()
    assert killed.returncode == -9
    (left,) = study.media.iterdir()
    assert study.counts()["claims"] == 0
    found = json.loads(run("doctor", study.folder, "--json").stdout)["findings"]
    (finding,) = [one for one in found if one["part"] == "leftover"]
    assert f"media/{left.name}, 100 bytes" in finding["says"]
    assert finding["do"] == f"referee-calib doctor {study.folder} --clear"
    (study.media / "mine.mp4").hardlink_to(videos / "a.mp4")
    cleared = run("doctor", study.folder, "--clear").stdout
    assert "1 removed, 100 bytes" in cleared
    assert "1 in the media folder that no claim names: mine.mp4" in cleared  # told, and left where it is
    assert [path.name for path in study.media.iterdir()] == ["mine.mp4"]
    assert run("import", study.folder, file, "--media", videos).exit_code == 0


def test_what_another_process_is_writing_is_no_leftover(study) -> None:
    from referee_calib.study.intake.video_copies import LOCK
    from referee_calib.study.process_lock import shared_lock

    hidden = study.media / ".a.mp4.0123abcd.tmp"
    hidden.write_bytes(b"half")
    with shared_lock(study.folder / LOCK):
        assert "0 removed" in run("doctor", study.folder, "--clear").stdout
    assert hidden.exists()


OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+(?![\w-])")
OTHER_PROGRAMS = ("pip ", "ffmpeg ", "docker ", "vllm ", "http", "Chromium")


def said_in_messages(path: Path) -> set[str]:
    """Options in the texts of a module that are no documentation and no declaration of an option."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]
    return {name for text in texts if not any(word in text for word in OTHER_PROGRAMS) for name in OPTION.findall(text)}


def test_every_option_that_a_message_of_the_import_proposes_is_one_of_the_verb() -> None:
    folders = ("rollout_files", "study", "claims", "cli/study")
    modules = [path for one in folders for path in (ROOT / "referee_calib" / one).rglob("*.py")]
    said = set.union(*map(said_in_messages, modules))
    context = click.Context(main)
    commands = [main.get_command(context, verb) for verb in VERBS]
    known = {name for one in commands if one for param in one.params for name in (*param.opts, *param.secondary_opts)}
    assert {"--map", "--skip-broken", "--dataset", "--strip-prefix"} <= said
    assert said - known == set()
