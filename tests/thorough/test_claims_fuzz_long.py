"""Long fuzzing of the notations, and very long texts: the time grows with the length and not faster."""

import random
import time

import pytest
from helpers_fuzz_replies import NAMES, PIECES, SEEDS, UNITS, check, mutated

from referee_calib.claims import ReadingOptions, parse_rollout

LONG = 300_000
REPEATED = [
    *SEEDS,
    *("<obj>", "<box>[", "<t>1", "{", "[", "(", '{"', '{"a', "{'", '{"bbox_2d":[', '"bbox_2d": [1,2,3,4', "<|ref|>"),
    *("<point ", "1", "9.", "1,", "1;", "1 to ", "from 1 to 2 ", "1:", "0:01-", "1 minute ", "[1,", "(1,2),"),
    *("\\u003c", "&lt;", "target id 1 ", "<patch_index_0001>", "１", "，", "start 1 end 2 ", "1 - 2 s, ", "{0.1,0.2}"),
    *(" ", "\n", "the ", "'", "\\", "<obj>a</obj>", "<box>[1,2,3,4]</box>", "<t>1</t>", '{"2":[1,2,3,4],', "\"'"),
    *("1 and ", "<object>", "x1=1,y1=", "a[1,2,3,4]", "s秒"),
]


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_mutated_replies(seed):
    draw = random.Random(1000 + seed)
    for _ in range(4000):
        text = draw.choice(SEEDS) if draw.random() < 0.2 else SEEDS[seed]
        if draw.random() < 0.3:
            text += draw.choice(SEEDS)
        check(mutated(draw, text), draw.choice(UNITS), draw.choice(NAMES) if draw.random() < 0.3 else "auto")


def test_any_pieces_in_any_order():
    draw = random.Random(7)
    for _ in range(20_000):
        check("".join(draw.choices(PIECES, k=draw.randint(0, 40))), draw.choice(UNITS))


@pytest.mark.parametrize("piece", REPEATED, ids=[repr(piece[:20]) for piece in REPEATED])
@pytest.mark.parametrize("name", ["auto", "time-r1", "qwen-json", "shikra", "vtimellm"])
def test_a_very_long_text_takes_linear_time(piece, name):
    """Ten times the text may take at most thirty times as long, and a few seconds in any case."""
    taken = []
    for length in (LONG // 10, LONG):
        text = (piece * (length // len(piece) + 1))[:length]
        start = time.process_time()
        parse_rollout(
            text, video="a.mp4", question="", unit="0-1000", options=ReadingOptions(format=name), duration=5.0
        )
        taken.append(time.process_time() - start)
    assert taken[1] < 3 + 30 * taken[0], taken
