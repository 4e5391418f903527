"""Messages: one line that says what was seen, why it stops, and what to type."""

import pickle

from referee_calib.errors import MissingExtra, StudyError, VideoError


def test_a_message_says_what_why_and_what_to_type():
    error = StudyError("out/study", "it is read-only", "Type: chmod u+w out/study")
    assert str(error) == "out/study: it is read-only. Type: chmod u+w out/study"


def test_a_message_is_one_line_whatever_a_path_holds():
    assert "\n" not in str(VideoError("bad\nname.mp4", "it cannot\nbe read"))


def test_a_missing_extra_holds_the_command():
    assert 'pip install "referee-calib[app]"' in str(MissingExtra("the annotation app", "app"))


def test_errors_survive_the_way_between_processes():
    for error in (StudyError("a", "b", "c"), MissingExtra("the annotation app", "app")):
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
