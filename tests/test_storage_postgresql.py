"""A study in PostgreSQL: what goes wrong there, said in one line, and what is the same as in a file."""

from __future__ import annotations

import multiprocessing
import socket
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from helpers_postgresql import PASSWORD, PostgresqlServer
from helpers_study import a_claim, run

from referee_calib.errors import InputError, MissingExtra, RatingError, StudyError
from referee_calib.records import Rating, RefereeScore
from referee_calib.study import Study
from referee_calib.study.store.portable import insert_or_ignore, upsert
from referee_calib.study.store.schema import metadata, rater, sampled


@pytest.fixture
def study(tmp_path: Path, postgresql: PostgresqlServer) -> Study:
    return Study.create(tmp_path / "study", name="Red balls, 400!", database=postgresql.url)


def rated(study: Study, number: int = 1) -> Study:
    claims = [a_claim(k) for k in range(number)]
    study.add_claims(claims)
    study.add_rater("anna")
    study.add_ratings([a_rating(one.id) for one in claims])
    return study


def a_rating(claim: str, **more: object) -> Rating:
    values: dict[str, object] = {"dimension": "relevance", "level": 3}
    return Rating(claim=claim, rater="anna", **(values | more))  # type: ignore[arg-type]


def test_study_toml_names_the_database_and_never_a_password(study: Study, postgresql: PostgresqlServer) -> None:
    rated(study)
    said = (study.folder / "study.toml").read_text()
    assert f'url = "{postgresql.url}"' in said
    assert f'schema = "{study.config.storage.schema}"' in said
    assert study.config.storage.schema.startswith("study_red_balls_400_")
    assert not (study.folder / "study.db").exists()
    assert PASSWORD not in "".join(path.read_text() for path in study.folder.iterdir() if path.is_file())
    assert Study.open(study.folder).counts()["ratings"] == 1


