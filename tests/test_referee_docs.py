"""Every Python block of docs/referees.md runs as it stands."""

import re
from pathlib import Path

import pytest
from helpers_referee import box_of, scene, write_clip

from referee_calib.records import Claim
from referee_calib.referee import table

PAGE = Path(__file__).parent.parent / "docs" / "referees.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {i}" for i, _ in enumerate(BLOCKS, start=1)])
def test_a_block_runs(block, tmp_path, monkeypatch, capsys):
    (tmp_path / "media").mkdir()
    write_clip(tmp_path / "media" / "a.mp4", [scene(("red", "circle", 120, 100, 26))] * 5)
    box = (0.2, *box_of("circle", 120, 100, 26))
    question = "Where is the red ball?"
    claims = [Claim(video="a.mp4", question=question, object="red ball", boxes=(box,), index=i) for i in range(3)]
    monkeypatch.chdir(tmp_path)
    exec(compile(block, str(PAGE), "exec"), {"claims": claims, "media": tmp_path / "media"})
    printed = capsys.readouterr().out
    assert not printed or printed.count("ok") == 6


def test_the_page_has_blocks_and_names_every_referee():
    assert len(BLOCKS) == 3
    assert all(f"`{name}`" in PAGE.read_text(encoding="utf-8") or name in BLOCKS[1] for name in table())
