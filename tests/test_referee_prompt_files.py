"""Prompt files are read as written, a study's own goes first, and a bad one is refused with its line."""

import re

import pytest

from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.referee.prompting.prompt import LEVELS, YES_NO, Prompt, load_prompt
from referee_calib.referee.prompting.prompt_file import SHIPPED, read
from referee_calib.rubric import load

CLAIM = Claim(video="a.mp4", question="Where is the ball?", object="red ball", boxes=((4.2, 0.1, 0.2, 0.3, 0.5),))
GOOD = """\
# words of our own
version: mine-1
answers: 0 1 2 3 4
longest: 50

=== head ===
Look well. Between <<< and >>> stands what is judged.
=== tail ===
{question} {claim}
{scale_question}
{levels}
"""


def written(folder, text, name="mine"):
    path = folder / "prompts" / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_files_state_their_own_names_and_the_level_prompt_is_the_default():
    names = {path.stem for path in SHIPPED.glob("*.txt")}
    assert names == {"level-1", "level-1-downward", "levels-1", "levels-1-downward", "yes-no-1"}
    assert {load_prompt(name).stated for name in names} == names
    assert load_prompt("level-1") == Prompt()
    assert Prompt().answers == LEVELS
    assert re.fullmatch(r"level-1-[0-9a-f]{8}", Prompt().version)


@pytest.mark.parametrize("dimension", ["relevance", "localization", "timing"])
def test_yes_is_the_best_sentence_of_each_dimension_and_no_the_worst(dimension):
    prompt = load_prompt("yes-no-1")
    tail = prompt.ask(CLAIM, dimension, load(), []).tail
    levels = load()[dimension].levels
    assert f"no = {levels[0]}\nyes = {levels[4]}" in tail
    assert not any(middle in tail for middle in levels[1:4])
    assert (prompt.answers, tail.splitlines()[-1]) == (YES_NO, "Answer with one word and nothing else: yes or no.")


def test_the_shipped_downward_prompt_differs_in_the_order_of_its_levels_only():
    up, down = load_prompt("level-1"), load_prompt("level-1-downward")
    assert (down.head, down.answers, down.max_characters) == (up.head, up.answers, up.max_characters)
    assert down.tail == up.tail.replace("{levels}", "{levels_downward}")
    assert down.version != up.version


def test_levels_can_be_listed_downward():
    tail = Prompt(tail="{levels_downward}").ask(CLAIM, "localization", load(), []).tail
    levels = load()["localization"].levels
    assert tail.splitlines() == [f"{i} = {levels[i]}" for i in (4, 3, 2, 1, 0)]
    both = Prompt(tail="{levels_downward}", answers=YES_NO).ask(CLAIM, "localization", load(), []).tail
    assert both.splitlines() == [f"yes = {levels[4]}", f"no = {levels[0]}"]


def test_a_study_s_own_words_are_read(tmp_path):
    written(tmp_path, GOOD)
    prompt = load_prompt("mine", tmp_path)
    assert (prompt.stated, prompt.max_characters, prompt.answers) == ("mine-1", 50, LEVELS)
    assert prompt.head == "Look well. Between <<< and >>> stands what is judged."
    assert prompt.tail == "{question} {claim}\n{scale_question}\n{levels}"
    assert prompt.version.startswith("mine-1-")


def test_a_study_s_file_goes_before_a_shipped_one_of_its_name(tmp_path):
    assert load_prompt("level-1", tmp_path) == Prompt()
    written(tmp_path, GOOD, "level-1")
    assert load_prompt("level-1", tmp_path).stated == "mine-1"
    assert load_prompt("level-1").stated == "level-1"


def test_two_wordings_of_one_stated_version_are_told_apart(tmp_path):
    one = Prompt.from_file(written(tmp_path, GOOD))
    two = Prompt.from_file(written(tmp_path, GOOD.replace("Look well", "Look closely")))
    assert one.stated == two.stated
    assert one.version != two.version


def test_what_is_not_given_has_its_default(tmp_path):
    lines = [line for line in GOOD.splitlines() if not line.startswith(("answers", "longest", "#"))]
    prompt = Prompt.from_file(written(tmp_path, "\r\n".join(lines)))
    assert (prompt.answers, prompt.max_characters) == (LEVELS, 300)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: mine-1\n", "", "line 1: it has no line such as version: mine-1"),
        ("version: mine-1", "version: my words", "line 2: it has no line such as version"),
        (
            "answers: 0 1 2 3 4",
            "answers: 1 2 3 4 5",
            "line 3: answers '1 2 3 4 5': they are levels (those of the rubric), 0 1 2 3 4, or yes no",
        ),
        ("longest: 50", "longest: many", "line 4: longest 'many'"),
        ("longest: 50", "longest: 0", "line 4: longest '0'"),
        ("longest: 50", "width: 50", "line 4: 'width: 50'"),
        ("longest: 50", "version: mine-2", "line 4: 'version: mine-2'"),
        ("{question} {claim}", "{claim}", "line 8: the tail lacks {question}"),
        (
            "{question} {claim}\n{scale_question}\n{levels}",
            "Well?",
            "lacks {question}, {claim}, {scale_question}, {levels}",
        ),
        ("{levels}", "{levels} {answer}", "line 11: {answer}: known placeholders are {question}, {claim}"),
        ("{levels}", "{levels} {Levels}", "line 11: {Levels}: known placeholders are {question}, {claim}"),
        ("{levels}", "{levels} {levels }", "line 11: {levels }: known placeholders are"),
        ("{levels}", "{levels} { levels}", "line 11: { levels}: known placeholders are"),
        ("{levels}", "{{levels}}", "line 11: {{levels}}: known placeholders are"),
        ("{levels}", "{levels} {scale-question}", "line 11: {scale-question}: known placeholders are"),
        ("Look well.", "Look well: {Claim}", "line 7: {Claim}: the head is the same for all questions"),
        ("Look well.", "Look well: {claim}", "line 7: {claim}: the head is the same for all questions"),
        ("Between <<< and >>> stands", "Above stands", "line 6: it never says what <<< and >>> mean"),
        ("=== tail ===", "tail", "line 11: it ends without the mark === tail ==="),
        ("=== tail ===", "=== head ===", "line 8: a second mark === head ==="),
        ("Look well.", "Look well. " * 2000, "20,000 is the most"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(tmp_path, old, new, said):
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InputError) as caught:
        Prompt.from_file(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_braces_around_json_are_no_placeholder(tmp_path):
    shown = 'Answer like {"level": 3} or {} or {0, 1}.'
    assert Prompt.from_file(written(tmp_path, GOOD + shown)).tail.endswith("{levels}\n" + shown)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "x.txt", tmp_path / "gone.txt", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read(path)


@pytest.mark.parametrize("name", ["nobody", "../level-1", "", "a/b", "level-1.txt", "x" * 99, "level-1\n"])
def test_an_unknown_name_lists_what_there_is(tmp_path, name):
    written(tmp_path, GOOD)
    with pytest.raises(
        InputError, match="There are level-1, level-1-downward, levels-1, levels-1-downward, mine, yes-no-1"
    ):
        load_prompt(name, tmp_path)


def test_answers_that_no_parser_reads_are_refused():
    for answers in ((), ("1", "2"), ("yes", "maybe"), ("a", "b", "c", "d", "e")):
        with pytest.raises(InputError, match="answers"):
            Prompt(answers=answers)
