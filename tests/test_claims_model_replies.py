"""Replies as models really write them: fenced, bilingual, cut off, repeated; and numbers that claim nothing at all."""

import pytest
from helpers_replies import claims, reasons

F, G = "[100, 200, 300, 400]", "[500, 200, 700, 400]"
A, B = (0.1, 0.2, 0.3, 0.4), (0.5, 0.2, 0.7, 0.4)  # shares of a 0-1000 grid
BOX, BOX_B = f"<box>{F}</box>", f"<box>{G}</box>"
MAN = f'{{"bbox_2d": {F}, "label": "man"}}'
DOG = f'{{"bbox_2d": {G}, "label": "dog"}}'


def one(name, time, *corners):
    return (name, [(time, *box) for box in corners], None)


def said(*span):
    return [("", [], span)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Open-o3-Video
        (f"```\n<think><obj>man</obj>{BOX}at<t>3.0</t>s.</think><answer>A</answer>\n```", [one("man", 3, A)]),
        (f"在<t>3.0</t>秒，<obj>男人 (man)</obj>{BOX}走进房间。", [one("男人 (man)", 3, A)]),
        (f"<think>{BOX}<obj>man</obj>at<t>3.0</t>s</think>", [one("man", 3, A)]),
        (f"<obj>man</obj> and <obj>dog</obj> at <t>3</t>s: {BOX} {BOX_B}", [one("man", 3, A), one("dog", 3, B)]),
        (f"<obj>man</obj>, <obj>dog</obj>{BOX}{BOX_B}at<t>3</t>s", [one("man", 3, A), one("dog", 3, B)]),
        (f"<OBJ>man</OBJ>{BOX}at<T>3.0s</T>", [one("man", 3, A)]),
        ("<think>x</think><answer>From <t>3.0</t>s to <t>4.5</t>s</answer>", said(3.0, 4.5)),
        # JSON in the manner of Qwen, with text around it and quotes within quotes
        (f"Here they are:\n```json\n[\n\t{MAN},\n\t{DOG}\n]\n```\nAsk me more!", [one("man", 0, A), one("dog", 0, B)]),
        (f"```json\n[{MAN}]\n```\nand\n```json\n[{DOG}]\n```", [one("man", 0, A), one("dog", 0, B)]),
        (f'[{{"bbox_2d": {F}, "label": "sign saying "STOP" in red"}}]', [one('sign saying "STOP" in red', 0, A)]),
        (f"[{{'bbox_2d': {F}, 'label': 'man's hat'}}]", [one("man's hat", 0, A)]),
        (f"[{MAN}, // the left one\n {DOG}, ]", [one("man", 0, A), one("dog", 0, B)]),
        (f'[{{"time": "<2.0 seconds>", "bbox_2d": {F}, "label": "man"}}]', [one("man", 2, A)]),
        (f'{{"1.0s": [{MAN}], "00:02": {DOG}}}', [one("man", 1, A), one("dog", 2, B)]),
        (f"At 3.0 s:\n```json\n[{MAN}]\n```\nAt 4.0 s:\n```json\n[{DOG}]\n```", [one("man", 3, A), one("dog", 4, B)]),
        (f"[{{'Position': {F}, 'Confidence': 0.9}}]", [one("", 0, A)]),
        (f"<think>x</think><|begin_of_box|>[{F}]<|end_of_box|>", [one("", 0, A)]),
        (f"<|begin_of_box|>[{MAN}]<|end_of_box|>", [one("man", 0, A)]),
        # boxes behind words
        (f"**Man**: {F}\n- Dog – {G}", [one("Man", 0, A), one("Dog", 0, B)]),
        (f"a man {F} and dog {G}.", [one("a man", 0, A), one("dog", 0, B)]),
        (f"Man at 3.0 s: {F}\nDog at 4.0 s: {G}", [one("Man", 3, A), one("Dog", 4, B)]),
        (f"1. Man – bbox: {F}, time: 3.0s\n2. Dog – bbox: {G}, time: 4.0s", [one("Man", 3, A), one("Dog", 4, B)]),
        ("At 3.0 s the man(100,200),(300,400)", [one("the man", 3, A)]),
        (f"The video is 5 seconds long. The man {F} runs.", [one("The man", 0, A)]),
        # spans
        ("<think>x</think><answer><timestep>2.9 to 3.5</timestep></answer>", said(2.9, 3.5)),
        ("<answer>\\boxed{2.9 to 3.5}</answer>", said(2.9, 3.5)),
        ("<answer>从第3秒到第5秒</answer>", said(3.0, 5.0)),
        ("<answer>1.0 to 2.0</answer> Wait. <answer>3.0 to 4.0</answer>", said(3.0, 4.0)),
        ("The correct time range is 3.0 to 4.0 seconds.", said(3.0, 4.0)),
        ("The action lasts from 3.0 seconds to 4.0 seconds.", said(3.0, 4.0)),
        ("It takes place from 3.0 to 4.0 s.", said(3.0, 4.0)),
        ("The door is open from 00:02 to 00:04.", said(2.0, 4.0)),
        ("The event happens in [3, 4].", said(3.0, 4.0)),
        ("From 58% to 70% of the video.", said(2.9, 3.5)),  # of 5 s
        ('{"start": 2.9, "end": 3.5}', said(2.9, 3.5)),
        ('{"segments": [{"start": 2, "end": 3}]}', said(2.0, 3.0)),
        ("<answer>Target ID: [3], Time range: [2.90, 3.50]</answer>", [("Target ID 3", [], (2.9, 3.5))]),
    ],
)
def test_what_a_person_reads_in_a_reply(text, expected):
    assert claims(text, question="") == expected


