"""The table ``[storage]`` of ``study.toml``: where the records of the study lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings(SettingsTable):
    """Settings of the table ``[storage]``; each attribute is one key."""

    TABLE: ClassVar[str] = "storage"
