"""Replies in many notations, read short: object, boxes and span of each claim, reasons of what gave none."""

from __future__ import annotations

from referee_calib.claims import ReadingOptions, parse_rollout


def read(text, *, unit="0-1000", question="Where is it?", video="clip.mp4", duration=5.0, **options):
    """Parse one reply about a video of 5 s."""
    return parse_rollout(
        text,
        video=video,
        question=question,
        unit=unit,
        rollout="r1",
        duration=duration,
        options=ReadingOptions(**options),
    )


def claims(text, **stated):
    """Object, boxes with four decimals, and span of each claim."""
    return [
        (one.object, [tuple(round(value, 4) for value in box) for box in one.boxes], one.span)
        for one in read(text, **stated).claims
    ]


def reasons(text, **stated):
    """Reasons of the pieces that gave no claim."""
    return [one.reason for one in read(text, **stated).failures]


def remarks(text, **stated):
    """Reasons of the remarks."""
    return [one.reason for one in read(text, **stated).remarks]
