"""The table ``[rating_page]`` of ``study.toml``: the keys of the page on which people rate, and what it asks them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from typing import ClassVar

from referee_calib.errors import StudyError
from referee_calib.study.settings.settings_table import SettingsTable, setting

DRAW = ("off", "optional", "asked")
NAMED_KEYS = ("Space", "PageUp", "PageDown", "Home", "End", "Insert", "Backspace")
_PREFIX = "key_"


def check_key(key: str) -> str:
    """Return what is wrong with a key, "" when nothing is."""
    if key in NAMED_KEYS:
        return ""
    if len(key) != 1 or not key.isprintable() or key.isspace() or unicodedata.combining(key):
        return f"a key is one character, or one of {', '.join(NAMED_KEYS)}"
    if key.isdigit():
        return "digits give levels"
    return f"write it as a small letter: {key.lower()!r}" if key != key.lower() else ""


def check_draw(value: str) -> str:
    """Return what is wrong with the way in which drawing is asked for, "" when nothing is."""
    return "" if value in DRAW else f"it is one of {', '.join(DRAW)}"


def _key(default: str, what: str) -> str:
    key: str = setting(default, f"the key that {what}", check_key)
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPageSettings(SettingsTable):
    """Settings of the table ``[rating_page]``; each attribute is one key of the file.

    Attributes
    ----------
    draw : {"off", "optional", "asked"}
        Whether raters draw the box or span that they would have given: not at all, when they like to, or on every claim
        before its own is shown.
    key_play, key_box, …
        One key of the keyboard each: a character as it is typed without Shift, or "Space", "PageDown" and the like.
        Digits, Enter, Escape, Tab, Delete and the arrows have meanings of their own.
    """

    TABLE: ClassVar[str] = "rating_page"

    draw: str = setting(
        "off", 'whether raters draw their own box or span: "off", "optional", or "asked" before they see it', check_draw
    )
    key_play: str = _key("Space", "plays or pauses")
    key_box: str = _key("j", "stands still on the box")
    key_replay: str = _key("r", "replays the claim")
    key_frame_back: str = _key(",", "goes one frame back")
    key_frame_on: str = _key(".", "goes one frame on")
    key_slower: str = _key("<", "plays slower")
    key_faster: str = _key(">", "plays faster")
    key_loop: str = _key("l", "turns the loop on or off")
    key_zoom: str = _key("z", "zooms into the box and back")
    key_full_screen: str = _key("f", "turns the full screen on or off")
    key_level_10: str = _key("x", "gives level 10, for which there is no digit")
    key_note: str = _key("n", "goes to the note")
    key_skip: str = _key("s", "skips the claim, with a reason")
    key_back: str = _key("u", "goes back to the claim before")
    key_forward: str = _key("i", "goes on without saving")
    key_claims: str = _key("m", "lists one's own claims")
    key_draw: str = _key("d", "draws one's own box or span")
    key_span_start: str = _key("[", "sets where one's own span starts")
    key_span_end: str = _key("]", "sets where one's own span ends")

    def __post_init__(self) -> None:
        taken: dict[str, str] = {}
        for action, key in self.keys().items():
            if key in taken:
                raise StudyError(
                    f"study.toml: [rating_page] {_PREFIX}{taken[key]} and {_PREFIX}{action} are both {key!r}",
                    "one key cannot do two things",
                    f"Give one of them another key: {_PREFIX}{action} = …",
                )
            taken[key] = action

    def keys(self) -> dict[str, str]:
        """Return the keys by what they do: "play", "box", "replay", …"""
        return {
            one.name.removeprefix(_PREFIX): getattr(self, one.name)
            for one in fields(self)
            if one.name.startswith(_PREFIX)
        }
