"""The page on onboarding and quality runs, names every key, and its example fits the sample study."""

import contextlib
import re
import shlex
import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.rubric import load
from referee_calib.sample.replies.questions import questions
from referee_calib.sample.replies.simulated_rollouts import rollouts
from referee_calib.study import Study
from referee_calib.study.onboarding import ROLES, read_known_claims
from referee_calib.study.settings import OnboardingSettings, QualitySettings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/how_to/onboarding_and_quality.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples/onboarding"
COMMAND = re.compile(r"^\$ referee-calib (.*)$", re.MULTILINE)


def sample_claims():
    return rollouts(questions(0), 0)[1]


def test_every_command_of_the_page_runs(tmp_path):
    study = Study.create(tmp_path / "mystudy")
    study.add_claims(sample_claims())
    study.add_rater("anna")
    shutil.copytree(EXAMPLE, tmp_path / "mystudy" / "onboarding")
    with contextlib.chdir(tmp_path):
        for line in COMMAND.findall(TEXT):
            done = CliRunner().invoke(main, shlex.split(line))
            assert done.exit_code == 0, f"{line}\n{done.output}"


def test_the_page_shows_lines_that_are_read(tmp_path):
    (tmp_path / "known.jsonl").write_text(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    known, _ = read_known_claims(tmp_path / "known.jsonl", {one.id: one for one in sample_claims()}, load())
    assert [one.role for one in known] == list(ROLES)


@pytest.mark.parametrize("kind", [OnboardingSettings, QualitySettings])
def test_the_page_names_every_key_with_its_default(kind):
    for one in fields(kind):
        assert f"`{one.name}`" in TEXT
        if not isinstance(one.default, str):
            assert (str(one.default).lower() if isinstance(one.default, bool) else f"{one.default:g}") in TEXT
