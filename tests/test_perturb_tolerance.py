"""What counts as small: assumed, as public spans say, or as the study's own people mark."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from helpers_perturb import true_claim
from helpers_referee import scene, write_clip

from referee_calib.analysis import LastRun
from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.perturbation.families.boxes import Shift
from referee_calib.perturbation.harness.overlap_tolerance import further_tolerances, overlap_tolerances
from referee_calib.records import Mark
from referee_calib.report.document.last_run_document import robustness
from referee_calib.report.wording.tolerance_terms import tolerance_lines, tolerance_text
from referee_calib.reward import Looseness
from referee_calib.study import Study

BOX = (0.4, 0.4, 0.6, 0.6)


def marked_study(folder, n=12, move=0.04, span=None):
    """Two people marked each claim's box, 0.2 wide, one of them moved by m: IoU (0.2 − m) / (0.2 + m)."""
    study = Study.create(folder, name="Marked")
    claims = [true_claim(i, f"v{i}.mp4", BOX, question="Where?", rollout=f"r{i}", time=0.2) for i in range(n)]
    study.add_claims(claims)
    marks = []
    for name, by in (("anna", 0.0), ("bert", move)):
        study.add_rater(name)
        box = (0.2, BOX[0] + by, BOX[1], BOX[2] + by, BOX[3])
        marks += [Mark(claim=one.id, rater=name, boxes=(box,), span=span) for one in claims]
    study.add_marks(marks)
    return study


def test_people_s_tolerance_is_their_mean_overlap(tmp_path):
    study = marked_study(tmp_path / "study")
    found = overlap_tolerances(study, "people")
    assert (found["boxes"].overlap, found["boxes"].source) == (pytest.approx(0.16 / 0.24), "people")
    assert "12 claims of this study" in found["boxes"].basis
    assert (found["span"].overlap, found["span"].source) == (0.88, "assumed")
    assert "0 claims were marked by two people" in found["span"].basis
    beside = further_tolerances(study, found)
    assert [one.overlap for one in beside["boxes"]] == [0.88]
    assert beside["span"] == ()


def test_by_default_the_assumed_tolerance_stays_and_people_s_stands_beside(tmp_path):
    study = marked_study(tmp_path / "study")
    assumed = overlap_tolerances(study, "assumed")
    assert {one.overlap for one in assumed.values()} == {0.88}
    assert [one.source for one in further_tolerances(study, assumed)["boxes"]] == ["people"]


def test_public_spans_say_nothing_about_boxes(tmp_path):
    study = marked_study(tmp_path / "study", n=1)
    found = overlap_tolerances(study, "charades")
    assert (found["span"].overlap, found["span"].source) == (0.521, "charades")
    assert (found["boxes"].overlap, found["boxes"].source) == (0.88, "assumed")


def test_too_few_marks_are_refused_with_what_to_type(tmp_path):
    study = marked_study(tmp_path / "study", n=9)
    with pytest.raises(InputError, match=r"IoU: 9 claims were marked by two people, and 10 are needed.*import"):
        overlap_tolerances(study, "people")
    same = marked_study(tmp_path / "same", move=0.0)
    with pytest.raises(InputError, match="people's marks are the same"):
        overlap_tolerances(same, "people")


def test_a_run_holds_the_claim_at_people_s_tolerance_and_at_the_assumed_one(tmp_path):
    study = marked_study(tmp_path / "study")
    write_clip(tmp_path / "clip.mp4", [scene(("red", "circle", 160, 120, 30)) for _ in range(10)])
    for i in range(12):
        (study.media / f"v{i}.mp4").write_bytes((tmp_path / "clip.mp4").read_bytes())
    study.close()
    wanted = ["--rewards", "iou,giou,constant", "--families", "shift_x,grow,background", "--resamples", "100", "-q"]
    done = CliRunner().invoke(main, ["perturb", str(tmp_path / "study"), "--tolerance", "people", *wanted])
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "study" / "perturb" / "summary.json").read_text())
    assert found["schema"] == "referee-calib/perturb/3"
    (about,) = found["about"]
    assert about["tolerance"]["source"] == "people"
    small = {curve["family"]: curve["small"] for row in about["rewards"] for curve in row["curves"]}
    # two people overlap by 2/3, and a shift by d by (1 − d) / (1 + d): 2/3 at d = 1/5
    assert small["shift_x"] == pytest.approx(Shift(direction="x", delta=0).small(2 / 3)) == pytest.approx(0.2)
    (other,) = about["other_tolerances"]
    assert (other["source"], other["overlap"]) == ("assumed", 0.88)
    people, assumed = (
        next(part["measured"]["value"] for part in verdicts[0]["parts"] if part["what"] == "loss")
        for verdicts in (about["verdicts"], other["verdicts"])
    )
    assert about["verdicts"][0]["reward"] == "giou"
    assert people > assumed > 0  # how much less GIoU loses than IoU grows with what is still called small
    said = [one["basis"] for one in robustness(LastRun(summary=found))["sentences"] if one["reward"] == "giou"]
    assert "Small: down to IoU 0.67 (mean IoU" in said[0]
    assert "Small: down to IoU 0.67 (mean IoU" in done.stdout
    assert "At IoU 0.88 (assumed, not measured): GIoU" in done.stdout


def test_a_run_of_an_earlier_version_has_no_tolerance_and_is_shown_without():
    old = {"on": "boxes", "verdicts": []}
    assert tolerance_text(old) == ""
    assert tolerance_lines(old, {}) == []


def test_looseness_leaves_people_s_own_spans_alone():
    # the 0.95 quantile of 0.01 … 1.00 by hundredths lies at place 94.05 of 0 … 99: 0.95 + 0.05 · 0.01
    shares = [i / 100 for i in range(1, 101)]
    assert Looseness.of_people(shares).tolerance == pytest.approx(0.9505)
    with pytest.raises(InputError, match="no length is too long"):
        Looseness.of_people([1.0, 1.0])
    with pytest.raises(InputError, match="shares lie above 0"):
        Looseness.of_people([])
