"""The page about PostgreSQL and backups, command by command, on a real server."""

from pathlib import Path

from helpers_docs import run_page
from helpers_postgresql import PostgresqlServer

from referee_calib.study import Study, trail

PAGE = Path(__file__).parents[1] / "docs" / "how_to" / "postgresql_and_backups.md"


def test_the_commands_of_the_page_run_in_its_order(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    words = PAGE.read_text()
    example = "postgresql://anna@db.example.org/studies"
    assert example in words
    run_page(words.replace(example, postgresql.url), tmp_path)
    study = Study.open(tmp_path / "mystudy")
    assert study.config.storage.url == postgresql.url
    # the backup's own entry came after its copy was made: restoring took it away with everything later
    assert [one.action for one in trail(study)] == ["move records", "move records", "back up", "restore backup"]
