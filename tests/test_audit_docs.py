"""docs/how_to/audit_a_run.md runs from top to bottom, on a study and a reward log as it asks for."""

import contextlib
import re
import shlex
import sys
import types
from pathlib import Path

from helpers_audit_study import MEDIA, a_study, pay
from helpers_docs import BLOCK
from helpers_study import run

from referee_calib.cli.audit.audit_run import command

PAGE = (Path(__file__).parent.parent / "docs" / "how_to" / "audit_a_run.md").read_text(encoding="utf-8")


def test_the_page_runs_from_top_to_bottom(tmp_path, monkeypatch):
    a_study(tmp_path / "mystudy").close()
    pay(tmp_path / "rewards", range(1, 121), replies=2)
    (tmp_path / "videos").symlink_to(MEDIA)
    transformers = types.ModuleType("transformers")
    transformers.TrainerCallback = type("TrainerCallback", (), {})
    monkeypatch.setitem(sys.modules, "transformers", transformers)
    said = []
    with contextlib.chdir(tmp_path):
        for kind, body in BLOCK.findall(PAGE):
            if kind == "python":
                exec(body, {})
                continue
            for line in body.splitlines():
                done = run(*shlex.split(line)[2:])
                assert done.exit_code == 0, f"{line}\n{done.output}"
                said.append(done.stdout)
    assert len(said) == 6
    assert "it cannot be changed" in said[1]
    assert "Window 1, steps 21 to 120" in said[2]
    assert said[3].startswith("No alarm after 1 window")
    assert (tmp_path / "audit.html").exists()
    assert (tmp_path / "mystudy" / "audit_status.json").exists()


def test_the_page_names_the_defaults_of_the_plan():
    defaults = {name: one.default for one in command.commands["init"].params for name in one.opts}
    for options, values in re.findall(r"^\| (`--[^|]*) \| ([\d., ]+) \|", PAGE, re.MULTILINE):
        for option, value in zip(re.findall(r"`(--[a-z-]+)`", options), values.split(", "), strict=True):
            assert defaults[option] == float(value), option
