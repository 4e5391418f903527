"""`referee-calib perturb` from the command line: what it writes, what is missing and why, and what people add."""

import csv
import json

import pytest
from click.testing import CliRunner
from helpers_perturb import true_claim
from helpers_referee import box_of, scene, write_clip

from referee_calib.cli.main import main
from referee_calib.records import Claim, Rating
from referee_calib.study import Study

FAST = ["--families", "shift_x,grow,background,far_too_late,box_grid", "--deltas", "0.05,0.3,1", "--resamples", "100"]
PLACES = {"a.mp4": 120, "b.mp4": 220, "c.mp4": 150}


def claim(name, i, **changes):
    given = {"question": "Where is the red ball?", "rollout": f"{name}-{i}", "time": 0.2 + 0.2 * i}
    return true_claim(i, name, box_of("circle", PLACES[name], 130, 34), **given | changes)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    for name, x in PLACES.items():
        write_clip(folder / name, [scene(("red", "circle", x, 130, 34), noise=4, seed=i) for i in range(15)])
    return folder


def study_of(folder, clips, claims):
    study = Study.create(folder, name="Balls")
    for path in clips.iterdir():
        (study.media / path.name).write_bytes(path.read_bytes())
    study.add_claims(claims)
    study.close()
    return folder


@pytest.fixture
def folder(tmp_path, clips):
    return study_of(
        tmp_path / "study", clips, [claim(name, i) for name, n in zip(PLACES, (3, 2, 1), strict=True) for i in range(n)]
    )


