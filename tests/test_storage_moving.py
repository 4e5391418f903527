"""Moving records between SQLite and PostgreSQL, backups of a study in use, and bringing them back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers_postgresql import PostgresqlServer
from helpers_study import a_claim, python, run

from referee_calib.errors import StudyError
from referee_calib.records import Mark, Rating, RefereeScore
from referee_calib.study import Study, back_up, move_records, restore, trail
from referee_calib.study.store.copies.table_copy import contents

MEDIA_FILES = ("a.mp4",)


def filled(study: Study) -> Study:
    """Put something into every kind of table, with text that is not easy."""
    claims = [a_claim(k, question="Wo? ü 🎉 \\ \u202e half \ud83d nul \x00") for k in range(5)]
    study.add_claims(claims)
    for name in ("anna", "bert ü"):
        study.add_rater(name)
    for k, one in enumerate(claims):
        study.add_ratings([Rating(claim=one.id, rater="anna", dimension="relevance", level=k, note="\x00 \udfff")])
    study.add_marks([Mark(claim=claims[0].id, rater="anna", boxes=((0.2, 0.1, 0.2, 0.3, 0.4),), nonce="m")])
    score = {"claim": claims[0].id, "referee": "f" * 16, "dimension": "relevance", "status": "ok", "level": 3}
    study.add_scores([RefereeScore(**score, expected=2.718281828459045, sample=2**40)])
    study.add_referee("f" * 16, {"model": "m", "temperature": 0.1})
    study.select([one.id for one in claims[:4]], force=True)
    study.add_intake("digest", {"file": "x.jsonl", "new": 5})
    (study.media / "a.mp4").write_bytes(b"video")
    return study


def held(study: Study) -> dict[str, tuple[int, str]]:
    with study.reading() as connection:
        return contents(connection)


def without(found: dict[str, tuple[int, str]], *tables: str) -> dict[str, tuple[int, str]]:
    return {name: one for name, one in found.items() if name not in tables}


def rate(study: Study, nonce: str) -> None:
    one = {"claim": study.claims()[0].id, "rater": "anna", "dimension": "relevance", "level": 1}
    study.add_ratings([Rating(**one, nonce=nonce)])


def test_records_move_to_postgresql_and_back_without_loss(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    study = filled(Study.create(tmp_path / "study"))
    before, ratings = held(study), study.ratings(history=True)
    done = run("move", study.folder, "--to", postgresql.url, "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["rows"]["rating"] == 5
    assert data["rows"]["score"] == 1
    moved = Study.open(study.folder)
    assert without(held(moved), "audit") == without(before, "audit")
    rate(moved, "in PostgreSQL")  # numbered behind those that were moved
    assert moved.ratings(history=True)[:-1] == ratings
    assert (study.folder / data["kept"]).is_file()
    assert not (study.folder / "study.db").exists()
    in_postgresql = held(moved)
    back = run("move", study.folder, "--to", "sqlite")
    assert back.exit_code == 0, back.output
    again = Study.open(study.folder)
    assert without(held(again), "audit") == without(in_postgresql, "audit")
    rate(again, "in SQLite")
    assert [one.nonce for one in again.ratings(history=True)][-2:] == ["in PostgreSQL", "in SQLite"]
    assert again.damage() == []
    moves = [one for one in trail(again) if one.action == "move records"]
    assert [one.actor for one in moves] == ["command line"] * 2
    assert moves[0].detail["rows"]["claim"] == 5


def test_a_program_that_has_the_study_open_writes_nothing_to_the_old_place(
    tmp_path: Path, postgresql: PostgresqlServer
) -> None:
    study = filled(Study.create(tmp_path / "study"))
    stale = Study.open(study.folder)
    move_records(study, postgresql.url)
    with pytest.raises(StudyError, match=r"[Ss]tart this program again"):
        rate(stale, "too late")
    stale = Study.open(study.folder)
    move_records(Study.open(study.folder), "")
    with pytest.raises(StudyError, match=r"[Ss]tart this program again"):
        rate(stale, "too late")
    assert len(Study.open(study.folder).ratings(history=True)) == 5


def test_a_move_to_where_the_records_are_is_refused(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    study = Study.create(tmp_path / "study")
    done = run("move", study.folder, "--to", "sqlite")
    assert done.exit_code == 2
    assert "they lie in database" in done.output
    move_records(study, postgresql.url)
    assert "already" in run("move", study.folder, "--to", postgresql.url).output


KILLED = """
import os, signal, sys
from pathlib import Path
from referee_calib.study import Study, move_records
from referee_calib.study.storage import moving
from referee_calib.study import study_folder, study_config

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

where, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
if where == "copied":
    moving._close_for_good = die
else:
    study_config.write_config = die
