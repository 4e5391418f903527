"""The table ``[onboarding]`` of ``study.toml``: what raters go through before they rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingSettings(SettingsTable):
    """Settings of the table ``[onboarding]``; each attribute is one key."""

    TABLE: ClassVar[str] = "onboarding"
