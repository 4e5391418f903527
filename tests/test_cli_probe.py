"""`referee-calib probe` from the command line: what it writes, what it keeps, what is missing and why."""

import csv
import json
from collections import Counter
from pathlib import Path

import av
import pytest
from click.testing import CliRunner
from helpers_referee import box_of, scene, write_clip
from helpers_robustness import make_study

from referee_calib.cli.main import main
from referee_calib.records import Claim
from referee_calib.study import Study

FAST = ["--resamples", "100", "-q"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("probe") / "study")


def run(*arguments):
    return CliRunner().invoke(main, ["probe", *map(str, arguments)], catch_exceptions=False)


def gains_of(summary, reward):
    row = next(row for row in summary["about"][0]["rewards"] if row["name"] == reward)
    return {one["probe"]: one for one in row["gains"]}


@pytest.fixture(scope="module")
def summary(folder):
    rewards = "open-o3-shipped,open-o3-meant,iou,tiou,constant,helpers_robustness:honest"
    done = run(folder, "--rewards", rewards, *FAST)
    assert done.exit_code == 0, done.output
    assert "Open-o3 as shipped: pass" in done.output
    return json.loads((folder / "probe" / "summary.json").read_text(encoding="utf-8"))


def test_the_shipped_reward_pays_what_is_late_misnamed_and_by_the_hundred(summary):
    shipped, meant = gains_of(summary, "open-o3-shipped"), gains_of(summary, "open-o3-meant")
    for probe in ("late_1", "late_30", "right_box_wrong_name", "grid_171"):
        assert (shipped[probe]["paid"], shipped[probe]["state"]) == (1.0, "fail")
    assert (meant["late_1"]["paid"], meant["late_1"]["state"]) == (0.0, "pass")
    assert shipped["early_1"]["state"] == "pass"


def test_the_gain_is_the_difference_in_units_of_truth_less_elsewhere(summary):
    one = gains_of(summary, "iou")["right_box_wrong_name"]
    gap = next(row for row in summary["about"][0]["rewards"] if row["name"] == "iou")["gap"]["value"]
    assert one["raw"]["value"] == pytest.approx(1.0 - one["honest"])  # the right box has IoU 1
    assert one["gain"]["value"] == pytest.approx(one["raw"]["value"] / gap)


def test_an_honest_function_passes_every_probe_of_its_kind(summary):
    states = {key: one["state"] for key, one in gains_of(summary, "helpers_robustness:honest").items()}
    pictures = {"reversed_clip", "frames_ahead_2"}  # it looks at none, and is not told that it should
    assert {key for key, state in states.items() if state == "fail"} <= pictures
    assert states["shotgun_100"] == "pass"


def test_of_a_constant_nothing_can_be_said(summary):
    row = next(row for row in summary["about"][0]["rewards"] if row["name"] == "constant")
    assert row["refused"].startswith("it does not pay true evidence more")
    assert set(row["counts"]) <= {"cannot tell", "not applicable"}


def test_a_hit_shows_its_worst_example(summary):
    example = gains_of(summary, "open-o3-shipped")["grid_171"]["example"]
    assert example["image"].startswith("data:image/jpeg;base64,")
    assert example["paid"] == 1.0
    assert "<obj>" in example["text"]
    late = gains_of(summary, "open-o3-shipped")["late_30"]["example"]
    assert late["image"] is None
    assert "it ends at 2.400 s" in late["note"]  # the video is over by then


def test_what_is_missing_is_named_with_its_reason(summary):
    missing = {row["what"]: row["why"] for row in summary["missing"]}
    assert "it has no span" in missing["everything about span"]
    assert missing["early_30 (boxes)"] == "no evidence lies 30 s into its video"


def test_every_value_stands_in_the_csv(summary, folder):
    with (folder / "probe" / "rows.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["reward"], row["probe"]) == ("iou", "grid_171")]
    assert len(rows) == 36  # 6 videos, 3 things, 2 times
    assert {row["paid"] for row in rows} == {"1.0"}


class Counting:
    """Counts what it is asked; its answers are kept."""

    fingerprint = "counting"
    asked = 0

    def judge(self, claims, media):
        Counting.asked += len(claims)
        return [1.0 if claim.boxes == claim.reference_boxes else 0.0 for claim in claims]


def test_a_second_run_asks_nothing_again(folder, summary):
    Counting.asked = 0
    command = (
        folder,
        "--rewards",
        "test_cli_probe:Counting",
        "--probes",
        "whole_frame,grid_171",
        "--limit",
        "6",
        *FAST,
    )
    assert run(*command).exit_code == 0
    once = Counting.asked
    assert run(*command).exit_code == 0
    # true, wrong, honest, two probes, and two more rounds of the truth for its noise: 7 times 6 claims; then nothing
    assert (once, Counting.asked) == (42, 42)


def test_claims_without_truth_run_only_what_needs_none(tmp_path):
    study = Study.create(tmp_path / "untold", name="Untold")
    for i in range(6):
        x = 120 + 20 * i
        write_clip(study.media / f"v{i}.mp4", [scene(("red", "circle", x, 130, 34), noise=4, seed=j) for j in range(8)])
    study.add_claims(
        [
            Claim(
                video=f"v{i}.mp4",
                question="Where is the red ball?",
                object="red ball",
                boxes=((0.3, *box_of("circle", 120 + 20 * i, 130, 34)),),
                rollout=f"r{i}",
            )
            for i in range(6)
        ]
    )
    study.close()
    done = run(tmp_path / "untold", "--rewards", "semantic,iou", *FAST)
    assert done.exit_code == 0, done.output
    summary = json.loads((tmp_path / "untold" / "probe" / "summary.json").read_text(encoding="utf-8"))
    gains = gains_of(summary, "semantic")
    assert gains["duplicates_10"]["state"] == "pass"
    assert not gains["duplicates_10"]["normalised"]
    assert gains["whole_frame"]["state"] == "not applicable"
    why = {row["what"]: row["why"] for row in summary["missing"]}
    assert any("whole_frame" in what and "only probes that need none" in reason for what, reason in why.items())
    assert gains_of(summary, "iou")["duplicates_2"]["reason"].startswith("it gave no value for 6 of 6")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--probes", "whole_fram"], "'whole_fram'"),
        (["--rewards", "iuo"], "'iuo'"),
        (["--rewards", "no_such_module:reward"], "there is no module"),
    ],
)
def test_a_wrong_name_ends_in_one_line(folder, arguments, said):
    done = run(folder, *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1 or done.output.startswith("finding")


def test_a_run_reads_the_facts_of_a_video_once_whatever_it_asks(tmp_path, monkeypatch):
    study = make_study(tmp_path / "study")
    opened, real = Counter(), av.open

    def counted(path, *mode, **how):
        opened.update([str(path)] if not mode else [])
        return real(path, *mode, **how)

    monkeypatch.setattr(av, "open", counted)
    rewards = "semantic,open-o3-shipped,iou,whole-frame"
    done = run(study, "--rewards", rewards, "--probes", "whole_frame,late_1,reversed_clip", "--limit", "12", *FAST)
    assert done.exit_code == 0
    # an original: its facts, which take two passes, and two passes that render it backwards
    originals = [count for path, count in opened.items() if Path(path).parent == study / "media"]
    assert max(originals) <= 4
    # a link and its rendering: facts, frames for the referee, and the check of what was written
    assert max(opened.values()) <= 8
