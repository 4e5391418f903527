"""The table ``[onboarding]`` of ``study.toml``: what raters go through before they rate, and what is mixed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable, setting


def _file_name(value: str) -> str:
    inside = value and "/" not in value and "\\" not in value and not value.startswith(".")
    return "" if inside else "it must be the name of a file in the folder onboarding"


def _share(value: float) -> str:
    return "" if 0 <= value <= 1 else "it must be a share from 0 to 1"


def _share_of_list(value: float) -> str:
    return "" if 0 <= value <= 0.5 else "it must be a share from 0 to 0.5: most claims are there to be measured"


def _attempts(value: int) -> str:
    return "" if 1 <= value <= 20 else "it must be a number from 1 to 20"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingSettings(SettingsTable):
    """Settings of the table ``[onboarding]``; each attribute is one key."""

    TABLE: ClassVar[str] = "onboarding"

    consent: str = setting("consent.md", "file in onboarding/ that raters agree to before anything else", _file_name)
    consent_required: bool = setting(False, "true: the app does not start without that file")
    instructions: str = setting("instructions.md", "file in onboarding/ that raters read before they rate", _file_name)
    known_claims: str = setting(
        "known_claims.jsonl", "file in onboarding/ with example, practice, gold and attention claims", _file_name
    )
    practice_required: bool = setting(True, "false: practice gives feedback and bars nobody")
    pass_mark: float = setting(0.7, "share of right practice answers from which on practice is passed", _share)
    attempts: int = setting(2, "how often practice may be tried; a coordinator may grant another one", _attempts)
    gold_share: float = setting(0.05, "share of gold claims in what a rater is shown", _share_of_list)
    attention_share: float = setting(0.03, "share of attention checks in what a rater is shown", _share_of_list)
