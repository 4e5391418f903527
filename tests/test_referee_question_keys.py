"""What makes pictures and words is in the names of cached questions, and nothing else is."""

import shutil
from pathlib import Path

import pytest

import referee_calib
from referee_calib.referee.cache.question_keys import RENDERING_SOURCES, rendering_digest

PACKAGE = Path(referee_calib.__file__).parent
MAKES_A_QUESTION = (
    "video/overlay.py",
    "video/frames.py",
    "video/video_info.py",
    "video/packet_times.py",
    "video/display.py",
    "video/file_format/container.py",
    "referee/frame_policy/policy.py",
    "referee/frame_policy/rendered_views.py",
    "referee/frame_policy/encoded_picture.py",
    "referee/prompting/prompt.py",
    "referee/prompting/sanitize.py",
    "referee/question.py",
)
MAKES_NONE = (
    "referee/scoring.py",
    "referee/backends/openai/retry.py",
    "referee/reply/level_parser.py",
    "records/claim.py",
)


@pytest.fixture
def package(tmp_path):
    """A copy of the package's source."""
    return shutil.copytree(PACKAGE, tmp_path / "referee_calib", ignore=shutil.ignore_patterns("__pycache__"))


def source(root):
    return rendering_digest.__wrapped__(root)["source"]


@pytest.mark.parametrize("pattern", RENDERING_SOURCES)
def test_every_source_is_there(pattern):
    assert list(PACKAGE.glob(pattern))


def test_a_change_in_what_is_shown_or_asked_changes_the_digest_and_no_other_does(package):
    before = source(package)
    assert before == rendering_digest()["source"]
    for name in (*MAKES_A_QUESTION, *MAKES_NONE):
        file = package / name
        original = file.read_bytes()
        file.write_bytes(original + b"\n# changed\n")
        assert (source(package) != before) == (name in MAKES_A_QUESTION), name
        file.write_bytes(original)


def test_the_libraries_that_draw_are_named_with_their_versions():
    assert set(rendering_digest()) == {"source", "av", "numpy", "opencv-python-headless"}
