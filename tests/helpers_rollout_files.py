"""Tiny files of replies as trainers and benchmarks leave them, about videos of the sample study."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from referee_calib.io import json_lines
from referee_calib.reward import ConstantReward

SAMPLE_MEDIA = Path(__file__).parent.parent / "data/sample_study/media"
REPLY = "<think>The <obj>red ball</obj><box>[84, 49, 168, 98]</box>at<t>1.2</t>s rolls.</think><answer>left</answer>"
UNIT = "pixels:336x196"  # so that the box is 0.25, 0.25, 0.5, 0.5
VIDEOS = ("pillar.mp4", "bounce.mp4")
QUESTIONS = ("When does the red ball disappear?", "Where does the ball bounce?")
Row = dict[str, Any]


def rollout(name: str = "r1", video: str = VIDEOS[0], **more: Any) -> Row:
    """Return a row of rollouts.jsonl with one claim."""
    row = {"rollout": name, "video": video, "question": QUESTIONS[0], "completion": REPLY, "box_unit": UNIT}
    return row | more


def data_set(folder: Path, name: str = "train.jsonl") -> Path:
    """Write a data set as TRL takes it: a prompt of chat messages, and the video in a column."""
    rows = [{"prompt": _chat(text), "video_path": video, "id": k} for k, (text, video) in enumerate(_pairs())]
    return lines(folder / name, rows)


def trl(folder: Path) -> Path:
    """Write completions of TRL: chat messages as replies, a reward and an advantage."""
    rows = [
        {
            "step": 400,
            "prompt": text,
            "completion": [{"role": "assistant", "content": REPLY}],
            "acc": 0.5,
            "advantage": 0.0,
        }
        for text in QUESTIONS
    ]
    return table(folder / "completions_00400.parquet", rows)


def verl(folder: Path, name: str = "400.jsonl") -> Path:
    """Write generations of verl: the prompt as its template leaves it without special tokens."""
    rows = [
        {
            "input": f"system\nBe brief.\nuser\n{text}\nassistant\n",
            "output": REPLY,
            "gts": None,
            "score": 0.5,
            "step": 400,
        }
        for text in QUESTIONS
    ]
    return lines(folder / name, rows)


def ms_swift(folder: Path) -> Path:
    """Write completions of ms-swift: one line, every column a list."""
    prompts = [f"<|im_start|>user\n<video>{text}<|im_end|>\n<|im_start|>assistant\n" for text in QUESTIONS]
    row = {
        "step": ["400", "400"],
        "prompt": prompts,
        "completion": [REPLY] * 2,
        "IoU": [0.1, 0.2],
        "advantages": [0, 0],
    }
    return lines(folder / "completions.jsonl", [row])


def ms_swift_rows(folder: Path) -> Path:
    """Write completions of ms-swift's trainers on Ray: one line a reply, the step under another name."""
    rows = [
        {"gen_step": 400, "prompt": f"user: <video>{text}\n", "completion": REPLY, "reward": 0.5} for text in QUESTIONS
    ]
    return lines(folder / "completions.jsonl", rows)


def lmms_eval(folder: Path) -> Path:
    """Write samples of lmms-eval for a task that names its columns clip and caption."""
    rows = [
        {"doc_id": k, "doc": {"clip": video, "caption": text}, "target": "left", "resps": [[REPLY]], "iou": 0.3}
        for k, (text, video) in enumerate(_pairs())
    ]
    return lines(folder / "model_samples_charades.jsonl", rows)


def vstar(folder: Path) -> Path:
    """Write a result file of V-STaR with one item; its true box is the claimed one, in pixels of twice the size."""
    item = {
        "vid": "pillar",
        "original_index": 7,
        "fps": 25,
        "width": 672,
        "height": 392,
        "question": "What rolls?",
        "temporal_question": "When does it roll?",
        "spatial_question": "Where is it?",
        "object": "red ball",
        "answer": "A ball.",
        "timestamps": [1.0, 2.5],
        "bboxes": [{"timestamp": 1, "frame_index": 25, "xmin": 168, "ymin": 98, "xmax": 336, "ymax": 196}],
        "answer_vqa_raw_output": REPLY.replace("1.2", "1.1"),
        "answer_vqa": "left",
        "answer_temporal": "<answer>From <t>1.0</t>s to <t>2.0</t>s</answer>",
        "input_shape": [336, 196],
    }
    path = folder / "vstar_results.json"
    path.write_text(json.dumps([item]), encoding="utf-8")
    return path


def open_o3(folder: Path) -> Path:
    """Write a data set of Open-o3-Video: one item with one object, one with two."""
    frames = [{"path": "a.jpg", "time": 1.0, "idx": 0}, {"path": "b.jpg", "time": 3.0, "idx": 1}]
    one = {"0": {"red ball": [[0.2, 0.2, 0.5, 0.5]]}, "1": {"red ball": [[0.4, 0.2, 0.7, 0.5]]}}
    two = {"0": {"red ball": [[0.2, 0.2, 0.5, 0.5]], "pillar": [[0.6, 0, 0.7, 1]]}}
    rows = [
        {
            "task": "temporal QA",
            "question": text,
            "video_path": f"/data/stgr/{video}",
            "key_frames": frames,
            "key_items": items,
        }
        for (text, video), items in zip(_pairs(), (one, two), strict=True)
    ]
    path = folder / "STGR-RL.json"
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return path


def people_csv(folder: Path) -> Path:
    """Write replies as somebody's own script does: a CSV with columns of other names, and one more."""
    path = folder / "replies.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "clip", "prompt", "response", "score"])
        writer.writerows([f"a{k}", video, text, REPLY, "0.5"] for k, (text, video) in enumerate(_pairs()))
    return path


def lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write JSON lines."""
    json_lines.write(path, rows)
    return path


def table(path: Path, rows: list[Row]) -> Path:
    """Write Parquet."""
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def _pairs() -> list[tuple[str, str]]:
    return list(zip(QUESTIONS, VIDEOS, strict=True))


def _chat(text: str) -> list[Row]:
    parts = [{"type": "video", "text": None}, {"type": "text", "text": text}]
    return [{"role": "user", "content": parts}]


def reward_log(folder: Path) -> Path:
    """Let a reward pay two replies and write them down."""
    reward = ConstantReward(media=SAMPLE_MEDIA, log=folder / "rewards")
    reward.score([rollout(f"r{k}", video, question=text) for k, (text, video) in enumerate(_pairs())])
    return folder / "rewards"
