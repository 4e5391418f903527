"""Files of replies, whoever wrote them: forms, encodings, layouts, columns of other names, and the data set beside."""

import bz2
import gzip
import json
import lzma
import zipfile

import helpers_rollout_files as files
import pytest
from helpers_rollout_files import QUESTIONS, REPLY, UNIT, VIDEOS, rollout

from referee_calib.claims import claims_of
from referee_calib.errors import FieldError, InputError
from referee_calib.rollout_files import LAYOUTS, DatasetJoin, RolloutFile, RolloutFileOptions, file_rows

BOX = (0.25, 0.25, 0.5, 0.5)  # 84 / 336, 49 / 196, 168 / 336, 98 / 196


def read(path, **stated):
    options = RolloutFileOptions(**stated)
    dataset = DatasetJoin(options.dataset, options.join) if options.dataset else None
    file = RolloutFile(path, options, dataset=dataset)
    return list(file), file.layout


def rollouts(path, **stated):
    found, _ = read(path, **stated)
    assert [one.error for one in found if one.error] == []
    return [one.rollout for one in found]


TEXT = "".join(json.dumps(rollout(name, question="café")) + "\n" for name in ("r1", "r2")).encode()
UNICODE = TEXT.decode().encode


@pytest.mark.parametrize(
    "content",
    [
        *(TEXT, b"\xef\xbb\xbf" + TEXT, b"\n\n" + TEXT),
        *(UNICODE("utf-16"), UNICODE("utf-32"), UNICODE("utf-16-le"), UNICODE("utf-16-be")),
        *(b"\xfe\xff" + UNICODE("utf-16-be"), gzip.compress(TEXT, mtime=0), bz2.compress(TEXT), lzma.compress(TEXT)),
        gzip.compress(UNICODE("utf-16"), mtime=0),
        json.dumps([rollout("r1"), rollout("r2")]).encode(),
        json.dumps([rollout("r1"), rollout("r2")], indent=2).encode(),
        json.dumps({"data": [rollout("r1"), rollout("r2")]}).encode(),
        json.dumps({"a": rollout("r1"), "b": rollout("r2")}, indent=1).encode(),
    ],
    ids=range(16),
)
def test_the_form_of_a_file_is_seen_from_its_bytes(tmp_path, content):
    path = tmp_path / "no_suffix"
    path.write_bytes(content)
    assert [one.rollout for one in rollouts(path)] == ["r1", "r2"]


def test_a_zip_of_one_file_is_read_and_one_of_two_is_not(tmp_path):
    path = tmp_path / "replies.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rollouts.jsonl", TEXT)
    assert len(rollouts(path)) == 2
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("more.jsonl", TEXT)
    with pytest.raises(InputError, match="holds 2 files"):
        list(file_rows(path))


def test_csv_and_parquet_hold_what_the_lines_hold(tmp_path):
    row = rollout(step=3, reference_boxes=[[1.2, 0.2, 0.2, 0.5, 0.5]], reference_span=[1.0, 2.0])
    (as_lines,) = rollouts(files.lines(tmp_path / "a.jsonl", [row]))
    (as_table,) = rollouts(files.table(tmp_path / "a.parquet", [row]))
    cells = [value if isinstance(value, str) else json.dumps(value) for value in row.values()]
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    (tmp_path / "a.csv").write_text(",".join(row) + "\n" + quoted + "\n")
    assert [as_table, *rollouts(tmp_path / "a.csv")] == [as_lines, as_lines]


def test_a_row_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    path.write_bytes(TEXT + b"{broken\n[1]\n" + b'{"rollout": "a", "rollout": "b"}\n' + TEXT)
    found, _ = read(path)
    assert [one.error is None for one in found] == [True, True, False, False, False, True, True]
    assert [one.place for one in found][2:4] == ["rollouts.jsonl line 3", "rollouts.jsonl line 4"]
    assert "comes twice" in str(found[4].error)


def test_a_short_row_of_csv_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("rollout,video,completion\nr1,a.mp4\n")
    found, _ = read(tmp_path / "a.csv", layout="rollouts")
    assert str(found[0].error) == "a.csv row 1: 2 cells: the header has 3"


