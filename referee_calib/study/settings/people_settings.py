"""The table ``[people]`` of ``study.toml``: who may sign in, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSettings(SettingsTable):
    """Settings of the table ``[people]``; each attribute is one key."""

    TABLE: ClassVar[str] = "people"