def test_a_password_in_the_url_is_refused_and_not_repeated(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    for url in (postgresql.url.replace("study@", f"study:{PASSWORD}@"), f"{postgresql.url}?password={PASSWORD}"):
        done = run("init", tmp_path / "study", "--database", url)
        assert done.exit_code == 2
        assert "a password does not belong there; put it into ~/.pgpass" in done.output
        assert PASSWORD not in done.output
        assert not (tmp_path / "study").exists()


def test_a_password_comes_from_the_environment_or_from_pgpass(
    tmp_path: Path, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql_server.url
    done = run("init", tmp_path / "study", "--database", url)
    assert done.exit_code == 2
    assert "the server refuses this user or password" in done.output
    assert not (tmp_path / "study").exists()
    (tmp_path / "pgpass").write_text(f"127.0.0.1:*:*:study:{PASSWORD}\n")
    (tmp_path / "pgpass").chmod(0o600)
    with monkeypatch.context() as there:
        there.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
        assert run("init", tmp_path / "study", "--database", url).exit_code == 0
    assert run("history", tmp_path / "study").exit_code == 2
    monkeypatch.setenv("REFEREE_CALIB_DATABASE", url.replace("study@", f"study:{PASSWORD}@"))
    assert run("history", tmp_path / "study").exit_code == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("/studies", "/nowhere"), "the server has no such database"),
        (("study@", "nobody@"), "the server refuses this user or password"),
        (("127.0.0.1", "no.such.host.invalid"), "the server cannot be reached"),
        (("postgresql://", "mysql://"), "it begins with postgresql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_in_one_line(
    tmp_path: Path, postgresql: PostgresqlServer, change: tuple[str, str], said: str
) -> None:
    done = run("init", tmp_path / "study", "--database", postgresql.url.replace(*change))
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert PASSWORD not in done.output
    assert not (tmp_path / "study").exists()


def test_a_server_that_is_down_is_named(tmp_path: Path, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    monkeypatch.setenv("REFEREE_CALIB_DATABASE", f"postgresql://study@127.0.0.1:{free}/studies")
    with pytest.raises(StudyError, match=r"cannot be reached .*refused.*Check that it runs"):
        Study.open(study.folder)


def test_a_missing_driver_is_named_with_the_command_that_brings_it(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.split(".")[0] == "psycopg"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r'pip install "referee-calib\[postgres\]"'):
        Study.open(study.folder)


def test_studies_in_one_database_know_nothing_of_each_other(study: Study, tmp_path: Path) -> None:
    other = Study.create(tmp_path / "other", name="Red balls, 400!", database=study.config.storage.url)
    rated(study)
    assert other.counts()["claims"] == 0
    assert other.config.storage.schema != study.config.storage.schema


def test_a_schema_that_is_gone_is_not_made_anew(study: Study, postgresql: PostgresqlServer) -> None:
    with postgresql.connect() as owner:
        owner.execute(f"DROP SCHEMA {study.config.storage.schema} CASCADE")
    with pytest.raises(StudyError, match="holds no study any more"):
        study.add_claims([a_claim()])
    with pytest.raises(StudyError, match="holds no study any more"):
        Study.open(study.folder)


def test_a_study_whose_folder_cannot_be_finished_leaves_no_schema(
    tmp_path: Path, postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from referee_calib.study import creation

    def full(*_: object) -> None:
        raise StudyError("the disk is full")

    schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'study_%'"
    with postgresql.connect() as owner:
        before = owner.execute(schemas).fetchone()
        monkeypatch.setattr(creation, "write_config", full)
        with pytest.raises(StudyError, match="the disk is full"):
            Study.create(tmp_path / "study", database=postgresql.url)
        assert owner.execute(schemas).fetchone() == before
    assert not (tmp_path / "study").exists()


def test_a_writer_waits_for_another_and_then_says_so_while_readers_go_on(study: Study) -> None:
    rated(study)
    impatient = Study.open(study.folder, busy_seconds=0.1)
    with study.transaction():
        study.add_claims([a_claim(7)])
        with pytest.raises(StudyError, match="another process keeps it locked; nothing of this step was stored"):
            impatient.add_claims([a_claim(8)])
        assert len(impatient.claims()) == 1  # readers see the state before, and wait for nobody
    assert len(impatient.claims()) == 2
    assert impatient.add_claims([a_claim(8)]).new == 1


def test_a_reader_sees_one_state_whatever_others_write(study: Study) -> None:
    rated(study)
    count = sqlalchemy.select(sqlalchemy.func.count()).select_from(metadata.tables["claim"])
    with study.reading() as connection:
        assert connection.execute(count).scalar_one() == 1
        Study.open(study.folder).add_claims([a_claim(5)])
        assert connection.execute(count).scalar_one() == 1
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only transaction"):
            connection.execute(rater.delete())


def test_a_rating_is_numbered_in_the_order_of_the_commits(study: Study) -> None:
    rated(study, 8)
    claims = study.claims()
    numbers = sqlalchemy.select(metadata.tables["rating"].c.seq).order_by(metadata.tables["rating"].c.seq)
    seen: list[list[int]] = []

    def rate(thread: int) -> None:
        for k in range(5):
            study.add_ratings([a_rating(claims[thread].id, level=k % 5, nonce=f"{thread} {k}")])
            with study.reading() as connection:
                seen.append(list(connection.execute(numbers).scalars()))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rate, range(8)))
    assert len(study.ratings(history=True)) == 8 + 40
    for before in seen:  # whoever has seen a number never sees a lower one appear later
        assert [one for one in seen[-1] if one <= before[-1]] == before or len(before) > len(seen[-1])


def test_text_is_ordered_byte_by_byte_in_any_language_of_the_server(study: Study) -> None:
    names = ["a", "B", "_", "ä", "Z", "z", "é", "🎉"]
    for name in names:
        study.add_rater(name)
    with study.reading() as connection:
        ordered = list(connection.execute(sqlalchemy.select(rater.c.name).order_by(rater.c.name)).scalars())
        collations = connection.execute(
            sqlalchemy.text(
                "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = current_schema() "
                "AND data_type IN ('text', 'character varying')"
            )
        )
        assert list(collations.scalars()) == ["C"]
    assert ordered == sorted(names, key=lambda name: name.encode())


def test_a_connection_that_was_lost_between_steps_is_replaced(study: Study, postgresql: PostgresqlServer) -> None:
    rated(study)
    with postgresql.connect() as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'referee-calib' AND pid <> pg_backend_pid()"
        )
    assert study.counts()["ratings"] == 1
    assert study.add_ratings([a_rating(study.claims()[0].id, nonce="after")]).new == 1


