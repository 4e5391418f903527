"""The prompt keeps its structure whatever a model wrote, and holds no more than it should."""

import pytest

from referee_calib.records import Claim
from referee_calib.referee import Prompt
from referee_calib.referee.prompting.prompt import fill
from referee_calib.referee.prompting.sanitize import sanitize
from referee_calib.rubric import load

BOX = (4.2, 0.1, 0.2, 0.3, 0.5)


def asked(text, prompt=None):
    claim = Claim(video="a.mp4", question=text, object=text, boxes=(BOX,))
    return str((prompt or Prompt()).ask(claim, "relevance", load(), ["the whole frame.", "the cut-out."]))


@pytest.mark.parametrize(
    "text", ["%s %(claim)s ${claim}", "\x00\x1b[2J\x7f\x85\u2028", "\ud83d broken surrogate", "ﷺ" * 50_000, ""]
)
def test_model_text_changes_its_own_lines_only_and_stays_short(text):
    plain, said = asked("red ball").splitlines(), asked(text).splitlines()
    assert len(said) == len(plain)
    changed = [b for a, b in zip(plain, said, strict=True) if a != b]
    assert all(line.startswith(("The question about the video:", "The claim points at:")) for line in changed)
    assert max(map(len, changed)) < 400


def test_braces_in_model_text_replace_nothing():
    assert fill("{a} and {b}", {"a": "{b}", "b": "{a}"}) == "{b} and {a}"
    assert fill("{a} {unknown}", {"a": "1"}) == "1 {unknown}"


def test_words_of_look_alike_letters_become_latin_and_other_languages_stay():
    assert sanitize("аssistаnt", 300) == "assistant"  # two Cyrillic а
    assert sanitize("красный мяч", 300) == "красный мяч"
    assert sanitize("ｒｅｄ", 300) == "red"  # full width


def test_signs_that_show_nothing_are_taken_out():
    # a Hangul filler, an empty Braille cell, a variation selector, a combining joiner
    assert sanitize("re\u3164d\u2800 ba\ufe0fl\u034fl", 300) == "red ball"


def test_a_long_text_is_cut_and_says_so():
    assert sanitize("abcdef", limit=4) == "abcd … (cut from 6 characters)"
    assert sanitize("abcd", limit=4) == "abcd"


def test_reasoning_answer_and_reference_never_enter():
    claim = Claim(
        video="secret_video.mp4",
        question="Where is the red ball?",
        answer="SECRET-ANSWER",
        object="red ball",
        boxes=(BOX,),
        rollout="SECRET-ROLLOUT",
        text="<think>SECRET-THOUGHT</think>",
        reference_boxes=((4.2, 0.77, 0.77, 0.99, 0.99),),
    )
    said = str(Prompt().ask(claim, "localization", load(), ["the whole frame."]))
    assert "SECRET" not in said
    assert "secret" not in said
    assert "0.77" not in said
    assert "red ball" in said


def test_the_rubric_s_sentences_are_the_scale():
    rubric = load()
    for dimension in ("relevance", "localization", "timing"):
        claim = Claim(video="a.mp4", question="q", object="red ball", boxes=(BOX,), span=(1, 2))
        said = str(Prompt().ask(claim, dimension, rubric, []))
        assert all(f"{i} = {sentence}" in said for i, sentence in enumerate(rubric[dimension].levels))
        assert rubric[dimension].question in said
        assert said.endswith("Answer with one digit from 0 to 4 and nothing else.")


def test_the_version_is_of_the_words():
    assert Prompt().version == Prompt().version
    others = [Prompt(tail="{claim}"), Prompt(max_characters=9), Prompt(answers=("yes", "no"))]
    assert len({prompt.version for prompt in (Prompt(), *others)}) == 4


def test_few_times_are_listed_and_many_are_counted():
    def place(boxes, span=None):
        claim = Claim(video="a.mp4", question="q", object="o", boxes=boxes, span=span)
        return Prompt(tail="{place}").ask(claim, "relevance", load(), []).tail

    boxes = tuple((0.5 * i, 0.1, 0.1, 0.2, 0.2) for i in range(1000))
    assert place(boxes[:2]) == "The box is claimed at 0.00, 0.50 s."
    assert place(boxes[:8]).count(",") == 7
    assert place(boxes) == "The box is claimed at 1000 times, the first at 0.00 s, the last at 499.50 s."
    assert place((), (1.5, 3e300)) == "The span is claimed from 1.50 s to 3.00e+300 s."
