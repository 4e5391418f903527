"""The table [rating_page] of study.toml: what is refused at the door, and what the pages say of it."""

import pytest

from annotate_app import static_pages
from referee_calib.errors import StudyError
from referee_calib.rubric import Rubric, Scale, load
from referee_calib.study.settings import RatingPageSettings, read_settings, settings_toml


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"key_zoom": "j"}, "key_box and key_zoom are both 'j'"),
        ({"key_skip": "5"}, "digits give levels"),
        ({"key_skip": "Enter"}, "a key is one character"),
        ({"key_skip": ""}, "a key is one character"),
        ({"key_skip": "sk"}, "a key is one character"),
        ({"key_skip": " "}, "a key is one character"),
        ({"key_skip": "Q"}, "write it as a small letter: 'q'"),
        ({"key_skp": "q"}, "only draw, key_play"),
        ({"draw": "yes"}, "it is one of off, optional, asked"),
        ({"draw": True}, "it must be str"),
    ],
)
def test_a_key_that_cannot_be_is_refused(table, said):
    with pytest.raises(StudyError, match="rating_page") as refused:
        read_settings(RatingPageSettings, table, "study.toml")
    assert said in str(refused.value)


def test_two_keys_change_places():
    swapped = read_settings(RatingPageSettings, {"key_zoom": "j", "key_box": "z"}, "study.toml")
    assert (swapped.keys()["zoom"], swapped.keys()["box"]) == ("j", "z")


def test_only_what_is_changed_stands_in_the_file():
    assert settings_toml(RatingPageSettings()) == ""
    assert settings_toml(RatingPageSettings(key_box="ж")).endswith('key_box = "ж"\n')


def test_the_instructions_name_the_keys_of_the_study():
    words = static_pages.words(load(), RatingPageSettings(key_box="q", key_forward="PageDown"))
    assert "<dt><kbd>Q</kbd></dt><dd>stand still on the box" in words
    assert "<kbd>U</kbd> <kbd>PageDown</kbd>" in words
    assert "draw my own" not in words
    assert "draw my own box" in static_pages.words(load(), RatingPageSettings(draw="optional"))


@pytest.mark.parametrize(
    ("levels", "said"), [(2, "<kbd>0</kbd> – <kbd>1</kbd>"), (11, "<kbd>0</kbd> – <kbd>9</kbd> <kbd>X</kbd>")]
)
def test_the_instructions_name_the_keys_of_the_levels(levels, said):
    scale = Scale("relevance", "Title", "Question?", "", tuple(f"level {number}" for number in range(levels)))
    words = static_pages.words(Rubric("1", (scale,), "he"), RatingPageSettings())
    assert f"<dt>{said}</dt>" in words
    assert ("<kbd>X</kbd><span>level 10</span>" in words) == (levels == 11)
    assert 'aria-label="The scales" lang="he"' in words
