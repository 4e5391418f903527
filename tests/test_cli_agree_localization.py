"""`agree --spans` and `--boxes`: what is read, printed and written, and what is refused."""

from __future__ import annotations

import csv
import json

import pytest
from helpers_agree import asked, run, said
from helpers_real_ratings import real_ratings

from referee_calib.perturbation.harness.overlap_tolerance import PUBLISHED_SPANS

SPANS = """query,annotator,start,end,video
q1,ann,1,5,v1
q1,bob,2,6,v1
q2,ann,0,8,v1
q2,bob,0,4,v1
q3,ann,3,4,v2
q3,bob,,,v2
"""
BOXES = """item,annotator,x1,y1,x2,y2,time
a,ann,0,0,2,2,1.0
a,bob,0,0,2,1,1.0
a,bob,0,0,2,1,2.0
b,ann,1,1,3,3,0
b,bob,1,1,3,3,0
"""


@pytest.fixture
def spans(tmp_path):
    path = tmp_path / "spans.csv"
    path.write_text(SPANS)
    return path


@pytest.fixture
def boxes(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text(BOXES)
    return path


def test_spans_are_compared_item_by_item(spans):
    found = asked(spans, "--spans", "--length", "10", "--overlaps", "0.55")
    # q1 shares 2 … 5 of 1 … 6, q2 0 … 4 of 0 … 8; q3 was marked by ann alone
    assert found["overlap"]["value"] == pytest.approx((3 / 5 + 4 / 8) / 2)
    assert found["rejected"] == {"0.55": found["rejected"]["0.55"]}
    assert found["rejected"]["0.55"]["value"] == 0.5
    assert (found["n_items"], found["n_single"], found["n_annotators"], found["n_clusters"]) == (3, 1, 2, 1)
    assert "1 row(s) without a span did not enter" in found["notes"]
    assert found["bias"]["end"]["ann"]["value"] == pytest.approx((-0.5 + 2) / 2)  # half of −1 and of +4
    assert {one["chance"] for one in found["alphas"]} == {"marginal", "placement"}
    assert found["consensus"][0] == {
        "item": "q1", "n_annotators": 2, "edges": [1.5, 5.5], "low": [1.0, 5.0], "high": [2.0, 6.0], "coverage": 0.5,
    }  # fmt: skip


def test_boxes_are_compared_at_one_time_of_an_item(boxes):
    found = asked(boxes, "--boxes", "--frame", "4x4")
    assert found["overlap"]["value"] == pytest.approx((0.5 + 1) / 2)
    assert (found["n_items"], found["n_single"]) == (3, 1)
    assert [one["item"] for one in found["consensus"]] == [["a", 1.0], ["a", 2.0], ["b", 0.0]]


def test_what_is_printed_is_what_is_written(spans, tmp_path):
    page, markdown = tmp_path / "out" / "page.html", tmp_path / "out" / "page.md"
    result = run(spans, "--spans", "--report", page, "--report", markdown)
    assert "Two people's spans overlap by a mean tIoU of 0.550" in result.stdout
    assert "the length of the videos is not known" in result.stdout
    for path in (page, markdown):
        text = path.read_text(encoding="utf-8")
        assert "Agreement on when" in text
        assert "Bias and noise of spans" in text
        assert "0.550" in text


def test_other_columns_are_named(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text(SPANS.replace("query,annotator", "clip,who").replace("video", "film").replace(",", "\t"))
    found = asked(path, "--spans", "--unit", "clip", "--rater", "who", "--cluster", "film")
    assert found["overlap"]["value"] == pytest.approx(0.55)
    assert "columns are separated by tabs" in found["notes"]


def test_a_column_of_annotations_numbers_people_unless_it_is_said_otherwise(tmp_path):
    path = tmp_path / "numbered.csv"
    path.write_text(SPANS.replace("annotator", "annotation"))
    numbered, named = asked(path, "--spans"), asked(path, "--spans", "--annotators", "named")
    assert (numbered["n_annotators"], numbered["bias"]) == (None, {})
    assert "numbered" in numbered["bias_reason"]
    assert any("add --annotators named" in note for note in numbered["notes"])
    assert named["bias"]["end"]["ann"]["value"] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--spans", "--boxes"], "a file is read as one of them"),
        (["--boxes"], "no column 'x1'"),
        (["--spans", "--referee", "bob"], "--referee: it says nothing about spans"),
        (["--spans", "--scale", "0:4"], "--scale: it says nothing about spans"),
        (["--spans", "--frame", "1x1"], "--frame: it is the size of a box's frame"),
        (["--length", "10"], "--length: it is about marks. Add --spans or --boxes."),
        (["--spans", "--length", "5"], "it lies outside its length"),
        (["--spans", "--length", "long"], "it is no number, and no column"),
        (["--spans", "--overlaps", "1.5"], "an overlap lies above 0, up to 1"),
        (["--spans", "--interval", "bootstrap"], "Leave --interval out."),
        (["--spans", "--unit", "nowhere"], "no column 'nowhere'"),
        (["--spans", "--report", "page.pdf"], "a page is HTML or Markdown"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(spans, options, message):
    assert message in said(run(spans, *options))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("q1,bob,2,6", "q1,bob,6,2"), "row 2, item 'q1' by 'bob': (6, 2): it is reversed"),
        (("q1,bob,2,6", "q1,bob,2,2"), "it is empty"),
        (("q1,bob,2,6", "q1,bob,2,"), "a mark has all of start, end, or none"),
        (("q1,bob,2,6", "q1,bob,2,late"), "row 2, 'end': 'late' is no number"),
        (("q1,bob,2,6", "q1,,2,6"), "row 2 has no 'annotator'"),
        (("q1,bob,2,6,v1", "q1,bob,2,6,v2"), "item 'q1' in two clusters"),
        ((",bob,", ",ann,"), "no item was marked by two annotators"),
    ],
)
def test_marks_that_cannot_mean_anything_are_refused_with_their_row(spans, changed, message):
    spans.write_text(SPANS.replace(*changed))
    assert message in said(run(spans, "--spans"))


def test_several_marks_of_one_person_are_joined_and_counted(spans):
    spans.write_text(SPANS + "q1,bob,9,10,v1\n")
    found = asked(spans, "--spans")
    assert found["overlap"]["value"] == pytest.approx((3 / 9 + 4 / 8) / 2)  # bob: 2 … 10
    assert any(note.startswith("1 time(s) an annotator gave several marks") for note in found["notes"])
    assert "Choose --several: enclose, largest." in said(run(spans, "--spans", "--several", "refuse"))


def test_people_of_public_data_overlap_as_the_package_holds():
    found = asked(real_ratings("spans/charades.csv"), "--spans", "--length", "100")
    assert round(found["overlap"]["value"], 3) == PUBLISHED_SPANS["charades"][0]
    assert found["overlap"]["low"] < found["overlap"]["value"] < found["overlap"]["high"]


def test_any_form_of_table_is_read(spans, tmp_path):
    rows = list(csv.DictReader(SPANS.splitlines()))
    path = tmp_path / "spans.jsonl"
    numbers = [{k: float(v) if k in ("start", "end") and v else v or None for k, v in row.items()} for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in numbers))
    assert asked(path, "--spans")["overlap"] == asked(spans, "--spans")["overlap"]
