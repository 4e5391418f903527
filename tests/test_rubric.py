"""One rubric: complete, versioned by its words."""

import pytest

from referee_calib import rubric
from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS


def test_every_dimension_has_a_plain_sentence_per_level():
    scales = rubric.load().scales
    assert tuple(scale.dimension for scale in scales) == DIMENSIONS
    for scale in scales:
        assert len(scale.levels) == 5
        assert all(sentence.endswith(".") for sentence in scale.levels)
        assert len(set(scale.levels)) == 5


def test_changing_a_word_changes_the_version(tmp_path):
    own = tmp_path / "rubric.toml"
    own.write_text(rubric.DEFAULT_PATH.read_text().replace("little else", "nothing else"))
    assert rubric.load(own).version != rubric.load().version


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ("version = [", "cannot be read"),
        ('version = "1"', "relevance"),
        ('version = "1"\n[relevance]\ntitle="a"\nquestion="b"\nhelp="c"\nlevels=["one"]', "2 to 11 level sentences"),
    ],
)
def test_a_broken_rubric_is_refused_in_one_line(tmp_path, broken, word):
    path = tmp_path / "rubric.toml"
    path.write_text(broken)
    with pytest.raises(InputError, match=word):
        rubric.load(path)


def test_a_missing_rubric_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        rubric.load(tmp_path / "none.toml")
