"""Tubes: vIoU over the frames of two spans, by hand; what is missing counts 0."""

import pytest
from helpers_benchmark import compared, figures, saved

from referee_calib.benchmark.benchmark_items import TubeItem
from referee_calib.benchmark.measures.tube_overlap import span_tiou, tube_viou, viou_in_true_span
from referee_calib.benchmark.result_files.tube_files import sampled_frames
from referee_calib.errors import InputError


def tube(said, frames=None, boxes=None):
    """A true tube of the frames 10 to 13; a predicted one with half of each box."""
    true = dict.fromkeys(range(10, 14), (0.0, 0.0, 4.0, 2.0))
    half = dict.fromkeys(range(40), (0.0, 0.0, 2.0, 2.0))
    return TubeItem("a", "v", (10, 14), true, said, half if boxes is None else boxes, frames)


@pytest.mark.parametrize(
    ("said", "viou", "before", "tiou"),
    [
        ((10, 14), 4 * 0.5 / 4, 4 * 0.5 / 4, 1),
        ((12, 18), 2 * 0.5 / 8, 2 * 0.5 / 4, 2 / 8),  # frames of both 12, 13; the union 10 to 17, or 10 to 13
        ((8, 12), 2 * 0.5 / 6, 2 * 0.5 / 4, 2 / 6),  # the union 8 to 13, or 8 to 11
        ((20, 24), 0, 0, 0),
        ((14, 12), 0, 0, 0),
        (None, 0, 0, 0),
    ],
)
def test_viou_is_the_sum_of_ious_over_the_frames_of_the_union(said, viou, before, tiou):
    item = tube(said)
    assert tube_viou(item) == pytest.approx(viou)
    assert tube_viou(item, "tubedetr-2022-03") == pytest.approx(before)
    assert span_tiou(item) == pytest.approx(tiou)
    assert viou_in_true_span(item) == pytest.approx(0.5)


def test_of_sampled_frames_only_these_count():
    true = {10: (0.0, 0.0, 4.0, 2.0), 12: (0.0, 0.0, 4.0, 2.0)}
    item = TubeItem("a", "v", (10, 14), true, (12, 18), tube(None).said_boxes, [0, 6, 10, 12, 16, 20])
    assert tube_viou(item) == pytest.approx(0.5 / 3)  # of both 12; of the union 10, 12, 16


def test_a_frame_without_a_box_or_with_one_of_no_area_counts_0():
    boxes = {10: (0.0, 0.0, 2.0, 2.0), 11: (3.0, 3.0, 3.0, 5.0)}
    assert tube_viou(tube((10, 14), boxes=boxes)) == pytest.approx(0.5 / 4)
    assert viou_in_true_span(tube((10, 14), boxes=boxes)) == pytest.approx(0.5 / 4)


def test_tubedetr_looks_at_five_frames_a_second_and_at_most_200():
    assert sampled_frames(0, 24, 24.0) == [0, 5, 10, 15, 20]  # where int(frame · 5 / 24) grows
    assert len(sampled_frames(0, 3000, 25.0)) == 200
    assert sampled_frames(0, 3000, 25.0)[:3] == [0, 15, 30]  # every third of the 600 that there would be


LINES = [
    {
        "video": "a.mp4",
        "item": "1",
        "true_span": [0, 2],
        "true_boxes": {"0": [0, 0, 4, 2], "1": [0, 0, 4, 2]},
        "said_span": [0, 2],
        "said_boxes": {"0": [0, 0, 4, 2]},
    },
    {"video": "a.mp4", "item": "2", "true_span": [0, 2], "true_boxes": {"0": [0, 0, 4, 2]}, "said_span": None},
]


def test_lines_of_any_program_are_read(tmp_path):
    found = compared("hc-stvg", [saved(tmp_path / "tubes.jsonl", LINES)])
    assert figures(found) == pytest.approx({"tiou": 0.5, "viou": 0.25, "viou@0.3": 0.5, "viou@0.5": 0, "gt_viou": 0.25})
    assert found.notes["run"][:2] == (
        "run: 1 of 2 items have no predicted span, and count 0",
        "run: 1 frames of the spans of both have no predicted box and count 0",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([{"true_span": [0, 2], "true_boxes": {}}], "object 1: it needs video, true_span and true_boxes by frame"),
        ([LINES[0] | {"said_boxes": {"0": [1, 2]}}], "object 1, frame 0 holds [1, 2]: a box is four numbers"),
        ({"a": 1}, "holds no tubes that are known"),
        ({"video_predictions": {}, "predictions": {}}, "Add --truth test_proc.json"),
    ],
)
def test_what_holds_no_tubes_is_refused(tmp_path, content, said):
    with pytest.raises(InputError) as caught:
        compared("hc-stvg", [saved(tmp_path / "tubes.jsonl", content if isinstance(content, list) else [content])])
    assert said in str(caught.value)


def test_a_video_that_the_results_lack_counts_0(tmp_path):
    truth = [
        {
            "video_id": n,
            "original_video_id": f"v{n}",
            "frame_count": 100,
            "tube_start_frame": 0,
            "tube_end_frame": 8,
            "trajectory": [[0, 0, 4, 2]] * 8,
        }
        for n in range(2)
    ]
    boxes = {f"0_{frame}": {"boxes": [[0, 0, 4, 2]]} for frame in range(100)}
    results = {"predictions": boxes, "video_predictions": {"0": {"sted": [0.0, 8.0]}}}
    found = compared(
        "hc-stvg", [saved(tmp_path / "out.json", results)], truth=saved(tmp_path / "test_proc.json", truth)
    )
    assert figures(found)["viou"] == 0.5
    assert "run: 1 of 2 items are annotated and missing in the results, and count 0" in found.notes["run"]
    half = saved(tmp_path / "half.json", [{"trajectory": [], "video_id": 1}])
    with pytest.raises(
        InputError, match=r"half.json: it is not as its program writes it \(KeyError: 'tube_start_frame'\)"
    ):
        compared("hc-stvg", [tmp_path / "out.json"], truth=half)
    with pytest.raises(InputError, match="holds no annotations of tubes"):
        compared("hc-stvg", [tmp_path / "out.json"], truth=tmp_path / "out.json")
