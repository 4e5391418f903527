"""Every block and command of docs/how_to/referees.md runs as it stands, and its tables name what is there."""

import re
import shlex
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from helpers_referee import box_of, scene, write_clip

from referee_calib.cli.main import main
from referee_calib.cli.referee import replies as replies_verb
from referee_calib.cli.referee import score as score_verb
from referee_calib.cli.study import doctor as doctor_verb
from referee_calib.io import json_lines
from referee_calib.records import STATUSES, Claim
from referee_calib.referee import FramePolicy, Prompt, backend_table, load_referee, read_specs
from referee_calib.referee.backends.builtin import BACKENDS
from referee_calib.referee.decoding_settings import RUNGS, Decoding
from referee_calib.referee.frame_policy.policy import POLICIES
from referee_calib.referee.prompting.prompt_file import KNOWN, LEVELS, SHIPPED
from referee_calib.referee.referees_toml import KEYS
from referee_calib.referee_health.examination import examine
from referee_calib.study import Study
from referee_calib.testing.endpoint import Endpoint

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "how_to" / "referees.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
MODEL = "Qwen/Qwen3-VL-8B-Instruct"


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint(models=[MODEL]) as running:
        yield running


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {i}" for i, _ in enumerate(BLOCKS, start=1)])
def test_a_block_runs(block, endpoint, tmp_path, monkeypatch, capsys):
    (tmp_path / "media").mkdir()
    write_clip(tmp_path / "media" / "a.mp4", [scene(("red", "circle", 120, 100, 26))] * 5)
    box = (0.2, *box_of("circle", 120, 100, 26))
    question = "Where is the red ball?"
    claims = [Claim(video="a.mp4", question=question, object="red ball", boxes=(box,), index=i) for i in range(3)]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFEREE_CALIB_BASE_URL", endpoint.url)
    exec(compile(block, "docs/how_to/referees.md", "exec"), {"claims": claims, "media": tmp_path / "media"})
    printed = capsys.readouterr().out
    assert not printed or printed.count("ok") == 6


@pytest.fixture(scope="module")
def played(endpoint, tmp_path_factory):
    """Every command of the page, in order, in a folder with a few rollouts and their videos."""
    folder = tmp_path_factory.mktemp("page")
    sample = ROOT / "data" / "sample_study"
    rows = [row for _, row in json_lines.read(sample / "rollouts.jsonl")][:8]
    json_lines.write(folder / "rollouts.jsonl", rows)
    (folder / "videos").symlink_to(sample / "media")
    results = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("REFEREE_CALIB_CACHE", str(folder / "replies.sqlite"))
        for line in COMMANDS:
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                patch.setenv(name, value.replace("http://localhost:8000/v1", endpoint.url))
                continue
            if (folder / "mystudy").is_dir():
                toml = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL).group(1)
                toml = re.sub(r"http://localhost:800\d/v1", endpoint.url, toml)
                (folder / "mystudy" / "referees.toml").write_text(toml)
            assert line.startswith("referee-calib ")
            result = CliRunner().invoke(main, shlex.split(line)[1:])
            results.append((line, result.exit_code, result.output))
    return SimpleNamespace(folder=folder, results=results)


def test_every_command_runs(played):
    assert len(played.results) >= 9
    for line, code, output in played.results:
        # what the endpoint of the tests says means nothing, and the doctor says so
        assert code == (1 if " doctor " in line else 0), f"{line}\n{output}"


def test_five_lines_score_a_study(played):
    first = re.search(r"in five lines.*?```console\n(.*?)```", PAGE, re.DOTALL).group(1).splitlines()
    assert len(first) == 5
    with Study.open(played.folder / "mystudy") as study:
        name = f"openai:{MODEL}"
        (fingerprint,) = [key for key, about in study.referees().items() if about["name"] == name]
        wanted = {(one.id, dimension) for one in study.claims() for dimension in one.dimensions}
        assert {(one.claim, one.dimension) for one in study.scores(fingerprint)} == wanted
        names = {about["name"] for about in study.referees().values()}
        assert names == {name, "qwen", "qwen-cropped", "scripted"}
        assert any("retest" in about for about in study.referees().values())
    assert list((played.folder / "look").iterdir())


def test_the_example_of_a_file_is_one(tmp_path):
    path = tmp_path / "referees.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL).group(1))
    found = read_specs(path)
    assert found["qwen-cropped"].frames == replace(FramePolicy.named("crop"), context=0.5)
    assert found["qwen-cropped"].decoding == Decoding(rung="exact")


def rows_of(heading):
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("|")][2:]


def test_the_tables_name_everything_there_is():
    assert len(BLOCKS) == 5
    assert {row[0].strip().strip("`") for row in rows_of("Backends")} == set(backend_table())
    assert {row[0].strip().strip("`") for row in rows_of("How a level is read")} == set(RUNGS)
    assert {row[0].strip().strip("`") for row in rows_of("What can come back")} == set(STATUSES)
    told = {key for row in rows_of("Referees with names") for key in re.findall(r"`(\w+)`", row[0])}
    options = {name for kind in BACKENDS.values() for name in kind.options}
    assert told == set(KEYS) | options
    decoding = next(row[1] for row in rows_of("Referees with names") if "`decoding`" in row[0])
    assert set(re.findall(r"`(\w+)`", decoding)) == {one.name for one in fields(Decoding)}


def test_every_option_that_the_page_names_exists():
    verbs = (score_verb.command, doctor_verb.command, *replies_verb.command.commands.values())
    known = {option for verb in verbs for one in verb.params for option in one.opts}
    written = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert written <= known | {"--model"}


def test_the_example_of_a_prompt_is_one(tmp_path):
    (tmp_path / "mine.txt").write_text(re.search(r"```text\n(version: mine-1\n.*?)```", PAGE, re.DOTALL).group(1))
    prompt = Prompt.from_file(tmp_path / "mine.txt")
    assert (prompt.stated, prompt.answers, prompt.max_characters) == ("mine-1", LEVELS, 300)


def test_prompts_policies_and_findings_are_told_by_name():
    section = PAGE.partition("## What it is asked")[2].partition("\n## ")[0]
    assert {path.stem for path in SHIPPED.glob("*.txt")} <= set(re.findall(r"`([\w-]+)`", section))
    assert set(KNOWN) <= set(re.findall(r"`\{(\w+)\}`", section))
    assert {row[0].split("`")[1] for row in rows_of("What it is shown: frame policies")} == set(POLICIES)
    told = " ".join(row[0] for row in rows_of("Is my referee usable? `doctor`"))
    health = examine(load_referee("pixels"), scenes=6, dimensions=("localization",))
    keys = {one.key for one in health.checks} - {"localization: blank", "localization: another"}  # told as "…: blank"
    assert {key for key in keys if f"`{key}`" not in told} == set()
