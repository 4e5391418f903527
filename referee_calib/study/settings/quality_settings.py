"""The table ``[quality]`` of ``study.toml``: what is looked for in the ratings while they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySettings(SettingsTable):
    """Settings of the table ``[quality]``; each attribute is one key."""

    TABLE: ClassVar[str] = "quality"
