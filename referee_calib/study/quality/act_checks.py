"""Flags of single ratings: too fast, hurried, given without seeing or without watching the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from referee_calib.records import Claim
from referee_calib.study.quality.quality_flag import KINDS, Kind, QualityFlag, setting_name
from referee_calib.study.quality.rating_acts import RatingAct
from referee_calib.study.settings import QualitySettings

MIN_FOR_MEDIAN = 10  # timed ratings from which on a rater has a pace


def act_flags(
    act: RatingAct, claim: Claim, settings: QualitySettings, own_seconds: Sequence[float] = ()
) -> list[QualityFlag]:
    """Return what stands out in one rating.

    Parameters
    ----------
    act : RatingAct
        The rating; a claim that was skipped may be left as quickly as one likes.
    claim : Claim
        What was rated.
    settings : QualitySettings
        The thresholds.
    own_seconds : sequence of float
        What the rater's other ratings took; below 10 of them there is no pace to compare with.
    """
    if act.skipped:
        return []
    return [*_time_flags(act, claim, settings, own_seconds), *_watched_flags(act, claim, settings)]


def _time_flags(
    act: RatingAct, claim: Claim, settings: QualitySettings, own_seconds: Sequence[float]
) -> Iterator[QualityFlag]:
    if act.seconds is None:
        return
    if act.seconds < settings.min_seconds and settings.too_fast != "off":
        least = f"{settings.min_seconds:g} s"
        words = f"It took {act.seconds:.1f} s; nobody reads a claim and looks at it in less than {least}."
        yield _flag(act, "too fast", act.seconds, settings.min_seconds, settings, words)
        return
    span = claim.span[1] - claim.span[0] if claim.span else 0.0
    pace = median(own_seconds) if len(own_seconds) >= MIN_FOR_MEDIAN else 0.0
    limits = {
        f"a span of {span:.1f} s": settings.min_span_share * span,
        f"a rater whose median is {pace:.1f} s": settings.min_of_median * pace,
    }
    what, limit = max(limits.items(), key=lambda one: one[1])
    if act.seconds < limit and settings.hurried != "off":
        words = f"It took {act.seconds:.1f} s, which is little for {what}."
        yield _flag(act, "hurried", act.seconds, limit, settings, words)


def _watched_flags(act: RatingAct, claim: Claim, settings: QualitySettings) -> Iterator[QualityFlag]:
    if act.watched is None:
        return
    if act.watched == 0:
        if settings.unseen != "off":
            words = "No frame of the evidence was on the screen."
            yield _flag(act, "unseen", 0.0, 0.0, settings, words)
    elif claim.span and act.watched < settings.min_watched and settings.unwatched != "off":
        words = f"{act.watched:.0%} of the frames of the evidence were on the screen."
        yield _flag(act, "unwatched", act.watched, settings.min_watched, settings, words)


def _flag(act: RatingAct, kind: Kind, value: float, limit: float, settings: QualitySettings, words: str) -> QualityFlag:
    action = getattr(settings, setting_name(kind))
    return QualityFlag(act.rater, act.claim, kind, value, limit, action, words)


def page_checks(claim: Claim, settings: QualitySettings) -> dict[str, float | None]:
    """Return below which limits the page asks before it saves; None where it does not ask.

    They are the same for every claim of a kind, so they tell nothing of what a claim is there for.
    """
    span = claim.span[1] - claim.span[0] if claim.span else 0.0
    asks = {kind: getattr(settings, setting_name(kind)) in ("ask", "hold") for kind in KINDS}
    return {
        "too fast": settings.min_seconds if asks["too fast"] else None,
        "hurried": settings.min_span_share * span if asks["hurried"] and span else None,
        "unseen": 0.0 if asks["unseen"] else None,
        "unwatched": settings.min_watched if asks["unwatched"] and span else None,
    }
