"""A claim as a task of Label Studio: its texts, its video, and its evidence as a prediction to judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.label_studio.evidence_regions import evidence_regions
from referee_calib.label_studio.served_videos import ServedVideo, evidence_words
from referee_calib.records import Claim
from referee_calib.rubric import Rubric
from referee_calib.unseen_characters import shown

CLAIM_ID, RUBRIC, VIDEO_NAME, VIDEO_URL = "claim_id", "rubric", "video_name", "video"
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
        "question": shown(claim.question),
        "answer": shown(claim.answer) or "–",
        "evidence": shown(evidence_words(claim)),
        VIDEO_NAME: shown(claim.video),
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
