"""The table ``[assignment]`` of ``study.toml``: how claims are given to raters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentSettings(SettingsTable):
    """Settings of the table ``[assignment]``; each attribute is one key."""

    TABLE: ClassVar[str] = "assignment"
