"""``referee-calib plan`` refuses numbers that mean nothing, and every verb refuses a seed below 0, in words."""

import click
import pytest
from click.testing import CliRunner

from referee_calib.cli.main import VERBS, main

SEEDED = [verb for verb in VERBS if any(p.name == "seed" for p in main.get_command(click.Context(main), verb).params)]


def test_the_verbs_that_draw_take_a_seed():
    assert {"agree", "plan", "sample", "report", "demo", "perturb", "probe", "recalibrate", "certify"} <= set(SEEDED)


@pytest.mark.parametrize("verb", SEEDED)
@pytest.mark.parametrize("seed", ["-1", "1.5"])
def test_a_seed_that_numpy_cannot_take_is_exit_code_2(tmp_path, verb, seed):
    command = main.get_command(click.Context(main), verb)
    paths = [str(tmp_path / "given") for p in command.params if isinstance(p, click.Argument)]
    result = CliRunner().invoke(main, [verb, *paths, "--seed", seed])
    assert result.exit_code == 2
    assert "'--seed'" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("option", ["--width", "--video-cost", "--rating-cost"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e308"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_widths_and_costs_are_finite_and_not_negative(option, value, form):
    # 20 videos at 1e308 each cost more than a float holds, and JSON has no infinity.
    result = CliRunner().invoke(main, ["plan", option, value, *form])
    assert result.exit_code == 2
    assert f"'{option}'" in result.stderr
    assert result.stdout == ""


def test_a_count_that_no_array_holds_is_refused():
    result = CliRunner().invoke(main, ["plan", "--levels", "99999999999999999999,5", "--budget", "3"])
    assert result.exit_code == 2
    assert "'--levels'" in result.stderr


def test_free_videos_and_a_width_of_nothing_are_taken():
    options = ["--videos", "20", "--claims", "1", "--raters", "2", "--simulations", "2"]
    result = CliRunner().invoke(main, ["plan", *options, "--width", "0", "--video-cost", "0"])
    assert result.exit_code == 0
    assert "No design gives" in result.stdout
