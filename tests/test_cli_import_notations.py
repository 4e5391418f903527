"""``referee-calib import`` on replies in other notations, and on boxes whose unit contradicts them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers_study import run
from helpers_video import render

from referee_calib.io import json_lines
from referee_calib.study import Study

PERCENT = ("[10, 20, 30, 40]", "[60, 5, 95, 90]", "[40, 70, 80, 98]", "[2, 2, 30, 20]")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clip of 288 x 96 pixels, 18 frames at 30 frames/s: 0.6 s."""
    folder = tmp_path_factory.mktemp("clips")
    render(folder / "a.mp4", 18)
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study")


def replies(path: Path, *texts: str, unit: str = "0-1000") -> Path:
    row: dict[str, Any] = {"video": "a.mp4", "question": "When is it hidden?", "box_unit": unit}
    json_lines.write(path, [row | {"rollout": f"r{i}", "completion": text} for i, text in enumerate(texts)])
    return path


def evidence(box: str) -> str:
    return f"<obj>ball</obj><box>{box}</box>at<t>0.2</t>s"


def imported(study: Study, file: Path, clips: Path, *options: str) -> Any:
    return run("import", study.folder, file, "--media", clips, *options)


def test_a_likely_mistake_of_the_unit_stops_with_a_table(study, clips, tmp_path):
    file = replies(tmp_path / "r.jsonl", *map(evidence, PERCENT))
    done = imported(study, file, clips)
    assert done.exit_code == 2
    assert "4 boxes stated as 0-1000, xyxy: they lie in 4 places" in done.stderr
    assert "0-1000, xyxy (stated)" in done.stderr
    assert "--unit-check off" in done.stderr
    assert study.claims() == []
    assert imported(study, file, clips, "--unit-check", "off").exit_code == 0
    assert len(study.claims()) == 4


def test_a_mistake_of_the_unit_stands_in_the_list_with_what_else_is_wrong(study, clips, tmp_path):
    file = replies(tmp_path / "r.jsonl", evidence("[0.1, 0.2, 0.5, 0.9]"), evidence("[0.1, 0.2, 0.6, 0.9]"))
    file.write_text(file.read_text() + '{"rollout": "x"}\n')
    done = imported(study, file, clips, "--skip-broken")
    assert done.exit_code == 2
    assert "2 boxes stated as 0-1000" in done.stderr
    assert "they look like 0-1" in done.stderr
    found = json.loads(imported(study, file, clips, "--json").stdout)["problems"]
    (unit,) = [one for one in found if one["what"] == "unit"]
    assert unit["detail"].splitlines()[1].startswith("0-1000, xyxy (stated)")


def test_notations_and_remarks_are_said_and_stated_ones_are_read(study, clips, tmp_path):
    ref = "<ref>ball</ref><box>(100,200),(300,400)</box>"
    file = replies(tmp_path / "r.jsonl", ref, "{0.25,0.75}", "From 50 to 75")
    done = imported(study, file, clips, "--outside", "skip")
    assert "Notations: ref-box (1), groundinggpt (1), time-r1 (1)." in done.stdout
    assert "1 read with a remark, box_untimed" in done.stdout
    assert "1 not usable, outside_video" in done.stdout  # 50 to 75 s of 0.6 s
    assert sorted(one.span or () for one in study.claims()) == [(), pytest.approx((0.15, 0.45))]
    done = imported(study, file, clips, "--format", "vtimellm")
    assert done.exit_code == 0
    assert pytest.approx((0.3, 0.45)) in [one.span for one in study.claims()]  # of 0.6 s


def test_orders_and_units_of_time_are_stated(study, clips, tmp_path):
    file = replies(tmp_path / "r.jsonl", "<obj>a</obj><box>[200, 100, 400, 300]</box>at<t>6</t>")
    assert imported(study, file, clips, "--box-order", "yxyx", "--time-unit", "frames:30").exit_code == 0
    (claim,) = study.claims()
    assert claim.boxes == ((0.2, 0.1, 0.2, 0.3, 0.4),)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "klingon"), "it is no known notation. Known are auto, open-o3"),
        (("--box-order", "xyx"), "an order is one of xyxy, yxyx, xywh"),
        (("--time-unit", "frames"), "Write seconds, milliseconds"),
        (("--time-unit", "frames:0"), "Write seconds, milliseconds"),
    ],
)
def test_what_is_stated_wrongly_is_one_line(study, clips, tmp_path, options, words):
    done = imported(study, replies(tmp_path / "r.jsonl", evidence("[1, 2, 30, 40]")), clips, *options)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert words in done.stderr


def test_a_box_without_a_time_is_a_slip_where_nearly_all_have_one(study, clips, tmp_path):
    bare = "<box>[100, 200, 300, 400]</box>"
    timed = [evidence("[100, 200, 300, 400]")] * 5
    done = imported(study, replies(tmp_path / "r.jsonl", *timed, bare), clips)
    assert "5 claims of 6 rollouts" in done.stdout
    done = imported(study, replies(tmp_path / "s.jsonl", bare), clips)
    assert "1 claim of 1 rollout" in done.stdout
