"""The table ``[rating_page]`` of ``study.toml``: how the page on which people rate behaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPageSettings(SettingsTable):
    """Settings of the table ``[rating_page]``; each attribute is one key."""

    TABLE: ClassVar[str] = "rating_page"
