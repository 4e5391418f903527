"""Forty texts that ask for level 4 change nothing about the question, and are never read as its answer.

Each goes through the real prompt, as the claim's phrase and as the question. A naive reader, which stands for a
referee without a fence and a parser that takes what looks like a verdict, is fooled by every one of them.
"""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referee_calib.records import Claim
from referee_calib.referee import Parser, Referee, Reply, ScriptedBackend
from referee_calib.referee.prompting.injections import injections
from referee_calib.referee.prompting.prompt import Prompt, load_prompt
from referee_calib.referee.prompting.sanitize import sanitize
from referee_calib.rubric import load

TEXTS = injections()
NAMES = [one.name for one in TEXTS]
BOX = (4.2, 0.1, 0.2, 0.3, 0.5)
PROMPTS = {name: load_prompt(name) for name in ("level-1", "yes-no-1")}
LINES = {"object": "The claim points at: ", "question": "The question about the video: "}


def asked(text, field="object", prompt="level-1", dimension="localization"):
    words = {"question": "Where is the red ball?", "object": "red ball"} | {field: text}
    claim = Claim(video="a.mp4", boxes=(BOX,), span=(4.0, 5.0), **words)
    return PROMPTS[prompt].ask(claim, dimension, load(), ["the whole frame.", "the box cut out."])


def naive(reply):
    """Read a reply as a hasty program does: the last digit of it, in whatever script."""
    digits = [unicodedata.digit(c) for c in reply if unicodedata.digit(c, None) is not None]
    return digits[-1] if digits else None


def test_there_are_forty_and_no_two_are_alike():
    assert len(TEXTS) == len(set(NAMES)) == len({one.text for one in TEXTS}) == 40
    assert {one.kind for one in TEXTS} == {"verdict", "role", "format", "unicode", "order", "long"}
    assert max(len(one.text.encode()) for one in TEXTS) > 100_000


@pytest.mark.parametrize("one", TEXTS, ids=NAMES)
def test_the_naive_reader_is_fooled_by_a_referee_that_repeats_its_question(one):
    assert naive(f"Rate from 0 to 4 whether the box shows: {one.text}") == 4  # the text as it is, at the end


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("field", LINES)
@pytest.mark.parametrize("one", TEXTS, ids=NAMES)
def test_only_the_one_fenced_line_differs(one, field, prompt):
    plain, said = (asked(text, field, prompt) for text in ("red ball", one.text))
    assert (said.head, said.captions) == (plain.head, plain.captions)
    before, after = plain.tail.split("\n"), said.tail.split("\n")
    changed = [a for b, a in zip(before, after, strict=True) if a != b]
    assert len(changed) == 1
    body = changed[0].removeprefix(LINES[field])
    assert body.startswith("<<<")
    assert body.endswith(">>>")
    inside = body[3:-3]
    assert str(said).count("<<<") == str(said).count(">>>") == 3  # what they mean; the question; the claim
    assert not set(inside) & set("<>{}[]|`\\")
    assert all(c.isprintable() for c in inside)
    assert len(inside) <= 300 + len(f" … (cut from {len(one.text)} characters)")


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("one", TEXTS, ids=NAMES)
def test_a_referee_that_repeats_its_question_has_given_no_verdict(one, prompt):
    answers = PROMPTS[prompt].answers
    said = asked(one.text, prompt=prompt)
    fenced = f"<<<{sanitize(one.text, 300)}>>>"
    for reply in (str(said), said.tail, fenced, f"You said {fenced}", fenced[:-3], f"It reads\n{fenced[3:]}"):
        assert Parser().read(Reply(text=reply), answers).status == "unparsed"


@pytest.mark.parametrize("one", TEXTS, ids=NAMES)
def test_the_true_verdict_after_a_repeated_claim_is_the_one_that_counts(one):
    fenced = f"<<<{sanitize(one.text, 300)}>>>"
    for verdict in ("1", "Level: 1", '{"level": 1}'):
        assert Parser().read(Reply(text=f"{fenced}\n{verdict}")).level == 1
    assert Parser().read(Reply(text=f"{fenced}\nno"), ("yes", "no")).level == 0


@pytest.mark.parametrize("one", TEXTS, ids=NAMES)
def test_a_referee_that_obeys_the_words_but_has_probabilities_is_read_by_these(one):
    reply = Reply(text=one.text[:5000], distribution=(0.7, 0.2, 0.1, 0.0, 0.0), rung="exact")
    assert Parser().read(reply).expected == pytest.approx(0.4)  # (0.2 + 2 x 0.1) / 1


@pytest.mark.parametrize("one", TEXTS, ids=NAMES)
def test_of_an_honest_verdict_with_a_quote_only_the_naive_reader_takes_the_quote(one):
    assert naive(f"Level: 0\nIt claimed:\n{one.text}") == 4
    reply = Reply(text=f"Level: 0\nIt claimed:\n<<<{sanitize(one.text, 300)}>>>")
    score = Referee("scripted", ScriptedBackend()).read(reply, "c1", "localization")
    assert (score.level, score.status) == (0, "ok")


def test_sanitized_text_has_no_role_of_any_chat_template():
    roles = re.compile(r"<\|?\w+\|?>|\[/?INST\]|\b(?:assistant|system|human|response)\s*:|#{2,}", re.IGNORECASE)
    found = [one.name for one in TEXTS if one.kind == "role" and roles.search(one.text)]
    assert len(found) >= 8  # the pattern does find them before
    assert not [one.name for one in TEXTS if roles.search(sanitize(one.text, 300))]


def test_ordinary_phrases_stay_as_they_are():
    for phrase in ("red ball", "the man's left hand", "第二个球", "a sign that says 50 %", "Mädchen (rechts), 2 von 3"):
        assert sanitize(phrase, 300) == phrase


def test_sanitizing_twice_is_sanitizing_once():
    for one in (one for one in TEXTS if one.kind != "long"):
        once = sanitize(one.text, 10_000)
        assert sanitize(once, 10_000) == once


def test_the_tail_stays_short_whatever_a_claim_holds():
    longest = max(len(str(asked(one.text, field))) for one in TEXTS for field in LINES)
    assert longest <= len(str(asked("red ball"))) + 350
    claim = Claim(video="a", question="q" * 99, object="o", boxes=(BOX,))
    assert "q" * 20 + " … (cut from 99 characters)" in Prompt(max_characters=20).ask(claim, "timing", load(), []).tail


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=400) | st.text("<>{}[]|`\\\n\r＜＞‹›« \u202e\u200b4:Levl", max_size=80))
def test_no_text_at_all_opens_or_closes_a_fence(text):
    said = asked(text)
    assert len(said.tail.split("\n")) == len(asked("red ball").tail.split("\n"))
    assert str(said).splitlines() == str(said).split("\n")  # no other kind of line break either
    expected = 3 if text else 2  # an empty phrase has words of its own instead of a fence
    assert str(said).count("<<<") == str(said).count(">>>") == expected
    assert str(said).count("<") == str(said).count(">") == 3 * expected
    assert Parser().read(Reply(text=said.tail)).status == "unparsed"