move_records(Study.open(folder), url)
"""


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["to PostgreSQL", "to SQLite"])
@pytest.mark.parametrize("moment", ["copied", "closed"])
def test_a_killed_move_leaves_the_study_as_it_was_or_is_finished_by_the_next(
    tmp_path: Path, postgresql: PostgresqlServer, moment: str, way: str
) -> None:
    study = filled(Study.create(tmp_path / "study"))
    if way == "to SQLite":
        move_records(study, postgresql.url)
        study = Study.open(study.folder)
    before = held(study)
    python(KILLED, moment, postgresql.url if way == "to PostgreSQL" else "", study.folder).communicate()
    after = Study.open(study.folder)
    assert bool(after.config.storage.url) == ((way == "to PostgreSQL") == (moment == "closed"))
    assert without(held(after), "audit") == without(before, "audit")
    rate(after, "afterwards")
    assert Study.open(study.folder).ratings(history=True)[-1].nonce == "afterwards"
    other = "" if after.config.storage.url else postgresql.url
    move_records(after, other)  # what the killed one left is in nobody's way
    assert len(Study.open(study.folder).ratings(history=True)) == 6


@pytest.fixture
def study(tmp_path: Path, database: str) -> Study:
    return filled(Study.create(tmp_path / "study"))


def test_a_backup_is_a_study_of_the_same_records(study: Study, tmp_path: Path) -> None:
    (study.folder / "notes.md").write_text("# Words of the coordinator")
    before = held(study)
    done = run("backup", study.folder, "--out", tmp_path / "deep" / "monday", "--media", "--json")
    assert done.exit_code == 0, done.output
    saved = Study.open(tmp_path / "deep" / "monday")
    assert without(held(saved), "audit") == without(before, "audit")
    assert saved.config.storage.url == ""
    assert (saved.media / "a.mp4").read_bytes() == b"video"
    assert (saved.folder / "notes.md").read_text() == "# Words of the coordinator"
    assert run("doctor", saved.folder).exit_code in (0, 1)
    assert [one.action for one in trail(study)][-1] == "back up"
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["monday"]
    again = run("backup", study.folder, "--out", tmp_path / "deep" / "monday")
    assert again.exit_code == 2
    assert "a backup overwrites nothing" in again.output


@pytest.mark.sqlite_only
def test_backups_may_lie_in_the_folder_of_the_study_and_hold_no_backups(study: Study) -> None:
    for day in ("monday", "tuesday"):
        back_up(study, study.folder / "backups" / day)
    assert not (study.folder / "backups" / "tuesday" / "backups").exists()


def test_a_restored_study_holds_what_the_backup_held_and_keeps_what_it_replaced(study: Study, tmp_path: Path) -> None:
    back_up(study, tmp_path / "monday")
    saved = held(Study.open(tmp_path / "monday"))
    rate(study, "after the backup")
    stale = Study.open(study.folder)
    done = run("restore", study.folder, tmp_path / "monday", "--json")
    assert done.exit_code == 0, done.output
    now = Study.open(study.folder)
    assert without(held(now), "audit") == without(saved, "audit")
    rate(stale, "by a program that was open")
    assert now.ratings(history=True)[-1].nonce == "by a program that was open"
    kept = json.loads(done.stdout)["kept"]
    if not study.config.storage.url:
        with sqlite3.connect(study.folder / kept) as connection:
            nonces = [row[0] for row in connection.execute("SELECT nonce FROM rating ORDER BY seq")]
        connection.close()
        assert nonces[-1] == "after the backup"
    assert trail(now)[-1].action == "restore backup"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"x" * 9000), Path.unlink])
def test_a_damaged_or_lost_database_is_restored(study: Study, tmp_path: Path, harm: Callable[[Path], object]) -> None:
    back_up(study, tmp_path / "monday")
    harm(study.folder / "study.db")
    assert run("restore", study.folder, tmp_path / "monday").exit_code == 0
    assert len(Study.open(study.folder).ratings()) == 5
    assert Study.open(study.folder).damage() == []


def test_a_lost_schema_is_restored(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    study = filled(Study.create(tmp_path / "study", database=postgresql.url))
    back_up(study, tmp_path / "monday")
    with postgresql.connect() as owner:
        owner.execute(f"DROP SCHEMA {study.config.storage.schema} CASCADE")
    assert run("restore", study.folder, tmp_path / "monday").exit_code == 0
    assert len(Study.open(study.folder).ratings()) == 5


def test_a_backup_of_another_study_is_refused(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(study, tmp_path / "monday")
    config = study.folder / "study.toml"
    config.write_text(config.read_text().replace('created = "2', 'created = "1', 1))
    with pytest.raises(StudyError, match="it is of another study"):
        restore(study.folder, tmp_path / "monday")


RATING = """
import sys
from referee_calib.records import Rating
from referee_calib.study import Study
study = Study.open(sys.argv[1], busy_seconds=600)
claim = study.claims()[0].id
for k in range(100_000):
    one = dict(claim=claim, dimension="relevance", level=k % 5, nonce=f"{k}")
    study.add_ratings([Rating(rater=who, **one) for who in ("anna", "bert ü")])
    print(k, flush=True)
"""


def test_a_backup_in_the_middle_of_rating_holds_whole_steps_up_to_one_moment(study: Study, tmp_path: Path) -> None:
    writer = python(RATING, study.folder, wait=False)
    assert writer.stdout is not None
    for _ in range(3):
        writer.stdout.readline()
    back_up(study, tmp_path / "monday")
    writer.kill()
    writer.communicate()
    given = [one for one in Study.open(tmp_path / "monday").ratings(history=True) if one.nonce.isdigit()]
    pairs = [(one.rater, int(one.nonce)) for one in given]
    assert pairs == [(who, k) for k in range(len(pairs) // 2) for who in ("anna", "bert ü")]
    assert len(pairs) >= 4


KILLED_BACKUP = """
import os, signal, sys
from pathlib import Path
from referee_calib.study import Study, back_up, study_config
study_config.write_config = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
back_up(Study.open(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_killed_backup_leaves_no_backup_and_the_next_one_is_whole(study: Study, tmp_path: Path) -> None:
    python(KILLED_BACKUP, study.folder, tmp_path / "backups" / "monday").communicate()
    (left,) = (tmp_path / "backups").iterdir()
    assert left.name.startswith(".monday.")
    with pytest.raises(StudyError, match="is not a study folder"):
        Study.open(left)
    back_up(study, tmp_path / "backups" / "monday")
    assert len(Study.open(tmp_path / "backups" / "monday").ratings()) == 5
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["monday"]
