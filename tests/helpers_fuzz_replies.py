"""Replies in every notation and what mutation makes of them; what must hold of whatever is read from any text."""

from __future__ import annotations

import re

from referee_calib.claims import FORMAT_NAMES, REASONS, ReadingOptions, parse_rollout

SEEDS = (
    "<think>The <obj>ball</obj><box>[71, 123, 116, 165]</box>at<t>2.2</t>s and <obj>cat</obj><box>[9, 8, 70, 60]</box>"
    "at<t>3.1</t>s.</think><answer>From <t>2.9</t>s to <t>3.5</t>s</answer>",
    "<think>1. <t>1.0</t>s: <obj>a</obj><box>(10,20),(40,50)</box><box>[60; 20; 90; 50]</box></think>",
    "<ref>ball</ref><box>(211,627),(345,841)</box> and <ref>cat</ref><box>[[21, 62, 34, 84], [1, 2, 3, 4]]</box>",
    "<|object_ref_start|>ball<|object_ref_end|><|box_start|>(211,627),(345,841)<|box_end|>",
    "<|ref|>ball<|/ref|><|det|>[[211, 627, 345, 841]]<|/det|>",
    "<phrase>ball</phrase><object><patch_index_0044><patch_index_0863></object>",
    '```json\n[{"bbox_2d": [71, 123, 116, 165], "label": "ball", "time": 2.2}, {"bbox_2d": [9, 8, 70, 60]}]\n```',
    '[{"box_2d": [627, 211, 841, 345], "label": "ball", "time": "00:02"}]',
    '<answer>{"2": [71, 123, 116, 165], "3": [91, 124, 136, 166]}</answer>',
    '{"00:02.90 - 00:03.50": "the ball is hidden."} [{"start": 2.9, "end": 3.5, "event": "x"}]',
    '<point x="61.5" y="40.4" alt="ball">ball</point> <caption>x</caption><bbox>[[71,123,116,165]]</bbox>',
    "The red ball[0.211,0.627,0.345,0.841] hits two pins[0.1,0.2,0.3,0.4;0.5,0.6,0.7,0.8].",
    "<answer>[[0.1, 0.5, 0.3, 0.55], [0.2, 0.5, 0.4, 0.55]]</answer>",
    "<answer>The event happens from 2.90 to 3.50 seconds and from 4:00 to 4:10.</answer><glue>[(2.9, 3.5)]</glue>",
    "2.9 - 3.5 seconds, the ball is hidden.\n4 minutes 2 seconds to 5 min, it is seen. {0.58,0.70} <time>2 to 3</time>",
    "<answer>Target ID: 1, Time range: 2.90 to 3.50</answer> &lt;obj&gt;a&lt;/obj&gt; 从2.9秒到3.5秒",
)
PIECES = tuple(sorted({piece for seed in SEEDS for piece in re.findall(r"<[^<>]*>|[\w.]+|\W", seed)}))
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?|\.\d+")
UNITS = ("0-1", "0-1000", "pixels:336x196")


def mutated(draw, text):
    """Change a reply in up to six places; `draw` is a random.Random."""
    for _ in range(draw.randint(1, 6)):
        at = draw.randint(0, len(text))
        to = min(len(text), at + draw.choice((0, 0, 1, 3, 12)))
        text = text[:at] + draw.choice(("", *PIECES, *PIECES, text[to : to + 9], "\ud800", "9" * 30)) + text[to:]
    return text


def check(text, unit, format="auto"):
    """Read a text, and hold what was read against it."""
    options = ReadingOptions(format=format)
    parsed = parse_rollout(text, video="a.mp4", question="", unit=unit, rollout="r", options=options, duration=5.0)
    assert parsed.claims or parsed.failures
    assert [claim.index for claim in parsed.claims] == list(range(len(parsed.claims)))
    assert {failure.reason for failure in parsed.failures} <= set(REASONS)
    assert {failure.rollout for failure in parsed.failures} <= {"r"}
    there = {float(number.replace(",", ".")) for number in numbers_in(text)}
    for box in parsed.written:
        assert {abs(number) for number in box.numbers if number == number} <= there | {float("inf")}, (text, box)
    if "<patch_index" not in text:  # patches are no four numbers
        assert sum(len(claim.boxes) for claim in parsed.claims) <= len(parsed.written)
    return parsed


def numbers_in(text):
    """Every number that digits of the text spell, with and without decimal commas, and whole parts on their own."""
    text = text.translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
    found = _NUMBER.findall(text) + re.findall(r"\d+", text) + re.findall(r"\d+\.\d*|\.\d+", text)
    return found + [f"{a}e{b}" for a, b in re.findall(r"(\d+\.?\d*)[eE]([-+]?\d{1,3})", text)]


NAMES = ("auto", *FORMAT_NAMES)
