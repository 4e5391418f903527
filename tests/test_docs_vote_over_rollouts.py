"""Every command of docs/how_to/vote_over_rollouts.md runs, with the files that the page shows."""

import contextlib
import re
import shlex
from pathlib import Path

from helpers_study import run

from referee_calib.voting import ANSWER_KINDS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/how_to/vote_over_rollouts.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ referee-calib (.*)$", TEXT, re.MULTILINE)


def test_the_page_runs_from_top_to_bottom(tmp_path):
    few = (ROOT / "data/sample_study/rollouts.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "rollouts.jsonl").write_text(
        "".join(line for line in few if '"swap.mp4"' in line or '"hide.mp4"' in line)
    )
    (tmp_path / "videos").symlink_to(ROOT / "data/sample_study/media")
    for name, text in re.findall(r"```toml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL):
        (tmp_path / name).write_text(text)
    assert len(COMMANDS) == 4
    with contextlib.chdir(tmp_path):
        for command in COMMANDS:
            done = run(*shlex.split(command))
            assert done.exit_code == 0, f"{command}\n{done.output}"
            assert "majority" in done.stdout


def test_the_page_names_every_kind_of_answer():
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == {"auto", *ANSWER_KINDS}
