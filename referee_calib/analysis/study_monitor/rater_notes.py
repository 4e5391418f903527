"""What raters wrote: their notes, and the reasons why they skipped claims."""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.analysis.study_monitor.rating_log import RatingLog


@dataclass(frozen=True, slots=True)
class RaterNote:
    """One act of rating with a note or a reason; untrusted text.

    Attributes
    ----------
    levels : str
        "relevance 3, localization 2", or "" where the claim was skipped.
    latest : bool
        False where the rater has rated the claim again since.
    """

    time: str
    rater: str
    claim: str
    video: str
    words: str
    levels: str
    reason: str
    note: str
    latest: bool


def rater_notes(log: RatingLog) -> list[RaterNote]:
    """Return every note and skip reason ever given, newest first."""
    acts: dict[tuple[str, str, str], list[int]] = {}
    for number, one in enumerate(log.history):
        if one.note or one.level is None:
            acts.setdefault((one.rater, one.claim, one.nonce or one.time), []).append(number)
    current = {id(one) for one in log.latest} | {id(one) for one in log.repeats}
    found = [_note(log, numbers, current) for numbers in acts.values()]
    return sorted(found, key=lambda one: one.time, reverse=True)


def _note(log: RatingLog, numbers: list[int], current: set[int]) -> RaterNote:
    ratings = [log.history[number] for number in numbers]
    first, claim = ratings[0], log.by_id[ratings[0].claim]
    return RaterNote(
        time=first.time,
        rater=first.rater,
        claim=first.claim,
        video=claim.video,
        words=claim.object or claim.question,
        levels=", ".join(f"{one.dimension} {one.level}" for one in ratings if one.level is not None),
        reason=next((one.reason for one in ratings if one.level is None), ""),
        note=first.note,
        latest=any(id(one) in current for one in ratings),
    )
