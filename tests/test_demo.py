"""The demo, run once from end to end; the tests read what it left."""

import json
import re
import shutil
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from referee_calib.analysis import compare_referees
from referee_calib.cli.main import main
from referee_calib.cli.study import demo
from referee_calib.io import json_lines
from referee_calib.referee import load_referee
from referee_calib.report import SCHEMA, checks, render_html
from referee_calib.study import ScoringSelection, Study, referee_scoring

SAMPLE = Path(__file__).parent.parent / "data" / "sample_study"

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="session")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "out"


@pytest.fixture(scope="session")
def ran(out):
    return CliRunner().invoke(main, ["demo", "--out", str(out)], catch_exceptions=False)


@pytest.fixture(scope="session")
def report(ran, out):
    assert ran.exit_code == 0, ran.output
    return json.loads((out / "report.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_demo_ends_well_and_says_where_the_report_is_and_what_to_type_next(ran, out):
    assert ran.exit_code == 0, ran.output
    assert str(out / "report.html") in ran.stdout
    assert f"referee-calib annotate {out / 'study'}" in ran.stdout
    assert "simulated" in ran.stdout
    steps = re.findall(r"^\[(\d)/6\]", ran.stderr, re.MULTILINE)
    assert steps == ["1", "2", "3", "4", "5", "6"]


def test_demo_shows_passes_a_miss_and_what_nobody_can_tell(report, ran):
    states = Counter(check["state"] for check in checks(report["verdict"]))
    assert states["pass"] >= 10
    assert states["fail"] >= 1
    assert states["cannot tell"] >= 1
    missed = f"{states['fail']} threshold{'s are' if states['fail'] > 1 else ' is'} missed"
    open_ones = f"on {states['cannot tell']} more these data cannot tell."
    assert f"Verdict against the study's thresholds: fail. {missed}" in ran.stdout
    assert open_ones in ran.stdout


def slices(report, dimension, by):
    item = next(item for item in report["dimensions"] if item["dimension"] == dimension)
    return {row["value"]: row for row in item["subgroups"] if row["by"] == by}


@pytest.mark.parametrize("dimension", ["relevance", "localization"])
def test_demo_shows_the_planted_exploit_as_agreement_that_falls_from_step_to_step_in_one_policy(report, dimension):
    steps = slices(report, dimension, "step")
    behind = [steps[step]["difference"]["value"] for step in ("0", "100", "200", "300")]
    assert behind == sorted(behind, reverse=True)
    assert steps["300"]["difference"]["high"] < 0 <= steps["0"]["difference"]["high"]
    of = slices(report, dimension, "source")
    assert of["policy-a"]["difference"]["high"] > 0
    assert of["policy-b"]["difference"]["high"] < of["policy-a"]["difference"]["low"]


def test_demo_pays_both_policies_as_the_datasheet_says(report):
    rows = [row for _, row in json_lines.read(SAMPLE / "rollouts.jsonl")]
    paid = {row["rollout"]: row["referee"] for row in report["rewards"]["rollouts"]}
    sheet = (SAMPLE / "DATASHEET.md").read_text(encoding="utf-8")
    for policy in ("policy-a", "policy-b"):
        by_step = defaultdict(list)
        for row in rows:
            if row["source"] == policy and paid.get(row["rollout"]) is not None:
                by_step[row["step"]].append(paid[row["rollout"]])
        means = " | ".join(f"{sum(values) / len(values):.2f}" for _, values in sorted(by_step.items()))
        assert f"| `{policy}`: mean reward by the embedded referee | {means} |" in sheet


def test_demo_compares_rankings_in_groups_of_several_rollouts(report):
    groups = {row["group"] for _, row in json_lines.read(SAMPLE / "rollouts.jsonl")}
    for ranking in report["recalibration"]["rankings"]:
        assert ranking["groups"] == len(groups)  # none is too small to compare
        assert ranking["rollouts"] >= 4 * len(groups)


def test_demo_shows_what_the_shipped_baseline_pays_for_beside_the_referee(report, out):
    boxes = next(about for about in report["robustness"]["summary"]["about"] if about["on"] == "boxes")
    paid = {
        row["name"]: {one["family"]: one["mean"]["value"] for one in (*row["exploits"], *row["wrong"])}
        for row in boxes["rewards"]
    }
    plainly_wrong = ("far_too_late", "swapped_name", "box_grid")
    assert [paid["open-o3-shipped"][name] for name in plainly_wrong] == [1.0, 1.0, 1.0]
    assert all(paid["semantic"][name] < 0.05 for name in plainly_wrong)
    assert paid["open-o3-meant"]["far_too_late"] == 0.0  # its gate has two sides
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.index('aria-labelledby="robust-overlap-boxes-t') < page.index('class="sections"')  # on page one
    for name in plainly_wrong:
        assert re.search(rf'data-key="wrong_evidence.boxes.mean.open-o3-shipped.{name}"><b>1.00</b>', page)
    said = {row["reward"]: row["wording"] for row in report["robustness"]["sentences"] if row["on"] == "boxes"}
    assert said["constant"] == "insensitive, not robust"
    assert report["robustness"]["reward"] == "semantic"


def test_demo_report_is_about_the_sample_study(report):
    assert report["schema"] == SCHEMA
    assert report["counts"]["videos"] >= 24
    assert report["ratings"]["simulated"] == report["ratings"]["rows"] > 1000
    assert report["referee"]["description"]["name"] == "pixels"
    assert [d["dimension"] for d in report["dimensions"]] == ["relevance", "localization", "timing"]


def test_demo_measures_something_and_leaves_nothing_open_without_a_reason(report):
    for item in report["dimensions"]:
        for row in item["coefficients"]:
            for who in ("people", "referee", "difference"):
                estimate = row[who]
                assert estimate["value"] is not None or estimate["reason"]
                if estimate["low"] is not None:
                    assert estimate["low"] <= estimate["value"] <= estimate["high"]
            # the difference is of these two numbers, not of others
            if None not in (row["people"]["value"], row["referee"]["value"]):
                gap = row["referee"]["value"] - row["people"]["value"]
                assert row["difference"]["value"] == pytest.approx(gap)


def test_demo_counts_add_up(report, out):
    with Study.open(out / "study") as study:
        claims, ratings = study.claims(), study.ratings()
        scores = study.scores(report["referee"]["fingerprint"])
    for item in report["dimensions"]:
        name, counts = item["dimension"], item["counts"]
        losses = [loss for loss in report["excluded_rows"] if loss["dimension"] == name]
        lost = Counter()
        for loss in losses:
            lost[loss["what"]] += loss["rows"]
        assert counts["applicable"] == sum(name in claim.dimensions for claim in claims)
        given = [rating for rating in ratings if rating.dimension == name]
        assert counts["levels"] + lost["rating without a level"] == len(given)
        judged = [score for score in scores if score.dimension == name]
        assert counts["scored"] + lost["failed score"] == len(judged) == counts["applicable"]
        # every pair of one rating and one score is in the confusion table, the others are load_referee
        pairs = sum(map(sum, item["confusion"]["counts"]))
        assert pairs + lost["rating without a score beside it"] == counts["levels"]


def test_demo_confusion_is_what_the_records_say(report, out):
    with Study.open(out / "study") as study:
        ratings, scores = study.ratings(), study.scores(report["referee"]["fingerprint"])
    level = {(s.claim, s.dimension): s.level for s in scores}
    for item in report["dimensions"]:
        counts = [[0] * 5 for _ in range(5)]
        for rating in ratings:
            given = level.get((rating.claim, rating.dimension))
            if rating.dimension == item["dimension"] and rating.level is not None and given is not None:
                counts[rating.level][given] += 1
        assert item["confusion"]["counts"] == counts


def test_demo_shows_its_perturbation_in_place_of_the_short_look(report):
    assert report["response_curves"] == []
    assert report["robustness"]["reward"]
    assert {about["on"] for about in report["robustness"]["summary"]["about"]} == {"boxes", "span"}


def test_demo_examines_the_reward_that_training_imports(report, out):
    from referee_calib.reward import SemanticEvidenceReward

    examined = report["rewards"]["examined"]
    assert examined["fingerprint"] == SemanticEvidenceReward("pixels", media=out / "study" / "media").fingerprint
    assert len(report["rewards"]["rollouts"]) == report["counts"]["rollouts"]


def test_demo_shows_frames_of_the_claims_they_differ_on(report):
    assert len(report["disagreements"]) == 6
    assert all(item["image"].startswith("data:image/jpeg;base64,") for item in report["disagreements"])
    gaps = [abs(item["gap"]) for item in report["disagreements"]]
    assert gaps == sorted(gaps, reverse=True)
    assert all(item["gap"] == pytest.approx(item["referee"] - item["people_mean"]) for item in report["disagreements"])


def test_demo_page_is_small_and_drawn_from_its_json(report, out):
    page = (out / "report.html").read_bytes()
    assert len(page) < 3_000_000
    assert page.decode("utf-8") == render_html(report)


def test_demo_typed_again_reuses_what_is_there_and_tells_the_same(report, out):
    before = (out / "report.json").read_bytes()
    with Study.open(out / "study") as study:
        counts = study.counts()
    again = CliRunner().invoke(main, ["demo", "--out", str(out), "--json", "--quiet"], catch_exceptions=False)
    assert again.exit_code == 0
    assert again.stderr == ""
    assert json.loads(again.stdout)["headline"] == report["headline"]["sentence"]
    with Study.open(out / "study") as study:
        assert study.counts() == counts
    assert (out / "report.json").read_bytes() == before


def test_another_study_in_the_place_of_the_demos_is_left_alone(tmp_path):
    Study.create(tmp_path / "study", name="Mine").close()
    ended = CliRunner().invoke(main, ["demo", "--out", str(tmp_path)])
    assert ended.exit_code == 2
    assert "it is not the demo's" in ended.stderr
    assert not (tmp_path / "report.html").exists()


def test_without_a_checkout_the_sample_is_rendered_into_the_folder(tmp_path, monkeypatch):
    import referee_calib
    from referee_calib.sample import write_study

    rendered = []
    monkeypatch.setattr(referee_calib, "__file__", str(tmp_path / "site-packages" / "referee_calib" / "__init__.py"))
    monkeypatch.setattr(write_study, "write_study", lambda folder, **_: rendered.append(folder))
    assert demo.sample_folder(tmp_path / "out") == tmp_path / "out" / "sample"
    assert rendered == [tmp_path / "out" / "sample"]
    (tmp_path / "out" / "sample").mkdir(parents=True)
    (tmp_path / "out" / "sample" / "study.toml").write_text("")  # written last: it is complete
    demo.sample_folder(tmp_path / "out")
    assert len(rendered) == 1


def test_a_file_in_the_place_of_the_folder_is_one_clear_line(tmp_path):
    (tmp_path / "taken").write_text("")
    ended = CliRunner().invoke(main, ["demo", "--out", str(tmp_path / "taken")])
    assert ended.exit_code == 2
    assert ended.stderr.strip().splitlines()[-1].startswith("referee-calib: ")


def test_fewer_frames_are_seen_as_a_worse_referee_of_timing_and_no_other_one_of_places(ran, out, tmp_path):
    shutil.copytree(out / "study", tmp_path / "study")
    with Study.open(tmp_path / "study") as study:
        usual = load_referee("pixels", rubric=study.rubric, clock=study.config.clock)
        sparse = replace(usual, frames=replace(usual.frames, clip_frames=8, clip_rate=1.0))
        referee_scoring.run(study, sparse, ScoringSelection())
        found = compare_referees(study, [usual.fingerprint, sparse.fingerprint])
    assert found.settings == {"frames.clip_frames": (64, 8), "frames.clip_rate": (8.0, 1.0)}
    by = {(item.dimension, d.measure): d.estimate for item in found.dimensions for d in item.differences}
    assert by["timing", "cohen_kappa_quadratic"].high < 0
    same = by["localization", "cohen_kappa_quadratic"]
    assert (same.value, same.reason) == (0.0, "no difference in any group of units")
