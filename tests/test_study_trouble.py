"""Folders, disks and other processes that get in the way: one clear line, and nothing half-written."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy
from helpers_study import a_claim, python, said_by_a_mere_user

from referee_calib.errors import InputError, StudyError
from referee_calib.records import Claim, Rating
from referee_calib.study import Study
from referee_calib.study.store import migrations


def claims_of(n: int, padding: str = "") -> list[Claim]:
    return [a_claim(k, question="Where?" + padding) for k in range(n)]


@pytest.fixture
def study(tmp_path: Path, database: str) -> Study:
    return Study.create(tmp_path / "study")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter, unlike those of the test runner."""
    folder = Path(tempfile.mkdtemp(prefix="study-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def at_once(act: Callable[[int], None], n: int) -> None:
    """Call a function with 0 to n - 1, each in a thread of its own, and wait for all."""
    with ThreadPoolExecutor(n) as pool:
        list(pool.map(act, range(n)))


def integrity(study: Study) -> str:
    return "\n".join(study.damage()) or "ok"


def test_a_folder_without_a_study_is_named(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(StudyError, match=r"is not a study folder.*referee-calib init"):
            Study.open(folder)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StudyError, match="is not a study folder"):
        Study.open(tmp_path / "file")
    assert not (tmp_path / "missing").exists()


@pytest.mark.sqlite_only
def test_a_folder_that_holds_a_study_is_left_alone(study: Study) -> None:
    before = (study.folder / "study.toml").read_bytes()
    with pytest.raises(StudyError, match="holds a study already"):
        Study.create(study.folder, name="Another")
    assert (study.folder / "study.toml").read_bytes() == before
    assert sorted(path.name for path in study.folder.iterdir()) == [
        "media",
        "study.db",
        "study.toml",
        "thresholds.json",
    ]


@pytest.mark.sqlite_only
def test_a_database_without_settings_is_not_taken_for_an_empty_place(study: Study) -> None:
    (study.folder / "study.toml").unlink()
    before = (study.folder / "study.db").read_bytes()
    with pytest.raises(StudyError, match=r"holds a study.db without a study.toml"):
        Study.create(study.folder)
    assert (study.folder / "study.db").read_bytes() == before


def test_of_several_that_make_one_study_at_once_one_wins(tmp_path: Path) -> None:
    outcomes: list[str] = []

    def make(number: int) -> None:
        try:
            outcomes.append(Study.create(tmp_path / "study", name=f"by {number}").config.name)
        except StudyError as error:
            outcomes.append(str(error))

    at_once(make, 6)
    (winner,) = [said for said in outcomes if said.startswith("by ")]
    assert len(outcomes) == 6
    assert Study.open(tmp_path / "study").config.name == winner
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == [
        "media",
        "study.db",
        "study.toml",
        "thresholds.json",
    ]


def test_a_study_is_made_beside_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.mp4").write_bytes(b"x")
    study = Study.create(tmp_path)
    assert (study.media / "a.mp4").read_bytes() == b"x"


def test_the_name_survives_study_toml_or_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="printable"):
        Study.create(tmp_path / "s", name="del \x7f")
    assert not (tmp_path / "s").exists()
    Study.create(tmp_path / "s", name='A "quoted" \\ name, ü 🎉 \u2028')
    assert Study.open(tmp_path / "s").config.name == 'A "quoted" \\ name, ü 🎉'


def test_changed_settings_are_kept(study: Study) -> None:
    study.set_config(simulated_ratings=True, sample_claims=7, sample_seed=11)
    assert Study.open(study.folder).config == study.config
    assert study.config.simulated_ratings is True
    assert (study.config.sample_claims, study.config.sample_seed) == (7, 11)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "made by a newer referee-calib.*pip install --upgrade"),
        ("format = 1", 'format = "1"', "a format is a number"),
        ("simulated_ratings = false", "simulated_ratings = 0", "it must be bool"),
        ("[sampling]", "colour = 1\n[sampling]", "colour"),
        ("seed = 0", 'seed = "0"', "it must be int"),
        ("created", "# created", "has no created"),
        ("format = 1", "format = 1 1", "cannot be read"),
        ("format = 1", 'format = 1\nrubric = "../rubric.toml"', "lies in its folder"),
        ("format = 1", 'format = 1\nrubric = "mine.toml"', "cannot be read"),
    ],
)
@pytest.mark.sqlite_only
def test_a_study_toml_of_another_making_is_refused(study: Study, old: str, new: str, said: str) -> None:
    path = study.folder / "study.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=said):
        Study.open(study.folder)


