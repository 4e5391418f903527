"""docs/explanation/robustness.md: its commands, its Python, its pictures and its numbers are those of the package."""

import math
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers_perturb import TRUE, true_claim

from referee_calib.cli.main import main
from referee_calib.perturbation.families.perturbation import AGREEMENT
from referee_calib.perturbation.harness.perturbation_plan import JITTER
from referee_calib.perturbation.sensitivity_verdict import RobustnessThresholds
from referee_calib.reward import GeometricReward
from referee_calib.study import Study
from referee_calib.thresholds import REASONS, Thresholds, read

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "explanation" / "robustness.md").read_text(encoding="utf-8")


def test_every_picture_is_there_and_every_drawn_one_is_shown():
    shown = set(re.findall(r"\]\(\.\./(pictures/[^)]+)\)", TEXT))
    drawn = {f"pictures/robustness/{path.name}" for path in (ROOT / "docs" / "pictures" / "robustness").iterdir()}
    assert shown == drawn


@pytest.mark.parametrize("line", re.findall(r"^    referee-calib (perturb .+)$", TEXT, re.MULTILINE))
def test_every_command_is_understood(line):
    verb, _, *options = shlex.split(line)
    done = CliRunner().invoke(main, [verb, "nowhere", *options])
    assert done.exit_code == 2
    assert "nowhere is not a study folder" in done.stderr  # everything before it was read


def test_the_python_example_runs(tmp_path, monkeypatch, capsys):
    from helpers_referee import scene, write_clip

    monkeypatch.chdir(tmp_path)
    with Study.create(tmp_path / "mystudy", name="s") as study:
        for name in ("a.mp4", "b.mp4"):
            write_clip(study.media / name, [scene(("red", "circle", 150, 130, 34)) for _ in range(30)])
        study.add_claims([true_claim(0, "a.mp4"), true_claim(1, "b.mp4", TRUE)])
    (code,) = re.findall(r"```python\n(.+?)```", TEXT, re.DOTALL)
    exec(code, {"my_reward": GeometricReward("iou")})
    assert "'value': 1.0" in capsys.readouterr().out  # every small perturbation is paid more than an empty place


def test_its_numbers_are_those_of_the_package():
    assert f"IoU {AGREEMENT:.2f}\nuntil" in TEXT
    assert round(2 - 2 * math.log(1.1) / 0.1, 3) == 0.094  # the closed form that the table quotes
    assert round(0.05 / 1.95, 3) == 0.026  # where (1 - d) / (1 + d) = 0.95
    assert round(1 - 0.025 ** (1 / 28), 2) == 0.12  # upper limit for no miss in 28 videos
    limits = RobustnessThresholds()
    assert f"at most {limits.drop:.2f} less far" in TEXT
    assert f"AUC is at least {limits.auc:.2f} and false acceptance at most {limits.false_acceptance:.2f}" in TEXT
    assert f"at least {limits.noise:g} τ, and at most {100 * limits.zero_variance:g} % of the groups" in TEXT
    assert all(f"`{name}`" in TEXT for name in REASONS if name.startswith("robust_"))
    assert JITTER["boxes"].delta == 0.05


def test_the_limits_of_the_verdict_are_the_thresholds_of_a_study():
    assert RobustnessThresholds.from_study(Thresholds()) == RobustnessThresholds()


def test_a_study_that_states_the_old_names_of_thresholds_still_opens():
    found = read({"robust_separation": 0.8, "robust_miss": 0.2}, "study.toml")
    assert (found.robust_auc, found.robust_false_acceptance) == (0.8, 0.2)
    assert found.stated == ("robust_auc", "robust_false_acceptance")
