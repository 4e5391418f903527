"""The table ``[label_studio]`` of ``study.toml``: the project in which people rate, and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable, setting


def _wrong_pairs(pairs: tuple[str, ...]) -> str:
    for pair in pairs:
        user, _, name = (part.strip() for part in pair.partition("="))
        if not user.isdecimal() or not name:
            return f'{pair!r} is not of the form "3=anna", the number of a user and the name of a rater'
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStudioSettings(SettingsTable):
    """Settings of the table ``[label_studio]``; each attribute is one key. The token is none of them."""

    TABLE: ClassVar[str] = "label_studio"
    url: str = setting("", "address of the server; the token stands in the environment variable LABEL_STUDIO_API_KEY")
    project: int = setting(0, "number of the study's project there")
    raters: tuple[str, ...] = setting((), "which user is which rater, by the user's number", _wrong_pairs)

    @property
    def names(self) -> dict[int, str]:
        """Raters by the numbers of users."""
        pairs = (pair.partition("=") for pair in self.raters)
        return {int(user): name.strip() for user, _, name in pairs}