@pytest.mark.sqlite_only
def test_a_study_may_have_words_of_its_own(tmp_path: Path, study: Study) -> None:
    words = Path(migrations.__file__).parents[2].joinpath("rubric.toml").read_text()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.toml").write_text(words.replace("Relevance", "Does it matter?"))
    own = Study.create(tmp_path / "own", rubric="mine.toml")
    assert Study.open(own.folder).rubric["relevance"].title == "Does it matter?"
    assert own.rubric.version != study.rubric.version


def test_a_database_of_a_newer_version_is_refused(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def _m99_later(connection: sqlalchemy.Connection) -> None:
        connection.execute(sqlalchemy.text("ALTER TABLE rater ADD COLUMN language VARCHAR"))

    study.add_claims(claims_of(2))
    with monkeypatch.context() as later:
        later.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, _m99_later])
        assert Study.open(study.folder).claims() == claims_of(2)  # brought up to date on opening
        assert Study.open(study.folder).claims() == claims_of(2)  # once
    with pytest.raises(StudyError, match=rf"database version {len(migrations.MIGRATIONS) + 1}.*newer referee-calib"):
        Study.open(study.folder)


def test_a_step_that_fails_leaves_the_database_as_it_was(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def _m99_half(connection: sqlalchemy.Connection) -> None:
        connection.execute(sqlalchemy.text("ALTER TABLE rater ADD COLUMN language VARCHAR"))
        raise StudyError("half way")

    with monkeypatch.context() as later:
        later.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, _m99_half])
        with pytest.raises(StudyError, match="half way"):
            Study.open(study.folder)
    Study.open(study.folder).add_rater("anna")


@pytest.mark.sqlite_only
def test_a_vanished_database_is_not_made_anew(study: Study) -> None:
    (study.folder / "study.db").unlink()
    with pytest.raises(StudyError, match="is gone"):
        study.add_claims(claims_of(1))
    with pytest.raises(StudyError, match="is gone"):
        Study.open(study.folder)
    assert not (study.folder / "study.db").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no database at all" * 100, "it is not a database"), (b"", "is empty: what was in it is lost")],
)
@pytest.mark.sqlite_only
def test_a_damaged_database_is_named(study: Study, content: bytes, said: str) -> None:
    (study.folder / "study.db").write_bytes(content)
    with pytest.raises(StudyError, match=said):
        Study.open(study.folder)


