"""A claim as a task of Label Studio: its texts, its video, and its evidence as a prediction to judge."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from referee_calib.label_studio.evidence_regions import evidence_regions
from referee_calib.label_studio.served_videos import ServedVideo, evidence_words
from referee_calib.records import Claim
from referee_calib.rubric import Rubric

CLAIM_ID, RUBRIC, VIDEO_NAME, VIDEO_URL = "claim_id", "rubric", "video_name", "video"
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
PREDICTED_BY = "claim"  # the version of the predictions with which a page begins


def task_row(claim: Claim, rubric: Rubric, video: ServedVideo, url: str) -> dict[str, Any]:
    """Return the task; no score, no reference and nobody's rating is in it.

    Parameters
    ----------
    claim : Claim
        What is judged.
    rubric : Rubric
        The words it is judged by.
    video : ServedVideo
        The file that is played.
    url : str
        Where the server has it.
    """
    asked = [scale.dimension for scale in rubric.scales if scale.dimension in claim.dimensions]
    data = {
        CLAIM_ID: claim.id,
        RUBRIC: rubric.version,
        "question": shown_text(claim.question),
        "answer": shown_text(claim.answer) or "–",
        "evidence": shown_text(evidence_words(claim)),
        VIDEO_NAME: shown_text(claim.video),
        "fps": f"{video.fps:.8g}",
        VIDEO_URL: url,
    }
    prediction = {"model_version": PREDICTED_BY, "result": evidence_regions(claim, video, asked)}
    return {"data": data, "predictions": [prediction]}


def claim_of(task: Mapping[str, Any]) -> str:
    """Return the id of the claim that a task is about, "" when it names none."""
    data = task.get("data")
    found = data.get(CLAIM_ID) if isinstance(data, Mapping) else None
    return found if isinstance(found, str) else ""


def shown_text(text: str) -> str:
    """Return model text with what would not be seen made visible: direction marks and other control characters.

    The mark U+202E, for one, becomes the text ⟨U+202E⟩.
    """
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    plain = char in "\n\t" or (char not in _DIRECTION and unicodedata.category(char) not in ("Cc", "Cs"))
    if plain:  # joiners stay: scripts and emoji need them
        return char
    return f"⟨U+{ord(char):04X}⟩"
