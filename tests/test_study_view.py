"""One view of a study for a thread: what it reads is of one moment, over one connection, until it writes itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from referee_calib.errors import StudyError
from referee_calib.study import Study
from referee_calib.study.store.connections.study_database import StudyDatabase


@pytest.fixture
def study(tmp_path, database):
    with Study.create(tmp_path / "study") as made:
        made.add_rater("ada")
        yield made


def names(study):
    return [one.name for one in study.raters()]


def test_what_others_write_is_not_seen_within_a_view(study):
    with ThreadPoolExecutor(1) as elsewhere, study.view():
        assert names(study) == ["ada"]
        elsewhere.submit(study.add_rater, "bert").result()
        assert names(study) == ["ada"]
        assert elsewhere.submit(names, study).result() == ["ada", "bert"]  # the view is this thread's alone
    assert names(study) == ["ada", "bert"]


def test_what_the_thread_writes_itself_is_seen_at_once(study):
    with study.view():
        assert names(study) == ["ada"]
        study.add_rater("bert")
        assert names(study) == ["ada", "bert"]
        with study.transaction():
            study.add_rater("cleo")
        assert names(study) == ["ada", "bert", "cleo"]


def test_a_view_opens_one_connection_however_much_is_read(study, monkeypatch):
    opened = []
    read = StudyDatabase.read

    def counted(self):
        opened.append(self)
        return read(self)

    monkeypatch.setattr(StudyDatabase, "read", counted)
    with study.view():
        assert not opened  # none before something is read
        for _ in range(3):
            names(study)
        with study.view():
            names(study)
    assert len(opened) == 1
    names(study), names(study)
    assert len(opened) == 3


def test_a_failed_question_does_not_spoil_the_next_one(study):
    with study.view():
        names(study)
        study.place.meaning = lambda error: ("it is damaged", "Restore a copy of it.")
        with pytest.raises(StudyError, match="damaged"), study.reading() as connection:
            connection.execute(text("SELECT * FROM no_such_table"))
        assert names(study) == ["ada"]