def run(*arguments):
    return CliRunner().invoke(main, ["perturb", *map(str, arguments)], catch_exceptions=False)


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def summary_of(folder):
    return json.loads((folder / "perturb" / "summary.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_it_writes_every_number_and_every_value(folder):
    done = run(folder, *FAST, "-q")
    assert done.exit_code == 0, done.output
    found = summary_of(folder)
    assert found["schema"] == "referee-calib/perturb/3"
    (about,) = found["about"]
    assert (about["on"], about["n_claims"], about["n_videos"]) == ("boxes", 6, 3)
    paid = {row["name"]: {one["family"]: one["mean"]["value"] for one in row["exploits"]} for row in about["rewards"]}
    assert paid["open-o3-shipped"] == {"far_too_late": 1.0, "box_grid": 1.0}
    assert paid["semantic"]["far_too_late"] == 0.0
    constant = next(v for v in about["verdicts"] if v["reward"] == "constant")
    assert constant["wording"] != "supported"
    with (folder / "perturb" / "rows.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["size"] for row in rows} == {"medium"}  # 68 x 68 of 320 x 240 pixels: 6 % of the frame
    truth = [row["reward"] for row in rows if row["family"] == "truth"]
    assert truth.count("iou") == truth.count("semantic") == 6  # neither has noise, so nothing was repeated
    iou = [row for row in rows if row["reward"] == "iou" and row["family"] == "shift_x" and row["delta"] == "0.3"]
    assert [float(row["value"]) for row in iou] == pytest.approx([0.7 / 1.3] * 6)
    assert "Constant, less sensitive to small perturbations than IoU:" in done.stdout


def test_the_second_run_asks_nobody_and_says_the_same(folder, monkeypatch):
    run(folder, *FAST, "-q")
    first = (folder / "perturb" / "summary.json").read_bytes()
    from referee_calib.reward import SemanticEvidenceReward

    monkeypatch.setattr(SemanticEvidenceReward, "judge", lambda *given, **named: pytest.fail("asked again"))
    assert run(folder, *FAST, "-q").exit_code == 0
    assert (folder / "perturb" / "summary.json").read_bytes() == first


def test_claims_without_reference_boxes_run_only_what_does_not_need_them(tmp_path, clips):
    spans = [claim(n, 0, boxes=(), span=(0.2, 0.6), reference_boxes=None, reference_span=(0.2, 0.6)) for n in PLACES]
    mine = study_of(tmp_path / "study", clips, [*spans, *(claim(n, 1, reference_boxes=None) for n in PLACES)])
    done = run(mine, "--rewards", "iou,tiou,constant", "--resamples", "100", "--json", "-q")
    assert done.exit_code == 0, done.output
    found = summary_of(mine)
    assert [about["on"] for about in found["about"]] == ["span"]
    why = next(row["why"] for row in found["missing"] if row["what"] == "everything about boxes")
    assert why == "3 claims: it has no box; 3 claims: no reference boxes"
    assert json.loads(done.stdout)["missing"] == found["missing"]


def test_a_study_without_any_truth_says_what_is_missing(tmp_path, clips):
    mine = study_of(tmp_path / "study", clips, [claim("a.mp4", 0, reference_boxes=None)])
    done = run(mine, "--rewards", "iou", "-q")
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "none of its claims can be perturbed: boxes: 1 claim, no reference boxes; span: 1 claim, it has no" in line
    assert "reference_boxes or reference_span" in line


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--rewards", "iou,nonsense"), "reward 'nonsense'"),
        (("--families", "shift_x,sideways"), "family 'sideways'"),
        (("--deltas", "0.1,much"), "--deltas"),
        (("--deltas", "0.1,-1"), "--deltas"),
    ],
)
def test_wrong_names_are_refused_in_one_line(folder, option, said):
    done = run(folder, *option)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_a_limit_takes_claims_of_every_video(folder):
    run(folder, *FAST, "--limit", 3, "--rewards", "iou,constant", "-q")
    (about,) = summary_of(folder)["about"]
    assert (about["n_claims"], about["n_videos"]) == (3, 3)


def test_a_damaged_summary_is_refused_by_the_report_reader(folder):
    from referee_calib.errors import InputError
    from referee_calib.io.run_summary import PERTURB_RUN

    home = folder / "perturb"
    assert PERTURB_RUN.read_summary(folder) is None
    run(folder, *FAST, "--rewards", "iou", "-q")
    assert PERTURB_RUN.read_summary(folder)["study"] == "Balls"
    (home / "summary.json").write_text('{"schema": "other"}')
    with pytest.raises(InputError, match="referee-calib perturb"):
        PERTURB_RUN.read_summary(folder)


def rate(folder, path, links):
    """Let one person rate all: they forgive 0.05, half of what is moved by 0.3, and nothing beyond."""
    levels = {0.05: 4, 0.3: 2, 1.0: 0}
    with Study.open(folder) as study:
        study.add_claims([Claim.from_json(row) for row in lines_of(path)])
        study.add_rater("anna", origin="label_studio")
        for name, link in links.items():
            level = 4 if link["family"] == "truth" else levels.get(link["delta"], 0)
            study.add_ratings([
                Rating(claim=name, rater="anna", dimension="relevance", level=4, nonce=f"r{name}"),
                Rating(claim=name, rater="anna", dimension="localization", level=level, nonce=f"l{name}"),
            ])  # fmt: skip


def test_what_people_say_about_perturbed_claims_stands_on_the_same_axes(folder):
    done = run(folder, *FAST, "--for-people", 24, "-q")
    assert done.exit_code == 0, done.output
    path = folder / "perturb" / "claims.jsonl"
    again = run(folder, *FAST, "--for-people", 24, "-q")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    links = {row["claim"]: row for row in lines_of(folder / "perturb" / "claims.links.jsonl")}
    assert {row["id"] for row in lines_of(path)} == set(links)
    assert {row["source"] for row in lines_of(path)} == {"perturbed"}
    assert len({row["rollout"] for row in lines_of(path)}) == 24  # each a rollout of its own
    rate(folder, path, links)
    done = run(folder, *FAST, "--rewards", "iou,giou,constant", "-q")
    (about,) = summary_of(folder)["about"]
    assert about["n_claims"] == 6  # perturbed claims are no truth to start from
    people = about["people"]
    assert (people["n_rated"], people["reason"]) == (24, "")
    curve = dict(zip(people["pooled"]["overlap"], people["pooled"]["mean"], strict=True))
    # 0.3 of a width leaves IoU 0.7 / 1.3 = 0.54 and growth by 0.3 leaves 1 / 1.69 = 0.59: half is paid there
    assert (curve[1.0], curve[0.0]) == (1.0, 0.0)
    assert next(value for overlap, value in curve.items() if abs(overlap - 0.6) < 0.01) == pytest.approx(0.5, abs=0.1)
    assert people["curves"] == []  # no magnitude of one family has five ratings
    error = {row["name"]: row["people_error"] for row in about["rewards"]}
    assert error["constant"]["value"] is None
    assert "does not pay the truth more" in error["constant"]["reason"]
    fourth = {v["reward"]: part for v in about["verdicts"] for part in v["parts"] if part["hypothesis"] == "H4"}
    nearer = error["iou"]["value"] - error["giou"]["value"]
    assert fourth["giou"]["measured"]["value"] == pytest.approx(nearer, abs=1e-9)
    assert (fourth["constant"]["p"], fourth["constant"]["state"]) == (None, "cannot tell")
    assert "People’s response curve" in done.stdout
    assert "“Constant lies nearer to people than IoU does” (H4): not defined" in done.stdout


def test_ratings_that_do_not_count_are_named(folder):
    run(folder, *FAST, "--for-people", 24, "-q")
    names = [row["claim"] for row in lines_of(folder / "perturb" / "claims.links.jsonl")]
    with Study.open(folder) as study:
        study.add_claims([Claim.from_json(row) for row in lines_of(folder / "perturb" / "claims.jsonl")])
        study.add_rater("anna", origin="label_studio")
        study.add_ratings([
            Rating(claim=names[0], rater="anna", dimension="relevance", level=4, rubric="another"),
            Rating(claim=names[1], rater="anna", dimension="relevance", level=4),
        ])  # fmt: skip
    run(folder, *FAST, "--rewards", "iou", "-q")
    missing = {row["what"]: row["why"] for row in summary_of(folder)["missing"]}
    assert "under other words" in missing["1 ratings of perturbed claims"]
    assert "no level for relevance, or none for" in missing["1 perturbed claims that people rated"]


def test_a_few_claims_are_written_as_asked_and_said_to_decide_nothing(folder):
    done = run(folder, *FAST, "--for-people", 3, "-q", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout, parse_constant=pytest.fail)
    assert (found["claims"], len(lines_of(folder / "perturb" / "claims.jsonl"))) == (3, 3)
    assert found["plans"][0]["planned"]["tolerant"] == 0
    assert found["plans"][0]["planned"]["half_width"] is None


def test_rated_claims_that_a_run_does_not_ask_about_are_named(folder):
    run(folder, *FAST, "--for-people", 24, "-q")
    links = {row["claim"]: row for row in lines_of(folder / "perturb" / "claims.links.jsonl")}
    rate(folder, folder / "perturb" / "claims.jsonl", links)
    run(folder, *FAST[2:], "--families", "grow", "--rewards", "iou", "-q")
    grown = sum(link["family"] in ("grow", "truth") for link in links.values())
    missing = {row["what"]: row["why"] for row in summary_of(folder)["missing"]}
    assert "other families" in missing[f"{24 - grown} perturbed claims that people rated"]
    assert "none of them is evidence without overlap" in missing["people's curve on boxes, and H4"]


def test_the_number_of_ratings_is_said_before_anybody_rates(folder):
    done = run(folder, *FAST, "--for-people", "-q", "--json")
    assert done.exit_code == 0, done.output
    (planned,) = json.loads(done.stdout)["plans"]
    # three videos: no number of ratings decides it, and that is said
    assert (planned["on"], planned["n_videos"], planned["needed"]) == ("boxes", 3, None)
    assert planned["planned"]["ratings"] == len(lines_of(folder / "perturb" / "claims.jsonl"))


def test_the_report_holds_the_run_against_the_thresholds(folder):
    from referee_calib.analysis.reward_behaviour.last_run_checks import check_robustness

    run(folder, *FAST, "-q")
    with Study.open(folder) as study:
        from referee_calib.referee import load_referee

        mine = load_referee("pixels", rubric=study.rubric).fingerprint
        limits = study.config.thresholds
        found = check_robustness(study, mine, limits)
        assert found.reward == "semantic"
        by_name = {check.threshold: check for check in found.checks}
        assert set(by_name) == {
            *("robust_sensitivity", "robust_drop", "robust_auc", "robust_false_acceptance"),
            *("robust_noise", "robust_zero_variance"),
        }  # fmt: skip
        assert {check.state for check in found.checks} <= {"cannot tell", "fail"}  # three videos pass nothing
        assert by_name["robust_false_acceptance"].at_most == 0.10
        assert check_robustness(study, "another", limits).note.startswith("The last perturbation asked another referee")
        from dataclasses import replace

        changed = check_robustness(study, mine, replace(limits, robust_false_acceptance=0.05))
        assert "thresholds were changed" in changed.note
        assert {(check.state, check.unheld) for check in changed.checks} == {("cannot tell", True)}
        assert {check.threshold for check in changed.checks} == set(by_name)


OWN = """
class Overlap:
    def judge(self, claims, media):
        from referee_calib.reward import GeometricReward
        return GeometricReward("iou").judge(claims, media)

def called(completions, **columns):
    return [0.25 + 0.5 * ("red ball" in text) for text in completions]
"""


def test_somebody_elses_rewards_are_asked_by_module_and_name(folder, tmp_path, monkeypatch):
    (tmp_path / "my_rewards.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    done = run(folder, *FAST, "--rewards", "iou,my_rewards:Overlap,my_rewards:called", "-q")
    assert done.exit_code == 0, done.output
    (about,) = summary_of(folder)["about"]
    rows = {row["name"]: row for row in about["rewards"]}
    curves = {name: row["curves"][0]["raw"]["mean"] for name, row in rows.items()}
    assert curves["my_rewards:Overlap"] == pytest.approx(curves["iou"])
    assert curves["my_rewards:called"] == pytest.approx([0.75] * 4)  # it reads the name and never looks at the box
    assert run(folder, "--rewards", "my_rewards:nothing").exit_code == 2
