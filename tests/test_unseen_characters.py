"""Unseen characters are shown by number, alike in the pages of raters and of coordinators and in Label Studio."""

import re
from pathlib import Path

import pytest

from referee_calib.unseen_characters import shown

FRONTEND = Path(__file__).parents[1] / "annotate_app" / "frontend"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("red \u202ellab", "red ⟨U+202E⟩llab"),
        ("a\x07b\x00", "a⟨U+0007⟩b⟨U+0000⟩"),
        ("half \ud800", "half ⟨U+D800⟩"),
        ("two\nlines\tand", "two\nlines\tand"),
        ("re\u200bd\ufeff\U000e0041", "re⟨U+200B⟩d⟨U+FEFF⟩⟨U+E0041⟩"),
        ("re\u200dd", "re⟨U+200D⟩d"),
        ("\u0645\u200c\u0646", "\u0645\u200c\u0646"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
    ],
)
def test_unseen_characters_are_shown_by_number(text, seen):
    assert shown(text) == seen
    shown(text).encode("utf-8")


def test_the_rating_page_knows_the_same_characters():
    source = (FRONTEND / "unseen_characters.js").read_text(encoding="utf-8")
    pattern = re.search(r"const UNSEEN = /\[(.*)\]/u;", source)[1]
    pattern = pattern.replace(r"\p{Cs}", r"\ud800-\udfff")
    pattern = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: rf"\U{int(found[1], 16):08x}", pattern)
    in_the_page = re.compile(f"[{pattern}]")
    joiners = {0x200C, 0x200D}
    differing = [
        code
        for code in (*range(0x10000), *range(0x1D100, 0x1D200), *range(0xDFF00, 0xE1100))
        if code not in joiners and bool(in_the_page.fullmatch(chr(code))) != (shown(chr(code)) != chr(code))
    ]
    assert differing == []
