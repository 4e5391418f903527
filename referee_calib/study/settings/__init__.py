"""Settings of a study that belong to one feature: a table of ``study.toml`` each, a dataclass each."""

from referee_calib.study.settings.assignment_settings import AssignmentSettings
from referee_calib.study.settings.label_studio_settings import LabelStudioSettings
from referee_calib.study.settings.onboarding_settings import OnboardingSettings
from referee_calib.study.settings.people_settings import PeopleSettings, origin_problem, proxies_problem
from referee_calib.study.settings.quality_settings import QualitySettings
from referee_calib.study.settings.rating_page_settings import RatingPageSettings
from referee_calib.study.settings.settings_table import SettingsTable, read_settings, settings_toml
from referee_calib.study.settings.storage_settings import StorageSettings, wrong_with_url

__all__ = [
    "AssignmentSettings",
    "LabelStudioSettings",
    "OnboardingSettings",
    "PeopleSettings",
    "QualitySettings",
    "RatingPageSettings",
    "SettingsTable",
    "StorageSettings",
    "origin_problem",
    "proxies_problem",
    "read_settings",
    "settings_toml",
    "wrong_with_url",
]