@pytest.mark.sqlite_only
def test_a_locked_database_is_waited_for_and_then_named(study: Study) -> None:
    impatient = Study.open(study.folder, busy_seconds=0.05)
    other = sqlite3.connect(study.folder / "study.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StudyError, match="another process keeps it locked"):
        impatient.add_claims(claims_of(1))
    assert impatient.claims() == []  # reading goes on while others write
    other.execute("ROLLBACK")
    other.close()
    assert impatient.add_claims(claims_of(1)).new == 1


def test_a_read_only_study_is_named_when_it_is_written(open_folder: Path) -> None:
    study = Study.create(open_folder / "study")
    for path in (*study.folder.iterdir(), study.folder):
        path.chmod(0o555)
    said = said_by_a_mere_user(lambda: Study.open(study.folder).add_claims(claims_of(1)))
    study.folder.chmod(0o755)
    assert "read-only for you" in said
    assert study.folder.name in said


SMALL_DISK = """
import resource, sys
from pathlib import Path
from referee_calib.errors import RefereeCalibError
from referee_calib.records import Claim
from referee_calib.study import Study
folder, limit = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    study = Study.open(folder) if folder.exists() else Study.create(folder)
    box = (1, 0.1, 0.2, 0.3, 0.4)
    study.add_claims([Claim(video="a.mp4", question="x" * 1000, boxes=(box,), index=k) for k in range(5000)])
except RefereeCalibError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [1_000, 20_000, 50_000])
def test_a_full_disk_leaves_no_study_behind(tmp_path: Path, limit: int) -> None:
    process = python(SMALL_DISK, tmp_path / "study", limit)
    out, err = process.communicate()
    assert err == ""
    assert "is full" in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite_only
def test_a_full_disk_stores_nothing_of_a_step(study: Study) -> None:
    study.add_claims(claims_of(3))
    process = python(SMALL_DISK, study.folder, 1_000_000)
    out, err = process.communicate()
    assert err == ""
    assert "is full" in out.replace("the disk is full, limited or failing", "the disk is full")
    assert study.claims() == claims_of(3)
    assert integrity(study) == "ok"


@pytest.mark.sqlite_only
def test_a_database_that_cannot_grow_is_a_full_disk(study: Study) -> None:
    def no_more_pages(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").fetchone()  # SQLite takes it as "no more than there are"

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", no_more_pages)
    try:
        full = Study.open(study.folder)
        with pytest.raises(StudyError, match="the disk is full"):
            full.add_claims(claims_of(200, padding="x" * 1_000))
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", no_more_pages)
    assert study.claims() == []


@pytest.mark.parametrize(
    "video",
    ["", "/etc/passwd", "../a.mp4", "sub/../../a.mp4", "sub\\..\\a.mp4", "nul\x00.mp4", "out.mp4", "half\ud83d"],
)
@pytest.mark.sqlite_only
def test_no_video_leaves_the_media_folder(study: Study, tmp_path: Path, video: str) -> None:
    (tmp_path / "outside.mp4").write_bytes(b"x")
    (study.media / "out.mp4").symlink_to(tmp_path / "outside.mp4")
    with pytest.raises(StudyError):
        study.media_path(video)


@pytest.mark.sqlite_only
def test_videos_inside_the_media_folder_are_found(study: Study) -> None:
    (study.media / "sub").mkdir()
    (study.media / "sub" / "a.mp4").write_bytes(b"x")
    (study.media / "same.mp4").symlink_to("sub/a.mp4")
    assert study.media_path("sub/a.mp4").read_bytes() == study.media_path("same.mp4").read_bytes() == b"x"
    assert study.media_path("not there.mp4").parent == study.media


WRITER = """
import sys
from referee_calib.records import Rating
from referee_calib.study import Study
folder, rater, start, stop = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
study = Study.open(folder, busy_seconds=600)  # a busy machine may let others write first for long
claims = study.claims()
for k in range(start, stop):
    one = Rating(claim=claims[k % len(claims)].id, rater=rater, dimension="relevance", level=k % 5, nonce=f"act {k}")
    study.add_ratings([one])
    print(k, flush=True)
"""


def test_several_processes_write_ratings_at_once_and_none_is_lost_or_doubled(study: Study) -> None:
    study.add_claims(claims_of(3))
    study.add_rater("anna")
    study.add_rater("bert")
    parts = [("anna", 0, 40), ("anna", 20, 60), ("bert", 0, 40)]  # the acts 20 to 39 of anna arrive twice
    writers = [python(WRITER, study.folder, *part, wait=False) for part in parts]
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    stored = [(one.rater, one.nonce) for one in study.ratings(history=True)]
    expected = {("anna", f"act {k}") for k in range(60)} | {("bert", f"act {k}") for k in range(40)}
    assert len(stored) == 100
    assert set(stored) == expected
    assert integrity(study) == "ok"


def test_several_threads_share_one_open_study(study: Study) -> None:
    study.add_claims(claims_of(3))
    claims = study.claims()
    study.add_rater("anna")
    patient = Study.open(study.folder, busy_seconds=600)

    def rate(thread: int) -> None:
        one = {"claim": claims[0].id, "rater": "anna", "dimension": "relevance"}
        for k in range(10):
            patient.add_ratings([Rating(**one, level=k % 5, nonce=f"{thread} {k}")])

    at_once(rate, 4)
    assert len(study.ratings(history=True)) == 40


def test_what_was_confirmed_survives_a_kill_in_the_middle_of_rating(study: Study) -> None:
    study.add_claims(claims_of(3))
    study.add_rater("anna")
    writer = python(WRITER, study.folder, "anna", 0, 100_000, wait=False)
    assert writer.stdout is not None
    for _ in range(15):
        writer.stdout.readline()
    writer.kill()
    confirmed = 15 + len([line for line in writer.stdout.read().splitlines() if line.strip().isdigit()])
    writer.communicate()
    stored = [one.nonce for one in study.ratings(history=True)]
    assert stored == [f"act {k}" for k in range(len(stored))]
    assert confirmed <= len(stored) <= confirmed + 1  # the one under way may have been stored and not confirmed
    assert integrity(study) == "ok"
    assert study.add_ratings(study.ratings(history=True)).new == 0
