"""What is written for other packages is read by those packages themselves, in environments of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_verdict import make_study, run

MLCROISSANT, INSPECT = "mlcroissant==1.1.1", "inspect_ai==0.3.285"
CHECK_CROISSANT = """
import sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
assert not dataset.metadata.ctx.issues.errors, dataset.metadata.ctx.issues.report()
for records in dataset.metadata.record_sets:
    print(records.id, sum(1 for _ in dataset.records(records.id)))
"""
CHECK_SCORES = """
import sys
from inspect_ai.model import ModelName
from inspect_ai.scorer import Target, precomputed_scores
from inspect_ai.solver import TaskState
import asyncio
for path in sys.argv[2:]:
    state = TaskState(ModelName("mockllm/model"), sys.argv[1], 1, "question", [])
    found = asyncio.run(precomputed_scores(path)(state, Target("")))
    print(path.rpartition("/")[2], None if found is None else found.value)
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("made") / "study", videos=6)


def in_its_environment(folder: Path, packages: list[str], script: str, *arguments: object) -> dict[str, str]:
    """Run a script where the packages are, and return the words of each line it prints, by the first."""
    python = folder / "environment" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    done = subprocess.run([python, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def test_mlcroissant_finds_no_error_and_reads_every_row(study, tmp_path) -> None:
    run("export", study.folder, "--dataset", tmp_path / "set", "--license", "cc0-1.0")
    found = in_its_environment(tmp_path, [MLCROISSANT, "pyarrow"], CHECK_CROISSANT, tmp_path / "set" / "croissant.json")
    # 6 videos of 2 claims with a box each; 4 raters and a referee on 2 dimensions
    assert found == {"ratings": "96", "claims": "12", "boxes": "12", "scores": "24"}


def test_inspect_finds_the_level_that_each_judge_gave(study, tmp_path) -> None:
    run("export", study.folder, "--inspect", tmp_path / "levels")
    files = sorted((tmp_path / "levels").iterdir())
    claim = json.loads(files[0].read_text().splitlines()[0])["id"]
    found = in_its_environment(tmp_path, [INSPECT], CHECK_SCORES, claim, *files)
    rows = {path.name: map(json.loads, path.read_text().splitlines()) for path in files}
    assert found == {name: str(next(row["value"] for row in its if row["id"] == claim)) for name, its in rows.items()}
    assert len(found) == 10