@pytest.mark.parametrize("write", [files.trl, files.verl, files.ms_swift, files.ms_swift_rows])
def test_what_trainers_write_gets_its_video_from_the_data_set(tmp_path, write):
    data = files.data_set(tmp_path)
    found = rollouts(write(tmp_path), dataset=data, box_unit=UNIT)
    assert [one.video for one in found] == list(VIDEOS)
    assert [one.question for one in found] == list(QUESTIONS)
    assert {one.step for one in found} == {400}
    assert len({one.rollout for one in found}) == len({one.group for one in found}) == 2
    assert [claims_of(one).claims[0].boxes for one in found] == [((1.2, *BOX),)] * 2


@pytest.mark.parametrize(
    ("write", "name"),
    [
        *(
            (files.trl, "trl"),
            (files.verl, "verl"),
            (files.ms_swift, "ms-swift"),
            (files.ms_swift_rows, "ms-swift"),
            (files.lmms_eval, "lmms-eval"),
        ),
        (files.vstar, "v-star"),
        (lambda folder: files.lines(folder / "r.jsonl", [rollout(prompt="?", step=1)]), "rollouts"),
    ],
)
def test_a_layout_is_seen_from_the_first_row(tmp_path, write, name):
    assert read(write(tmp_path))[1] is LAYOUTS[name]


def test_without_a_data_set_the_video_is_asked_for(tmp_path):
    found, _ = read(files.verl(tmp_path), box_unit=UNIT)
    assert [one.error.field for one in found] == ["video", "video"]
    assert "--dataset FILE" in str(found[0].error)


def test_a_reply_that_belongs_to_no_row_or_to_two_is_named(tmp_path):
    rows = [{"question": QUESTIONS[0], "video": "a.mp4"}, {"question": QUESTIONS[0], "video": "b.mp4"}]
    data = files.lines(tmp_path / "data.jsonl", [*rows, {"question": "Who?", "video": "c.mp4"}])
    found, _ = read(files.verl(tmp_path), dataset=data, box_unit=UNIT)
    assert [one.error.field for one in found] == ["join", "join"]
    other = files.lines(tmp_path / "400.jsonl", [{"input": "Who?", "output": REPLY, "score": 1}])
    assert [one.video for one in rollouts(other, dataset=data, box_unit=UNIT)] == ["c.mp4"]


def test_the_key_can_be_stated_and_is_found_among_numbers(tmp_path):
    data = files.lines(tmp_path / "data.jsonl", [{"uid": k, "video": video} for k, video in enumerate(VIDEOS)])
    rows = [{"input": "?", "output": REPLY, "score": 1, "uid": k, "row": k} for k in (1, 0)]
    path = files.lines(tmp_path / "1.jsonl", rows)
    for stated in (None, "uid", "row=uid"):
        assert [one.video for one in rollouts(path, dataset=data, join=stated, box_unit=UNIT)] == list(VIDEOS[::-1])


def test_the_truth_of_open_o3_stands_at_its_key_times_and_belongs_to_one_object(tmp_path):
    data = files.open_o3(tmp_path)
    one, two = rollouts(files.verl(tmp_path), dataset=data, strip_prefix=("/data/stgr",), box_unit=UNIT)
    assert (one.video, one.reference_object, one.key_times) == ("pillar.mp4", "red ball", (1.0, 3.0))
    assert one.reference_boxes == ((1.0, 0.2, 0.2, 0.5, 0.5), (3.0, 0.4, 0.2, 0.7, 0.5))
    assert (two.reference_boxes, two.reference_object, two.key_times) == (None, "", (1.0, 3.0))
    # the claim's time, 1.2 s, lies within 0.25 s of the key time 1 s
    assert claims_of(one).claims[0].reference_boxes == ((1.2, 0.2, 0.2, 0.5, 0.5),)


