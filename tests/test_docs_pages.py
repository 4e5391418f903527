"""The documentation site: every command and code block runs as it stands, top to bottom; every example row is read."""

import json
import re
import shlex
import sys
import types
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from referee_calib.claims import Rollout, claims_of
from referee_calib.cli.main import main
from referee_calib.records import Claim, Rating, RefereeScore

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TUTORIALS = sorted(path.stem for path in (DOCS / "tutorials").glob("*.md") if path.stem != "index")
ELSEWHERE = {  # pages whose blocks are run by tests of their own
    *("how_to/referees.md", "how_to/test_any_reward.md", "how_to/which_number_to_report.md"),
    "how_to/ratings_tables_and_exports.md",
    "how_to/report_from_tables.md",
    *("reference/reward.md", "reference/perturbations.md", "explanation/robustness.md"),
    *("explanation/continuous_judges.md", "explanation/error_by_agreement.md"),
}
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


def test_every_page_with_code_is_run_by_some_test():
    with_code = {
        str(path.relative_to(DOCS))
        for path in DOCS.rglob("*.md")
        if BLOCK.search(path.read_text(encoding="utf-8")) and "_build" not in path.parts
    }
    assert with_code - {f"tutorials/{page}.md" for page in TUTORIALS} == ELSEWHERE


def section(title):
    text = (DOCS / "formats.md").read_text(encoding="utf-8")
    return text.split(f"### {title}\n")[1].split("\n## ")[0].split("\n### ")[0]


def documented(title):
    return {
        name
        for cell in re.findall(r"^\| (`.*?) \|", section(title), re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }


@pytest.mark.parametrize(
    ("title", "record"),
    [("rollouts.jsonl", Rollout), ("claims.jsonl", Claim), ("ratings.jsonl", Rating), ("scores.jsonl", RefereeScore)],
)
def test_a_format_names_every_field_and_its_example_is_read(title, record):
    assert documented(title) == {field.name for field in fields(record)}
    rows = [json.loads(row) for row in re.findall(r"```json\n(.*?)```", section(title), re.DOTALL)]
    assert len(rows) == 1
    read = Rollout.from_json(rows[0], "here") if record is Rollout else record.from_json(rows[0])
    if isinstance(read, Rollout):
        (claim,) = claims_of(read).claims
        assert claim.reference_boxes is not None
        assert len(claim.reference_boxes) == 1


def test_every_package_is_on_the_map():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "referee_calib").glob("*/__init__.py")} | {
        "agreement",
        "annotate_app",
    }
    on_the_map = {name.removeprefix("referee_calib.") for name in re.findall(r"\*\*`([\w.]+)`\*\*", page)}
    assert rooms - on_the_map == set()
    assert on_the_map - rooms - {"certification"} == set()