@pytest.mark.parametrize(
    ("text", "expected", "failed"),
    [
        # cut off at the longest length
        (f"<obj>man</obj>{BOX}at<t>3</t>s. Then <obj>dog</obj><box>[500, 2", [one("man", 3, A)], "unclosed_tag"),
        (f"<obj>man</obj>{BOX}at<t>3</t>s. Then <obj>dog</obj>{BOX_B}at<t>1", [one("man", 3, A)], "box_without_time"),
        (f'[{MAN}, {{"bbox_2d": {G}, "label": "do', [one("man", 0, A)], "box_without_object"),
        (f'[{{"bbox_2d": {F}, "label": "man", "time": 1', [], "box_without_time"),
        (f'[{{"time": 1.5, {MAN[1:]}, {{"bbox_2d": {G}, "label": "dog", "ti', [one("man", 1.5, A)], "box_without_time"),
        (f'[{{"time": 1.5, {MAN[1:]}, {DOG}]', [one("man", 1.5, A)], "box_without_time"),
        ("<|ref|>man<|/ref|><|det|>[[100, 200, 300, 400], [500, 2", [], "unclosed_tag"),
        # the words give a time that is no time of this box
        (f"Frame 1:\n```json\n[{MAN}]\n```", [], "box_without_time"),
        (f'{{"frame_1": [{MAN}]}}', [], "time_unreadable"),
        (f'{{"1": {MAN}, "2": {DOG}}}', [], "box_without_time"),
        (f"The event is at 3.0 s.\nThe man {F} runs.", [], "box_without_time"),
        (f"| time | object | box |\n|---|---|---|\n| 3.0 | man | {F} |", [], "box_without_time"),
        # whose box it is, nobody said
        (f"<obj></obj>{BOX}at<t>3.0</t>s", [], "object_without_name"),
        (f"<obj>man</obj><obj></obj>{BOX}at<t>3.0</t>s", [], "object_without_name"),
    ],
)
def test_what_a_reply_leaves_open_is_no_claim(text, expected, failed):
    assert claims(text, question="") == expected
    assert failed in reasons(text, question="")


def test_the_index_of_a_frame_in_a_key_is_a_time_where_that_is_stated():
    assert claims(f'{{"frame_50": [{MAN}]}}', time_unit="frames:25") == [one("man", 2, A)]