def test_the_truth_between_key_times_is_unknown_and_at_one_without_a_box_it_is_absence():
    from referee_calib.claims import Rollout

    def at(time):
        row = rollout(completion=REPLY.replace("1.2", time), reference_boxes=[[1.0, 0.2, 0.2, 0.5, 0.5]])
        return claims_of(Rollout.from_json(row | {"key_times": [1.0, 3.0]}, "here")).claims[0].reference_boxes

    assert at("1.25") == ((1.25, 0.2, 0.2, 0.5, 0.5),)
    assert at("1.3") is None
    assert at("2.9") == ()


def test_an_item_of_v_star_gives_a_rollout_for_each_answer(tmp_path):
    what, when = rollouts(files.vstar(tmp_path))
    assert (what.rollout, when.rollout) == ("pillar-7-what", "pillar-7-when")
    assert (what.question, when.question) == ("What rolls?", "When does it roll?")
    assert (what.box_unit, what.reference_span, what.key_times) == (UNIT, (1.0, 2.5), (1.0,))
    assert what.reference_boxes == ((1.0, *BOX),)  # 168 / 672 and so on: the video's own pixels


def test_items_of_one_video_of_v_star_are_told_apart_and_replies_are_read_as_the_model_wrote_them(tmp_path):
    """Upstream's files have no original_index, a parsed answer beside the reply, and no frame size for boxes."""
    shared = {"vid": "pillar", "timestamps": [1.0, 2.0], "answer_vqa": "left", "answer_spatial": {"1": [1, 2, 3, 4]}}
    shared |= {"answer_temporal": [1.0, 2.0], "answer_temporal_pre": "From 1 to 2 seconds.", "answer_temporal_2": []}
    path = tmp_path / "v.json"
    path.write_text(json.dumps([shared | {"question": text} for text in ("What rolls?", "What falls?")]))
    found = rollouts(path, box_unit=UNIT)
    assert len({one.rollout for one in found}) == len(found) == 6
    assert [one.completion for one in found[:3]] == ["left", "From 1 to 2 seconds.", '{"1": [1, 2, 3, 4]}']


def test_an_item_of_v_star_without_an_answer_is_counted_also_where_it_is_the_first(tmp_path):
    path = files.vstar(tmp_path)
    (answered,) = json.loads(path.read_text())
    bare = {name: value for name, value in answered.items() if not name.startswith("answer_")} | {"original_index": 8}
    path.write_text(json.dumps([bare, answered]))
    read_file = RolloutFile(path, RolloutFileOptions())
    assert [one.rollout.rollout for one in read_file] == ["pillar-7-what", "pillar-7-when"]
    assert read_file.without_reply == 1


@pytest.mark.parametrize("unit", ["pixels:672x392", "0-1000"])
def test_true_boxes_come_in_a_stated_unit(tmp_path, unit):
    numbers = [168, 98, 336, 196] if unit.startswith("pixels") else [250, 250, 500, 500]
    path = files.lines(tmp_path / "r.jsonl", [rollout(reference_boxes=[[1.2, *numbers]])])
    assert [one.reference_boxes for one in rollouts(path, reference_unit=unit)] == [((1.2, *BOX),)]
    found, _ = read(path)
    assert "--reference-unit" in str(found[0].error)
    found, _ = read(path, reference_unit="pixels:100x100")
    assert found[0].error.field == "reference_boxes"


def test_columns_of_other_names_are_mapped_and_others_are_refused_with_what_to_type(tmp_path):
    path = files.people_csv(tmp_path)
    columns = {"rollout": "id", "video": "clip", "question": "prompt", "completion": "response"}
    found, _ = read(path, columns=columns, box_unit=UNIT)
    assert isinstance(found[0].error, FieldError)
    assert "'score'" in str(found[0].error)
    assert "--ignore-extra" in str(found[0].error)
    mapped = rollouts(path, columns=columns, box_unit=UNIT, ignore_extra=True)
    assert [(one.rollout, one.video) for one in mapped] == [("a0", VIDEOS[0]), ("a1", VIDEOS[1])]
    found, _ = read(path, columns={"completion": "response"})
    assert "--map rollout=id --map question=prompt" in str(found[0].error)


def test_a_data_set_is_no_file_of_replies(tmp_path):
    with pytest.raises(InputError, match=r"a data set without replies.*--dataset"):
        read(files.open_o3(tmp_path))
