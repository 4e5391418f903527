"""Mutated replies: no traceback, and no box whose numbers the text does not hold; more of it in tests/thorough."""

import random

import pytest
from helpers_fuzz_replies import NAMES, SEEDS, UNITS, check, mutated


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_a_mutated_reply_gives_no_box_that_its_text_does_not_hold(seed):
    draw = random.Random(seed)
    for _ in range(60):
        check(mutated(draw, SEEDS[seed]), draw.choice(UNITS))


@pytest.mark.parametrize("name", NAMES)
def test_every_stated_notation_reads_every_text(name):
    draw = random.Random(name)
    for text in SEEDS:
        check(text, "0-1000", name)
        check(mutated(draw, text), draw.choice(UNITS), name)