@pytest.mark.parametrize(
    "text",
    [
        # numbers in words
        *("There are 3 to 4 people and the score is 4/5.", "He scored from 10 to 20 points between 2019 and 2021."),
        *("The war lasted from 1939 to 1945.", "From 1990 to 2000", "from 2024-01-05 to 2024-02-06"),
        *("The shop is open from 9:00 to 17:00.", "Office hours: 8:30 - 16:30 on weekdays.", "from 9:00 am to 5:00 pm"),
        *("Bake for 10 to 12 minutes, then rest 2 to 3 hours.", "It takes from 20 to 30 minutes to cook."),
        *("The video is 3 to 5 seconds long.", "The car accelerates from 0 to 60 in 3.2 seconds."),
        *("from 20.5 to 30.5 degrees", "from $2.50 to $3.50", "from 2.5 to 3.5 kg", "upgrade from 2.9 to 3.5"),
        *("The battery goes from 58% to 70%.", "between 10% and 20% of the crowd", "21-19 to 21-17", "3 - 1 = 2"),
        # references, coordinates, mathematics, lists
        *("As in [12, 13], the method [3, 4, 5, 6] works.", "Smith et al. [1,2] and Jones [3,4] disagree."),
        *("The city lies at (2.35, 48.85).", "The bounding box of Paris: [2.22, 48.81, 2.47, 48.90]"),
        *("Solve on (0, 1): x \\in [0, 1]", "The interval is $[2.5, 3.5]$.", "lines [3, 5] and [7, 9]"),
        *("The shape is [1, 3, 224, 224].", "Rotation: [0.0, 0.0, 0.7, 0.7]", "Probabilities: [0.1, 0.2, 0.3, 0.4]"),
        *("Choose numbers [1, 2, 3, 4] please.", "<answer>[1, 2, 3, 4]</answer>", "color [100, 128, 255, 255]"),
        # programs and their settings
        *("x = arr[100, 200, 300, 400]", "def f(a, b):\n    return (100, 200), (300, 400)"),
        "```python\nfor time in (2.0, 3.0):\n    print('from 2.0 s to 3.0 s')\n```",
        *(
            '{"lr": 0.1, "from": 1, "to": 5}',
            '{"start": 1, "end": 10, "step": 2}',
            '{"0": [1, 2, 3, 4], "1": [5, 6, 7, 8]}',
        ),
        *('{"page": {"start": 0, "end": 20}, "name": "query"}', '{"layers": [1, 2, 3, 4], "range": [0.1, 0.9]}'),
        '<tool_call>{"name": "crop_video", "arguments": {"start_time": 2.0, "end_time": 4.0}}</tool_call>',
        # the prompt said again, and people who talk
        '{"bbox_2d": [x1, y1, x2, y2], "label": "object"}',
        "<obj>object_name</obj><box>[x1, y1, x2, y2]</box>at<t>time</t>s",
        *("user: how long?\nassistant: 3 to 5 minutes\nuser: thanks", "[12:01] Anna: hi\n[12:02] Bert: from 3 to 4"),
    ],
)
def test_numbers_that_claim_nothing(text):
    assert claims(text, question="", duration=10_000) == []


@pytest.mark.parametrize("piece", [f"a man {F} ", f"a man {F}\n", f"At 3.0 s a man {F}\n"])
def test_the_words_around_boxes_are_looked_at_once_for_times(piece, monkeypatch):
    """Counts the characters that are searched: four times the text, four times the work."""
    from referee_calib.claims.text import stated_times

    searched = []
    original = stated_times.times_in
    monkeypatch.setattr(stated_times, "times_in", lambda text: [searched.append(len(text)), original(text)][1])
    used = []
    for repeats in (50, 200):
        searched.clear()
        assert len(claims(piece * repeats)) == repeats
        used.append(sum(searched))
    assert used[1] <= 4.4 * used[0] + 1000
