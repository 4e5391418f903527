"""Every command of docs/how_to/import_rollouts.md runs on files such as it speaks of."""

import contextlib
import re
import shlex
from pathlib import Path

import helpers_rollout_files as files
from helpers_study import run

from referee_calib.rollout_files import LAYOUTS
from referee_calib.study import Study

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/how_to/import_rollouts.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ referee-calib (.*)$", TEXT, re.MULTILINE)


def test_the_page_runs_from_top_to_bottom(tmp_path):
    for write in (files.data_set, files.trl, files.verl, files.ms_swift, files.open_o3, files.vstar, files.lmms_eval):
        write(tmp_path)
    files.verl(tmp_path, "open_o3.jsonl")
    files.people_csv(tmp_path)
    files.reward_log(tmp_path)
    (tmp_path / "videos").symlink_to(ROOT / "data/sample_study/media")
    with contextlib.chdir(tmp_path):
        for command in COMMANDS:
            done = run(*shlex.split(command))
            assert done.exit_code == 0, f"{command}\n{done.output}"
        claims = Study.open("study").claims()
    # two replies of one claim in each of the files but V-STaR's, whose item has a claim in the trace and a span
    assert len(claims) == 2 * (len(COMMANDS) - 2) + 2
    assert {claim.video for claim in claims} == set(files.VIDEOS)


def test_the_page_names_every_program_that_a_layout_is_of():
    headings = " ".join(re.findall(r"^## (.*)$", TEXT, re.MULTILINE)).lower()
    assert [name for name in LAYOUTS if name != "rollouts" and name not in headings] == []
