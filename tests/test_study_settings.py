"""Settings of one feature each in study.toml, and the audit trail that stands beside the records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
import sqlalchemy

from referee_calib.errors import StudyError
from referee_calib.records import Rating
from referee_calib.study import Study, audit
from referee_calib.study.settings.settings_table import SettingsTable, read_settings, setting, settings_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Drinks(SettingsTable):
    TABLE: ClassVar[str] = "drinks"
    cups: int = setting(2, "how many", lambda cups: "" if cups > 0 else "at least one")
    kinds: tuple[str, ...] = setting(("tea",), "which")
    warmth: float = setting(0.5, "how warm")


def test_only_what_is_not_by_default_is_written_and_it_reads_back() -> None:
    import tomllib

    assert settings_toml(Drinks()) == ""
    mine = Drinks(kinds=("tea", 'co"ffee'), cups=3)
    text = settings_toml(mine)
    assert text.startswith("\n[drinks]\n# how many\ncups = 3\n")
    assert "warmth" not in text
    assert read_settings(Drinks, tomllib.loads(text)["drinks"], "study.toml") == mine


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"cup": 1}, r"study.toml: \[drinks\] cup: only cups, kinds, warmth are known here"),
        ({"cups": "1"}, r"cups = '1': it must be int"),
        ({"cups": True}, r"cups = True: it must be int"),
        ({"cups": 0}, r"cups = 0: at least one"),
        ({"kinds": "tea"}, r"kinds = 'tea': it must be a list of texts"),
        ([], r"\[drinks\] is not a table"),
    ],
)
def test_what_is_no_setting_is_refused_by_name(table: object, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        read_settings(Drinks, table, "study.toml")


def test_a_whole_number_is_a_number() -> None:
    assert read_settings(Drinks, {"warmth": 1}, "study.toml").warmth == 1.0


def test_the_audit_trail_tells_what_was_done_and_cannot_be_changed(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    audit.record(study, "command line", "invite", "anna", expires="2026-12-01")
    with pytest.raises(TypeError):
        invite_two(study)
    entries = audit.trail(study)
    assert [(one.actor, one.action, one.subject, one.detail) for one in entries] == [
        ("command line", "invite", "anna", {"expires": "2026-12-01"})
    ]
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"), study.writing() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM audit"))


def invite_two(study: Study) -> None:
    with study.transaction():  # both or neither
        audit.record(study, "command line", "invite", "bert")
        audit.record(study, "command line", "invite", "carl", expires=object())


def test_a_rating_says_its_occasion_and_how_much_was_watched() -> None:
    again = Rating(claim="c", rater="anna", dimension="timing", level=2, occasion="repeat", watched=0.5)
    assert Rating.from_json(again.to_json()) == again
    with pytest.raises(Exception, match="occasion 'third'"):
        Rating(claim="c", rater="anna", dimension="timing", level=2, occasion="third")
    with pytest.raises(Exception, match=r"watched = 1\.5"):
        Rating(claim="c", rater="anna", dimension="timing", level=2, watched=1.5)
