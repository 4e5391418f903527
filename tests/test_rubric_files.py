"""Rubric files: what one may hold, what is refused with what to type, and versions that name the words."""

from __future__ import annotations

import pytest
from helpers_rubric import EXAMPLES, rubric_of, written

from referee_calib import rubric
from referee_calib.errors import InputError
from referee_calib.records import MOST_LEVELS, Claim

BOX = ((1.0, 0.1, 0.1, 0.4, 0.5),)
ONE = 'version = "1"\n[relevance]\ntitle = "R"\nquestion = "Well?"\nhelp = ""\nlevels = ["No.", "Yes."]\n'


def test_the_default_rubric_is_what_it_was():
    found = rubric.load()
    assert found.version == "1-6cf2a108"
    assert found.language == "en"
    assert found.scale_words() == "relevance 0 to 4, localization 0 to 4, timing 0 to 4"


@pytest.mark.parametrize("count", [2, 3, 7, 10, 11])
def test_a_scale_has_two_to_eleven_levels(tmp_path, count):
    scale = rubric_of(tmp_path, timing=count)["timing"]
    assert (scale.top, scale.numbers) == (count - 1, tuple(range(count)))
    assert [scale.share(level) for level in (0, scale.top)] == [0.0, 1.0]


@pytest.mark.parametrize("count", [0, 1, MOST_LEVELS + 1])
def test_other_numbers_of_levels_are_refused(tmp_path, count):
    with pytest.raises(InputError, match=f"with {count} levels: it needs 2 to 11 level sentences, worst first"):
        rubric_of(tmp_path, timing=count)


def test_any_of_the_dimensions_will_do_and_a_claim_is_judged_on_those_that_both_have(tmp_path):
    found = rubric_of(tmp_path, localization=3, relevance=2)
    assert found.dimensions == ("relevance", "localization")
    assert "timing" not in found
    of_box = Claim(video="a.mp4", question="q", boxes=BOX)
    of_span = Claim(video="a.mp4", question="q", span=(0, 1))
    assert (found.applies(of_box), found.applies(of_span)) == (("relevance", "localization"), ("relevance",))
    alone = rubric_of(tmp_path / "alone", localization=3)
    assert (alone.applies(of_box), alone.applies(of_span)) == (("localization",), ())


def test_the_same_words_for_another_dimension_are_another_version(tmp_path):
    words = ONE.replace("[relevance]", "[{}]")
    versions = set()
    for name in ("relevance", "timing"):
        path = tmp_path / f"{name}.toml"
        path.write_text(words.format(name))
        versions.add(rubric.load(path).version)
        assert rubric.load(path).intact
    assert len(versions) == 2


def test_the_language_is_no_part_of_the_version(tmp_path):
    plain, tagged = written(tmp_path / "a", {"timing": 3}), written(tmp_path / "b", {"timing": 3}, language="pt-BR")
    assert rubric.load(plain).version == rubric.load(tagged).version
    assert (rubric.load(plain).language, rubric.load(tagged).language) == ("", "pt-BR")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[relevance]", "[relevence]", "'relevence': there is no such key. Do you mean relevance?"),
        ("[relevance]", "[beauty]", "Known are version, language, relevance, localization, timing"),
        (ONE, 'version = "1"\n', r"it has none of the tables \[relevance\], \[localization\], \[timing\]"),
        ('title = "R"', 'titel = "R"', r"\[relevance\]: 'titel': there is no such key. Do you mean title?"),
        ('title = "R"', 'title = " "', r"\[relevance\] title = ' ': it needs the text title"),
        ('question = "Well?"\n', "", r"\[relevance\]: it needs the text question"),
        ('"Yes."', "4", "level 1 is 4: a level is a sentence"),
        ('"Yes."', '"No."', "levels 0 and 1, 'No.': two levels have the same words"),
        ('version = "1"', 'language = "German!"', "language = 'German!': it is no language tag"),
        (
            '[relevance]\ntitle = "R"\nquestion = "Well?"\nhelp = ""\nlevels = ["No.", "Yes."]',
            "relevance = 3",
            "must be a table",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_what_to_do(tmp_path, old, new, said):
    assert old in ONE
    path = tmp_path / "rubric.toml"
    path.write_text(ONE.replace(old, new))
    with pytest.raises(InputError, match=said):
        rubric.load(path)


def test_examples_are_whole_and_in_their_languages():
    found = {path.parent.name: rubric.load(path) for path in EXAMPLES.glob("*/rubric.toml")}
    assert {name: (one.language, one.scale_words()) for name, one in found.items()} == {
        "two_levels_german": ("de", "relevance 0 to 1, localization 0 to 1, timing 0 to 1"),
        "seven_levels_english": ("en", "relevance 0 to 6"),
        "eleven_levels_chinese": ("zh-Hans", "relevance 0 to 10, localization 0 to 10"),
        "mixed_levels_arabic": ("ar", "relevance 0 to 2, timing 0 to 4"),
    }
    assert all(one.intact for one in found.values())
