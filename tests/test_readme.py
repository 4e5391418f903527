"""The README: its commands run as printed, its Python runs, its rollout is read, its pictures exist."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from referee_calib.claims import Rollout, claims_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = {  # commands of the README that are not this package's own, and what stands behind them
    "make demo": "referee-calib demo --out out/demo",
    "make test": "python -m pytest",
    "make app": "referee-calib annotate out/demo/study",
}


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands():
    lines = (line for block in blocks("console") for line in block.splitlines())
    return [line[2:].split("#")[0].strip() for line in lines if line.startswith("$ ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An empty folder where the README's own file names lead to the sample study."""
    made = tmp_path_factory.mktemp("readme")
    (made / "rollouts.jsonl").symlink_to(ROOT / "data/sample_study/rollouts.jsonl")
    (made / "ratings.jsonl").symlink_to(ROOT / "data/sample_study/ratings.jsonl")
    (made / "videos").symlink_to(ROOT / "data/sample_study/media")
    return made


def test_the_two_commands_stand_on_the_first_screen():
    first_screen = "\n".join(README.splitlines()[:40])
    assert "make demo" in first_screen
    assert "make test" in first_screen


@pytest.mark.parametrize("command", SHELL)
def test_a_make_target_of_the_readme_does_what_it_says(command):
    assert command in commands()
    planned = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert SHELL[command] in planned


@pytest.mark.thorough
def test_the_commands_of_the_readme_run_one_after_another(folder):
    program = str(Path(sys.executable).with_name("referee-calib"))
    own = [command for command in commands() if command.startswith("referee-calib ")]
    assert len(own) >= 6
    for command in own:
        words = shlex.split(command)
        if words[1] in {"annotate", "coordinate"} and "--no-start" not in words:
            words.append("--no-start")  # the running app and pages are tested in a browser
        done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if words[1] == "annotate":  # what people would do in the browser
            people = [program, "import", "study", "ratings.jsonl", "--add-raters"]
            subprocess.run(people, cwd=folder, capture_output=True, check=True)


def test_every_other_command_of_the_readme_is_known():
    known = (*SHELL, "git clone", "cd ", "pip install")
    strange = [c for c in commands() if not c.startswith("referee-calib ") and not c.startswith(known)]
    assert not strange


def test_the_python_of_the_readme_runs(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert blocks("python")
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_the_pictures_and_links_of_the_readme_exist():
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", README) + re.findall(r'src="([^"]+)"', README)
    missing = [t for t in targets if not t.startswith(("http://", "https://")) and not (ROOT / t).exists()]
    assert targets
    assert not missing


def test_the_readme_is_read_in_three_minutes():
    assert len(README.splitlines()) <= 150


def test_the_rollout_of_the_readme_is_one_that_import_reads():
    (row,) = blocks("json")
    parsed = claims_of(Rollout.from_json(json.loads(row), "README.md"))
    assert [claim.object for claim in parsed.claims] == ["red ball"]
