"""Scripts that browsers fetch by an address of their own, once, instead of getting them with every page.

Streamlit sends all of a component whenever its data change; the player's script is fifty times as long as a claim.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache

from annotate_app.components.frontend_files import joined, text

SCRIPT_FOLDER = "/scripts/"  # of their addresses
PLAYER_SCRIPT = "player"
_SHARED = ("dom.js", "unseen_characters.js", "preferences.js")
_KEEPING = ("outbox", "waiting_file", "notices", "connection", "other_tabs", "keeper")
_VIDEO = ("box_lines", "zoom", "timebar", "frame_times", "still_frame", "playback", "replay", "readout")
_MARKING = ("own_marks", "box_pointer", "marking")
_RATING = ("active_clock", "turns", "drafts", "scales", "skipping", "claim_words", "doubts", "key_bindings", "keys")
_PARTS: dict[str, Sequence[str]] = {
    PLAYER_SCRIPT: (
        *_SHARED,
        *(f"keeping/{name}.js" for name in _KEEPING),
        *(f"video/{name}.js" for name in (*_VIDEO, "watched_frames", "stage", "video_controls")),
        *(f"marking/{name}.js" for name in _MARKING),
        "claims_list/own_claims.js",
        *(f"rating/{name}.js" for name in (*_RATING, "main", "entry")),
    ),
}


@cache
def script(name: str) -> str:
    """Return a script that has an address."""
    return joined(_PARTS[name])


@cache
def address_of(name: str) -> str:
    """Return a script's address, which is another one whenever the script is."""
    return f"{SCRIPT_FOLDER}{name}-{hashlib.sha256(script(name).encode()).hexdigest()[:16]}.js"


@cache
def fetched_by_address(name: str) -> str:
    """Return the few lines that fetch a script and run it."""
    return f"const ADDRESS = {json.dumps(address_of(name))};\n{text('by_address.js')}"


def script_at(path: str) -> str | None:
    """Return the script at an address, None when there is none, or has been another one."""
    return next((script(name) for name in _PARTS if address_of(name) == path), None)
