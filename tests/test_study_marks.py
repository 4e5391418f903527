"""What people would have marked: into a study and out of it, in the report, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy
from helpers_study import a_claim, run

from referee_calib.errors import InputError, RatingError
from referee_calib.io import json_lines
from referee_calib.localization import study_localization, study_marks
from referee_calib.records import Claim, Mark
from referee_calib.study import Study

BOX = (0.2, 0.1, 0.2, 0.3, 0.4)


def a_mark(claim: Claim, rater: str = "anna", **more: object) -> Mark:
    return Mark(claim=claim.id, rater=rater, **({"boxes": (BOX,), "origin": "app"} | more))  # type: ignore[arg-type]


@pytest.fixture
def study(tmp_path: Path, database: str) -> Study:
    made = Study.create(tmp_path / "study", name="Marked")
    made.add_claims([a_claim(0), a_claim(1, video="b.mp4", span=(0.5, 2.0))])
    made.add_rater("anna")
    made.add_rater("bert")
    return made


def test_marks_come_back_unchanged_and_once(study: Study) -> None:
    first, second = study.claims()
    marks = [
        a_mark(first, note='ü 🎉 "; DROP TABLE mark; --', seconds=0.1 + 0.2, time="2026-11-30T00:00:00+00:00"),
        a_mark(second, boxes=(), span=(0.25, 1 / 3)),
        a_mark(second, "bert", boxes=(), reason="not visible"),
    ]
    assert study.add_marks(marks).new == 3
    assert study.add_marks(marks).known == 3
    assert study.marks() == marks
    assert study.counts()["marks"] == 3


def test_the_latest_mark_counts_and_none_is_overwritten(study: Study) -> None:
    claim = study.claims()[0]
    before, after = a_mark(claim), a_mark(claim, boxes=((0.2, 0.1, 0.2, 0.35, 0.4),))
    study.add_marks([before])
    study.add_marks([after])
    assert study.marks() == [after]
    assert study.marks(history=True) == [before, after]
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=r"marks? are append-only"), study.writing() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM mark"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claim": "cnowhere"}, "the study has no such claim"),
        ({"rater": "carl"}, "the study has no such rater"),
        ({"origin": "simulated"}, "simulated marks come from simulated raters only"),
        ({"nonce": "ü"}, "not plain text"),
    ],
)
def test_marks_that_do_not_fit_the_study_are_refused_together(study: Study, change: dict[str, str], said: str) -> None:
    claim = study.claims()[0]
    wrong = Mark.from_json(a_mark(claim).to_json() | change)
    with pytest.raises(RatingError, match=said):
        study.add_marks([a_mark(claim, "bert"), wrong])
    assert study.marks() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"boxes": ()}, "neither a box, nor a span, nor a reason"),
        ({"boxes": ((0.2, 0.3, 0.2, 0.1, 0.4),)}, "reversed or has no area"),
        ({"boxes": ((0.2, 10, 20, 30, 40),)}, "shares of the frame"),
        ({"span": (3.0, 2.0)}, "reversed, empty or before the video"),
        ({"rater": ""}, "names no claim or no rater"),
    ],
)
def test_a_mark_that_cannot_mean_anything_is_none(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Mark(**({"claim": "c1", "rater": "anna", "boxes": (BOX,)} | change))  # type: ignore[arg-type]


def test_an_act_that_arrives_twice_is_one_and_another_under_its_name_is_refused(study: Study) -> None:
    claim = study.claims()[0]
    sent = a_mark(claim, nonce="n1", seconds=3.0)
    study.add_marks([sent])
    assert study.add_marks([a_mark(claim, nonce="n1", seconds=9.0)]).known == 1
    with pytest.raises(RatingError, match="this nonce stands for another mark"):
        study.add_marks([a_mark(claim, nonce="n1", boxes=(), reason="not visible")])


def test_import_and_export_carry_marks_to_another_study(study: Study, tmp_path: Path) -> None:
    first, second = study.claims()
    rows = [
        {"claim": first.id, "rater": "anna", "boxes": [list(BOX)]},
        {"claim": second.id, "rater": "carl", "span": [0.5, 1.5]},
    ]
    json_lines.write(tmp_path / "marks.jsonl", rows)
    refused = run("import", study.folder, tmp_path / "marks.jsonl")
    assert refused.exit_code == 2
    assert "marks.jsonl line 2: 1 unknown raters: carl" in refused.stderr
    done = run("import", study.folder, tmp_path / "marks.jsonl", "--add-raters")
    assert "marks.jsonl: 2 marks, 2 new, 0 known." in done.stdout
    assert run("export", study.folder, "--out", tmp_path / "out").exit_code == 0
    manifest = json.loads((tmp_path / "out" / "export.json").read_text())
    assert manifest["counts"]["marks"] == 2
    other = Study.create(tmp_path / "other", name="Other")
    for name in ("anna", "bert"):
        other.add_rater(name)
    other.add_claims(study.claims())
    other.close()
    again = run("import", tmp_path / "other", tmp_path / "out" / "marks.jsonl", "--add-raters")
    assert again.exit_code == 0, again.output
    with Study.open(tmp_path / "other") as opened:
        assert opened.marks() == study.marks()


def test_a_mark_of_a_claim_that_is_nowhere_is_named_with_its_line(study: Study, tmp_path: Path) -> None:
    json_lines.write(tmp_path / "marks.jsonl", [{"claim": "cnowhere", "rater": "anna", "boxes": [list(BOX)]}])
    refused = run("import", study.folder, tmp_path / "marks.jsonl")
    assert "marks.jsonl line 1: mark for claim cnowhere (1 such marks in all): the study has no such claim" in " ".join(
        refused.stderr.split()
    )


def test_marks_are_compared_by_claim_and_boxes_at_one_time() -> None:
    claims = [a_claim(0), a_claim(1, video="b.mp4", span=(0.5, 2.0))]
    wide = (0.2, 0.1, 0.2, 0.5, 0.4)  # twice as wide as BOX
    marks = [
        a_mark(claims[0]),
        a_mark(claims[0], "bert", boxes=(wide, (0.4, 0.1, 0.2, 0.3, 0.4))),
        a_mark(claims[1], boxes=(), span=(0.0, 1.0)),
        a_mark(claims[1], "bert", boxes=(), span=(0.5, 1.0)),
    ]
    span, box = study_localization(marks, claims, {"b.mp4": 2.0})
    assert (span.agreement.overlap.value, box.agreement.overlap.value) == pytest.approx((0.5, 0.5))
    assert (box.agreement.n_items, box.agreement.n_single) == (2, 1)
    assert (span.unit, box.unit) == ("seconds", "percent of the frame")
    # half of a video's spans: 1 of 2 seconds, so 0.95 of the way from a quarter to a half
    assert span.covered == pytest.approx(0.25 + 0.95 * 0.25)


def test_spans_beyond_their_video_leave_chance_by_placement_out_and_say_so() -> None:
    claim = a_claim(0, span=(0.5, 2.0))
    marks = [a_mark(claim, name, boxes=(), span=(0.0, 3.0)) for name in ("anna", "bert")]
    (found,) = study_localization(marks, [claim], {"a.mp4": 2.0})
    assert "2 span(s) end after their video, so that chance by random placement is not defined" in found.notes
    assert all(one.alpha.value is None for one in found.agreement.alphas if one.chance == "placement")


def test_simulated_marks_are_called_so() -> None:
    claim = a_claim(0)
    marks = [a_mark(claim, name, origin="simulated") for name in ("anna", "bert")]
    assert study_marks(marks, [claim])["boxes"].notes == ("2 of 2 marks are simulated: no person gave them",)
