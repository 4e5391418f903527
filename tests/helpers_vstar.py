"""Result files of V-STaR, one item at a time and full of traps."""

import json
import random

TRUE_BOX = {"xmin": 0, "ymin": 0, "xmax": 100, "ymax": 100}
REPLIES = ("0", "1", "2", "3", "3", "2", "3.", "Score: 2", " 2\n", "4", "-1", "-2", "2.0")


def item(number=0, **more):
    """An item that is right in everything: judged 3, the true span, the true box at its two seconds."""
    boxes = [{"timestamp": second, "frame_index": 25 * second, **TRUE_BOX} for second in (3, 4)]
    place = {"3": [0, 0, 100, 100], "4": [0, 0, 100, 100]}
    made = {
        "vid": f"v{number}",
        "domain": "Sports",
        "fps": 25,
        "width": 640,
        "height": 360,
        "frame_count": 1000,  # 40 s
        "question": f"What is it, {number}?",
        "chain": "what, when, where",
        "object": "ball",
        "answer": "a ball",
        "temporal_question": "When?",
        "timestamps": [2, 6],
        "spatial_question": "Where from 2 to 6?",
        "spatial_question_2": "Where?",
        "bboxes": boxes,
        "answer_vqa": "a ball",
        "VQA_score": 3,
        "answer_temporal": [2.0, 6.0],
        "answer_temporal_pre": "From 2 to 6",
        "answer_temporal_2": [2.0, 6.0],
        "answer_temporal_pre_2": "From 2 to 6",
        "answer_spatial": place,
        "answer_spatial_2": dict(place),
    }
    return {name: value for name, value in (made | more).items() if value is not ...}


def half_right(number=0, **more):
    """An item of which the answer is wrong, and time and place half right: tIoU 2/4, vIoU (1 + 0)/2, both chains."""
    half = {"VQA_score": 1, "answer_temporal": [2.0, 4.0], "answer_temporal_2": [2.0, 4.0]}
    place = {"3": [0, 0, 100, 100]}
    return item(number, **(half | {"answer_spatial": place, "answer_spatial_2": place} | more))


def write(path, items):
    """Write a result file."""
    path.write_text(json.dumps(items), encoding="utf-8")
    return path


def trap_items(seed, n=60):
    """Items of all kinds at random, shuffled as Open-o3-Video's inference leaves them; `reply` is the judge's."""
    r = random.Random(seed)
    items = [_trap_item(r, number) for number in range(n)]
    r.shuffle(items)
    return items


def _trap_item(r, number):
    width, height = r.choice([(1280, 720), (640, 360), (854, 480)])
    fps = r.choice([25, 30, 29.97])
    seconds = r.choice([30, 59.99, 59.996, 60, 100, 179.99, 180, 500])
    start = r.randint(0, 20)
    end = start + r.randint(1, 8)
    start += 0.5 * (r.random() < 0.3)
    boxes = [] if r.random() < 0.05 else [_true_box(r, t, fps, width, height) for t in range(int(start) + 1, end + 1)]
    made = {
        "vid": f"v{number % 25}",
        "domain": r.choice(["Sports", "Daily Life", "Tutorials"]),
        "fps": fps,
        "width": width,
        "height": height,
        "frame_count": round(seconds * fps),
        "question": f"q{number}",
        "answer": "a",
        "timestamps": [start, end],
        "bboxes": boxes,
        "original_index": number,
    }
    answer = r.choice([..., "", None, *["an answer"] * 8, "<think>x</think>"])
    if answer is not ...:
        made["answer_vqa"] = answer
    for chain in ("", "_2"):
        made[f"answer_temporal{chain}"], made[f"answer_temporal_pre{chain}"] = _span(r, start, end)
        made[f"answer_spatial{chain}"] = _place(r, boxes, width)
    if r.random() < 0.5:
        made["input_shape"] = [width // 2, height // 2]
    return made | {"reply": r.choice(REPLIES)}


def _true_box(r, second, fps, width, height):
    x, y = r.randint(0, width // 2), r.randint(0, height // 2)
    corners = {"xmin": x, "ymin": y, "xmax": x + r.randint(20, width // 2), "ymax": y + r.randint(20, height // 2)}
    return {"timestamp": second if r.random() < 0.7 else float(second), "frame_index": int(second * fps), **corners}


def _span(r, start, end):
    near = [max(0, start + r.uniform(-3, 3)), end + r.uniform(-3, 3)]
    known = [
        ([], f"From 0:{int(start):02d} to 0:{end:02d}"),
        ([], f"<think>at 3 s 0:01</think><answer>From <t>{start}</t>s to <t>{end}</t>s</answer>"),
        (None, "no"),
        ([float(end), float(start)], "x"),
        (f"[{start}, {end + 1}]", "x"),
        ("from 1 to 2", "x"),
        ([], "between 1:05 and 11:05, say"),
        ([1.0, 2.0, 3.0], "x"),
        ([], ""),
    ]
    return r.choice([*known, *[(near, "x")] * 4])


def _place(r, boxes, width):
    kind = r.randrange(12)
    if kind < 3:
        return (None, [[1, 2, 3, 4]], {})[kind]
    given = {}
    for one in boxes:
        second = one["timestamp"]
        keys = [str(second)] * 7 + [str(int(second)), str(float(second)), f"0{second}"]
        given[r.choice(keys)] = _answer_box(r, [one[side] + r.randint(-20, 20) for side in TRUE_BOX], width)
    return given


def _answer_box(r, box, width):
    odd = [
        [box],
        [box, [0, 0, 5, 5]],
        [str(x) for x in box],
        [box[2], box[1], box[0], box[3]],
        [*box, 0.9],
        [x / width for x in box],
        "none",
        [],
        [box, ["a", 1, 2, 3]],
        {"bbox": box},
    ]
    return r.choice([*odd, *[box] * 10])