def test_a_connection_that_is_lost_in_the_middle_stores_nothing_and_says_so(
    study: Study, postgresql: PostgresqlServer
) -> None:
    rated(study)
    claim = study.claims()[0].id

    def lose() -> None:
        with study.transaction():
            study.add_ratings([a_rating(claim, level=0, nonce="lost")])
            with study.writing() as connection, postgresql.connect() as owner:
                mine = connection.execute(sqlalchemy.text("SELECT pg_backend_pid()")).scalar_one()
                owner.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
            study.add_ratings([a_rating(claim, level=1, nonce="later")])

    with pytest.raises(StudyError, match=r"the connection was lost.*what is stored already is not stored twice"):
        lose()
    assert [one.level for one in study.ratings(history=True)] == [3]
    assert study.add_ratings([a_rating(claim, level=0, nonce="lost")]).new == 1


def test_a_user_without_rights_is_told_whom_to_ask(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    with postgresql.connect() as owner:
        owner.execute(f"DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    done = run("init", tmp_path / "study", "--database", postgresql.url.replace("study@", "guest@"))
    assert done.exit_code == 2
    assert "this user may not do that there. Ask the owner" in done.output


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("25006", "read-only just now"),
        ("53100", "the server's disk is full"),
        ("53300", "no connection left"),
        ("XX001", "it is damaged"),
    ],
)
def test_other_troubles_of_a_server_have_words(study: Study, state: str, said: str) -> None:
    def fail() -> None:
        with study.writing() as connection:
            connection.execute(
                sqlalchemy.text(f"DO $do$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $do$")
            )

    with pytest.raises(StudyError, match=said):
        fail()


def test_a_forked_child_and_its_parent_use_connections_of_their_own(study: Study) -> None:
    rated(study)
    claim = study.claims()[0].id

    def child() -> None:
        for k in range(20):
            study.add_ratings([a_rating(claim, level=k % 5, nonce=f"child {k}")])

    process = multiprocessing.get_context("fork").Process(target=child)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads is what is tried
        process.start()
    for k in range(20):
        study.add_ratings([a_rating(claim, level=k % 5, nonce=f"parent {k}")])
    process.join(60)
    assert process.exitcode == 0
    assert len(study.ratings(history=True)) == 41


def test_rows_are_added_once_and_replaced_in_both_databases(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    for url in ("", postgresql.url):
        study = Study.create(tmp_path / f"study{bool(url)}", database=url)
        study.add_claims([a_claim(k) for k in range(3)])
        ids = [one.id for one in study.claims()]
        with study.writing() as connection:
            rows = [{"claim": one, "place": k} for k, one in enumerate(ids)]
            assert insert_or_ignore(connection, sampled, rows[:2]) == 2
            assert insert_or_ignore(connection, sampled, rows) == 1
            upsert(connection, sampled, [{"claim": ids[0], "place": 9}], ["claim"])
            found = connection.execute(sqlalchemy.select(sampled.c.place).order_by(sampled.c.place)).scalars()
            assert list(found) == [1, 2, 9]


def test_the_server_of_the_tests_asks_for_a_password(postgresql_server: PostgresqlServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"{postgresql_server.url}?passfile=/dev/null&password=wrong")


@pytest.mark.parametrize("change", [{"sample": 2**70}, {"sample": -1}, {"referee": "nul\0"}, {"referee": "half\ud83d"}])
def test_what_no_database_holds_is_refused_by_both(
    tmp_path: Path, postgresql: PostgresqlServer, change: dict[str, object]
) -> None:
    for url in ("", postgresql.url):
        study = rated(Study.create(tmp_path / f"study{bool(url)}", database=url))
        score = {"claim": study.claims()[0].id, "referee": "f", "dimension": "relevance", "level": 2} | change
        with pytest.raises(InputError, match="holds no such fingerprint or sample number"):
            study.add_scores([RefereeScore(**score)])
        with pytest.raises(RatingError, match="not plain text"):
            study.add_ratings([a_rating(study.claims()[0].id, nonce="nul\0")])


def test_the_doctor_says_where_the_records_lie_and_finds_them_sound(study: Study, postgresql: PostgresqlServer) -> None:
    rated(study)
    said = run("doctor", study.folder).output
    assert f"PostgreSQL database studies on 127.0.0.1:{postgresql.port}, schema {study.config.storage.schema}" in said
    assert "sound, version" in said
