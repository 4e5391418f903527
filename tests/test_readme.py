"""The README: its commands run as printed, its Python runs, its tree names every file, its pictures exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_the_commands_of_the_readme_run_one_after_another(folder):
    program = str(Path(sys.executable).with_name("referee-calib"))
    own = [command for command in commands() if command.startswith("referee-calib ")]
    assert len(own) >= 7
    for command in own:
        words = shlex.split(command)
        if words[1] == "annotate" and "--no-start" not in words:
            words.append("--no-start")  # the running app is tested in a browser
        done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"


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


def test_the_tree_of_the_readme_names_every_file():
    tree = next(block for block in blocks("text") if "referee_calib/" in block)
    named = set(re.findall(r"^\s*([\w./-]+\.\w+)\s", tree, flags=re.MULTILINE))
    packages = ("agreement", "referee_calib", "annotate_app")
    suffixes = {".py", ".js", ".css", ".toml", ".j2"}
    files = {
        str(path.relative_to(ROOT))
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.suffix in suffixes and path.name != "__init__.py"
    }
    assert files - named == set()
    assert {name for name in named if name.startswith(packages)} - files == set()
