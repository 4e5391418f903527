"""The picture of the tiny GRPO runs is drawn from the curves that their benchmark writes."""

import importlib.util
import json
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "docs" / "make_training_picture.py"


def test_a_line_for_each_seed(tmp_path, monkeypatch):
    found = importlib.util.spec_from_file_location("make_training_picture", SCRIPT)
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    seeds = [{"reward": [0.4 + 0.003 * step for step in range(60)]} for _ in range(3)]
    (tmp_path / "curves.json").write_text(json.dumps({"seeds": seeds}))
    monkeypatch.setattr("sys.argv", [str(SCRIPT), str(tmp_path / "curves.json")])
    monkeypatch.setattr(script, "PICTURE", tmp_path / "picture.svg")
    script.main()
    drawn = (tmp_path / "picture.svg").read_text()
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="480"')
    assert all(f"seed {seed}" in drawn for seed in range(3))
