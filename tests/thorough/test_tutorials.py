"""The tutorials of the documentation: every command and code block runs as it stands, top to bottom."""

import re
import shlex
import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from referee_calib.cli.main import main

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ELSEWHERE = ("index", "annotation_study")  # people rate in the latter: test_annotation_study_journey.py
TUTORIALS = sorted(path.stem for path in (DOCS / "tutorials").glob("*.md") if path.stem not in ELSEWHERE)
BLOCK = re.compile(r"```(python|console)\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in which the pages' file names lead to the sample study."""
    (tmp_path / "rollouts.jsonl").symlink_to(ROOT / "data/sample_study/rollouts.jsonl")
    (tmp_path / "ratings.jsonl").symlink_to(ROOT / "data/sample_study/ratings.jsonl")
    (tmp_path / "videos").symlink_to(ROOT / "data/sample_study/media")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Trainer:
    """Calls a reward as TRL's GRPOTrainer does: by keyword, with lists."""

    def __init__(self, *, reward_funcs, train_dataset, **_):
        self.reward, self.rows = reward_funcs, train_dataset

    def train(self):
        columns = {name: [row[name] for row in self.rows] for name in self.rows[0]}
        self.paid = self.reward(completions=["no idea"] * len(self.rows), completion_ids=[[0]], **columns)
        assert self.paid == [0.0] * len(self.rows)


def names_of_a_training_script():
    row = {"prompt": "p", "video": "pillar.mp4", "question": "When?"}
    return {"model": None, "processing_class": None, "output_dir": "", "options": {}, "dataset": [row]}


def run(command):
    words = shlex.split(command)
    assert words[0] == "referee-calib", command
    if words[1] == "annotate" and "--no-start" not in words:
        words.append("--no-start")  # the running app is tested in a browser
    done = CliRunner().invoke(main, words[1:])
    assert done.exit_code == 0, f"{command}\n{done.output}"


@pytest.mark.parametrize("page", TUTORIALS)
def test_a_tutorial_runs_from_top_to_bottom(page, folder, monkeypatch):
    trl = types.ModuleType("trl")
    trl.GRPOTrainer, trl.GRPOConfig = Trainer, lambda **options: options
    monkeypatch.setitem(sys.modules, "trl", trl)
    names = names_of_a_training_script()
    blocks = BLOCK.findall((DOCS / "tutorials" / f"{page}.md").read_text(encoding="utf-8"))
    assert blocks
    for kind, body in blocks:
        if kind == "python":
            exec(compile(body, f"{page}.md", "exec"), names)
        else:
            for line in body.splitlines():
                run(line.removeprefix("$ ").split("#")[0])
    for table in [*folder.glob("report/tables/*.csv"), *folder.glob("study/p*/rows.csv")]:
        name = table.relative_to(folder).as_posix().replace("study/", "STUDY/").replace("report/tables/", "")
        header = {re.sub(r"^(level_)\d$|^(rung_)\w+$", r"\1\2", column) for column in columns(table)}
        assert columns_on_the_page(name) == header, name


def columns(table):
    return table.read_text(encoding="utf-8").splitlines()[0].split(",")


def columns_on_the_page(name):
    """What docs/reference/tables.md says of one table; an estimate stands for ten columns."""
    page = (DOCS / "reference" / "tables.md").read_text(encoding="utf-8")
    (cell,) = re.findall(rf"^\| `{re.escape(name)}` \| .*? \| (.*) \|$", page, re.MULTILINE)
    estimate = re.findall(r"`(\w+)`", page.split("stands for ten columns")[1].split("| file |")[0])
    named = set(re.findall(r"`(level_|rung_|\w+)(?:N|NAME)?`", cell))
    return named | set(estimate if "*estimate*" in cell else ())
