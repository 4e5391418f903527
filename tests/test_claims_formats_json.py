"""Boxes and events in JSON, as models write it: fenced, in prose, with single quotes, cut off."""

import pytest
from helpers_replies import claims, reasons, remarks

FOUR = "[100, 200, 300, 400]"
ATA = (0.1, 0.2, 0.3, 0.4)


def at(time, *corners):
    return [(time, *one) for one in corners]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'[{{"bbox_2d": {FOUR}, "label": "ball", "time": 2.2}}]', [("ball", at(2.2, ATA), None)]),
        (f"```json\n[{{'bbox_2d': {FOUR}, 'label': 'it\\'s a ball',}},]\n```", [("it's a ball", at(0, ATA), None)]),
        (
            f'<think>x</think><answer>{{"time": "00:02", "objects": [{{"bbox_2d": {FOUR}, "label": "a"}}]}}</answer>',
            [("a", at(2, ATA), None)],
        ),
        # a name around timed boxes makes them its track
        (
            f'{{"label": "ball", "boxes": [{{"time": 1, "bbox": {FOUR}}}, {{"time": 2, "bbox": {FOUR}}}]}}',
            [("ball", [*at(1, ATA), *at(2, ATA)], None)],
        ),
        (
            f'<tool_call>{{"name": "zoom", "arguments": {{"bbox_2d": {FOUR}}}}}</tool_call>',
            [("", at(0, ATA), None)],  # the tool's name is not the object's
        ),
        (f'{{"bbox_2d": [{FOUR}, {FOUR}], "label": "balls"}}', [("balls", at(0, ATA, ATA), None)]),
        ('{"bbox": {"x1": 100, "y1": 200, "x2": 300, "y2": 400}, "object": "a"}', [("a", at(0, ATA), None)]),
        (f'{{"bbox_2d": {FOUR}, "label": "a", "time": [2, 3]}}', [("a", at(2, ATA), (2.0, 3.0))]),
        (f'{{"bbox_2d": {FOUR}, "label": "a", "start": 2, "end": 3}}', [("a", at(2, ATA), (2.0, 3.0))]),
        ('[{"box_2d": [200, 100, 400, 300], "label": "ball", "time": 1}]', [("ball", at(1, ATA), None)]),
        (f'{{"2": {FOUR}, "3.0": {FOUR}}}', [("", at(2, ATA), None), ("", at(3, ATA), None)]),
        (f'It is: {{2: {FOUR}, "00:03": [{FOUR}, {FOUR}]}}.', [("", at(2, ATA), None), ("", at(3, ATA, ATA), None)]),
        (f'{{"ball": {{"2": {FOUR}, "3s": {FOUR}}}}}', [("ball", [*at(2, ATA), *at(3, ATA)], None)]),
    ],
)
def test_boxes_in_json(text, expected):
    assert claims(text) == expected
    assert reasons(text) == []


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        # what was cut off is no box, though four digits stand there
        (
            f'[{{"bbox_2d": {FOUR}, "label": "a"}}, {{"bbox_2d": [1, 2, 3, 4',
            [("a", at(0, ATA), None)],
            "box_unreadable",
        ),
        ('{"bbox_2d": [100, 200, 300], "label": "a"}', [], "box_unreadable"),
        ('{"bbox_2d": [100, 200, 300, "x"], "label": "a"}', [], "box_unreadable"),
        ('{"bbox_2d": "left", "label": "a"}', [], "box_unreadable"),
        (f'{{"bbox_2d": {FOUR}, "label": "a", "time": "soon"}}', [], "time_unreadable"),
        (f'{{"bbox_2d": {FOUR}, "label": "a", "frame": 50}}', [], "time_unreadable"),
        ('[{"point_2d": [100, 200], "label": "a"}]', [], "point_without_box"),
        ('{"2": [300, 200, 100, 400]}', [], "box_reversed"),
        ('{"score": [1, 2, 3, 4]}', [], "no_evidence"),
        ('{"answer": "B", "confidence": 0.9}', [], "no_evidence"),
    ],
)
def test_json_that_is_no_evidence(text, expected, reason):
    assert claims(text) == expected
    assert reason in reasons(text)


def test_the_index_of_a_frame_is_a_time_where_that_is_stated():
    text = f'{{"bbox_2d": {FOUR}, "label": "a", "frame": 50}}'
    assert claims(text, time_unit="frames:25") == [("a", at(2, ATA), None)]


def test_gemini_is_read_y_first_unless_an_order_is_stated():
    text = '[{"box_2d": [100, 200, 300, 400], "label": "a"}]'
    assert claims(text) == [("a", at(0, (0.2, 0.1, 0.4, 0.3)), None)]
    assert claims(text, order="xyxy") == [("a", at(0, ATA), None)]
    assert remarks(text) == ["box_untimed"]  # 0-1000 was stated and is Gemini's own


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"00:02.90 - 00:03.50": "the ball is hidden."}', [("the ball is hidden.", [], (2.9, 3.5))]),
        ('[{"start": 2.9, "end": "3.5 s", "event": "hidden"}]', [("hidden", [], (2.9, 3.5))]),
        ('```json\n[{"timestamp": "00:02 - 00:03", "description": "x"}]\n```', [("x", [], (2.0, 3.0))]),
        ('{"event": "x", "timestamps": [2.9, 3.5]}', [("x", [], (2.9, 3.5))]),
        ('<answer>{"start_time": "0:02.9", "end_time": "0:03.5"}</answer>', [("", [], (2.9, 3.5))]),
    ],
)
def test_events_in_json(text, expected):
    assert claims(text) == expected


def test_events_of_the_thought_are_no_answer():
    text = '<think>{"start": 1, "end": 2}</think><answer>{"start": 2.9, "end": 3.5}</answer>'
    assert claims(text) == [("", [], (2.9, 3.5))]
    assert reasons(text) == ["span_outside_answer"]


def test_a_list_of_boxes_alone_is_a_track_whose_times_are_not_known():
    text = f"<answer>[{FOUR}, {FOUR}, {FOUR}]</answer>"
    assert claims(text) == [("", at(0, ATA), None)]
    assert reasons(text) == ["box_without_time"] * 2
    assert claims(text, video="scene.png") == [("", at(0, ATA, ATA, ATA), None)]
