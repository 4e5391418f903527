"""A referee is asked in the rubric's words and language, for the levels that the rubric has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers_rubric import EXAMPLES, claims, rubric_of, written

from referee_calib.errors import InputError
from referee_calib.referee import ScriptedBackend, load_referee, make_referee
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.prompting.allowed_answers import ANY_LEVELS, level_answers
from referee_calib.referee.prompting.prompt import Prompt, default_prompt, load_prompt
from referee_calib.referee.prompting.prompt_file import read
from referee_calib.referee.prompting.prompt_words import WORDS, Caption
from referee_calib.referee.referee_spec import RefereeSpec
from referee_calib.referee.scoring import Referee
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.rubric import load

CLAIM = claims()[0]
OWN = """\
version: own-1
answers: levels
verdict: Stufe, Antwort
=== head ===
Zwischen <<< und >>> steht, was zu beurteilen ist.
=== tail ===
{question} {claim} {place}
{scale_question}
{levels_downward}
{answers}
=== words ===
# Bildunterschriften
picture: Bild {number} = {caption}
frame: Bild bei {time} s.
"""


def test_levels_go_by_digits_and_eleven_by_letters_of_one_token_each():
    assert [level_answers(n)[-1] for n in (2, 5, 10)] == ["1", "4", "9"]
    assert level_answers(11) == tuple("PQRSTUVWXYZ")
    for n in range(2, 12):
        answers = level_answers(n)
        assert len(set(answers)) == n
        assert all(len(one) == 1 for one in answers)  # none begins another, as 1 begins 10


def test_the_default_prompt_of_a_five_level_rubric_is_what_it_was():
    assert default_prompt(load()) == Prompt()
    assert Prompt().version == "level-1-c815c214"
    assert default_prompt(load()).to_json().keys() == {"head", "tail", "max_characters", "answers", "stated"}


@pytest.mark.parametrize("tables", [{"relevance": 2}, {"relevance": 5, "localization": 3}, {"timing": 11}])
def test_other_scales_are_asked_for_by_their_own_levels(tmp_path, tables):
    rubric = rubric_of(tmp_path, **tables)
    prompt = default_prompt(rubric)
    assert (prompt.stated, prompt.answers) == ("levels-1", ANY_LEVELS)
    for name, count in tables.items():
        tail = prompt.ask(CLAIM, name, rubric, []).tail
        answers = level_answers(count)
        assert tail.endswith(f"Answer with one of {', '.join(answers)} and nothing else.")
        assert all(f"{answer} = {name} at level {level}." in tail for level, answer in enumerate(answers))


@pytest.mark.parametrize(("file", "language", "stated"), [
    ("de", "de", "own-1"), ("de", "de-AT", "own-1"), ("de-AT", "de-AT", "own-1"),
    ("de-AT", "de", "level-1"), ("de", "fr", "level-1"), ("de", "", "level-1"),
])  # fmt: skip
def test_the_prompt_follows_the_language_of_the_rubric(tmp_path, file, language, stated):
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / f"{file}.txt").write_text(OWN, encoding="utf-8")
    rubric = load(written(tmp_path, {"relevance": 5}, language=language))
    assert default_prompt(rubric, tmp_path).stated == stated
    spec = RefereeSpec(name="m", backend="openai", model="m")
    assert make_referee(spec, rubric, folder=tmp_path, offline=True).prompt.stated == stated
    named = replace(spec, prompt=load_prompt("yes-no-1"))
    assert make_referee(named, rubric, folder=tmp_path, offline=True).prompt.stated == "yes-no-1"


def test_a_referee_that_reads_no_words_is_the_same_in_every_language(tmp_path):
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "de.txt").write_text(OWN, encoding="utf-8")
    rubric = load(written(tmp_path, {"relevance": 5}, language="de"))
    here, there = load_referee("pixels", rubric=rubric, folder=tmp_path), load_referee("pixels", rubric=rubric)
    assert here.fingerprint == there.fingerprint
    assert "spec" not in here.describe()


def test_a_study_gives_the_words_of_captions_and_times(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text(OWN, encoding="utf-8")
    prompt, rubric = Prompt.from_file(path), rubric_of(tmp_path, relevance=3)
    shown = [Caption("frame", {"time": "1.00", "colour": "red"}), Caption("inside_span", {"time": "2.00"})]
    asked = prompt.ask(CLAIM, "relevance", rubric, shown)
    assert asked.captions == (
        "Bild 1 = Bild bei 1.00 s.",
        "Bild 2 = the whole frame at 2.00 s, inside the claimed span.",  # not given: it stays English
    )
    assert asked.tail.endswith("0 = relevance at level 0.\n0, 1, 2")
    assert prompt.verdict == ("Stufe", "Antwort")


def test_words_verdict_and_answers_are_in_the_version_and_come_back_from_json(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text(OWN, encoding="utf-8")
    prompt = Prompt.from_file(path)
    assert len({prompt.version, replace(prompt, words=()).version, replace(prompt, verdict=()).version}) == 3
    spec = RefereeSpec(name="m", backend="openai", model="m", prompt=prompt)
    assert RefereeSpec.from_json(spec.to_json()).prompt == prompt


@pytest.mark.parametrize(("old", "new", "said"), [
    ("frame: Bild", "frames: Bild", "line 14: 'frames: Bild bei {time} s.': known are picture, frame,"),
    ("bei {time} s.", "bei {when} s.", "{when} is no placeholder of it; there is {time}, {colour}"),
    ("frame: Bild bei {time} s.", "picture: {caption}", "line 14: 'picture: {caption}': it is given twice"),
    ("= {caption}", "", "it lacks {caption}"),
    ("frame: Bild bei {time} s.", "Bild bei", "a line is key: text"),
    ("Stufe, Antwort", "Stufe 3", "line 3: verdict 'Stufe 3': they are words"),
    ("answers: levels", "answers: 0 1 2", "line 2: answers '0 1 2': they are levels (those of the rubric)"),
    ("=== words ===", "=== tail ===", "a second mark === tail ==="),
])  # fmt: skip
def test_a_prompt_file_that_cannot_be_used_is_refused_with_its_line(tmp_path, old, new, said):
    assert old in OWN
    path = tmp_path / "own.txt"
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert said in str(caught.value)


def test_a_prompt_that_names_five_levels_is_refused_for_other_scales(tmp_path):
    rubric = rubric_of(tmp_path, relevance=7)
    with pytest.raises(InputError, match="it asks for a level from 0 to 4, and relevance has 0 to 6") as caught:
        Referee("test", ScriptedBackend([]), rubric)
    assert "Take the prompt levels-1" in str(caught.value)
    Referee("test", ScriptedBackend([]), rubric, prompt=load_prompt("levels-1"))
    Referee("test", ScriptedBackend([]), rubric, prompt=load_prompt("yes-no-1"))


@pytest.mark.parametrize("name", ["two_levels_german", "eleven_levels_chinese", "mixed_levels_arabic"])
def test_an_example_asks_in_its_language_throughout(name):
    folder = EXAMPLES / name
    rubric = load(folder / "rubric.toml")
    prompt = default_prompt(rubric, folder)
    assert set(dict(prompt.words)) == set(WORDS)  # nothing stays English
    claim = replace(CLAIM, question="", object="", id="")
    said = str(prompt.ask(claim, rubric.dimensions[0], rubric, [Caption("crop", {"time": "1.00", "context": "25%"})]))
    words = {one.strip(".,:;()").lower() for one in said.split()}
    assert not words & {"the", "of", "picture", "whole", "claimed", "answer", "question", "none"}


def test_fingerprints_under_the_default_rubric_are_what_they_were():
    """As of the commit before scales had other lengths."""
    spec = RefereeSpec(name="m", backend="openai", model="m", decoding=Decoding(rung="choice"))
    assert make_referee(spec, offline=True).fingerprint == "da49b0347c020f20"
    assert load_referee("pixels").fingerprint == "d5bcb9a0719b4d9a"
    assert SemanticEvidenceReward(media="media").fingerprint == "a4533a3b028cc2dd"
