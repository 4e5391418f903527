"""The records that everything else passes around: claims, ratings, marks, referee scores.

Units, everywhere in the package:

- times and spans are seconds, from the video's first frame or on its file's own clock, as the study states (`Clock`);
- boxes are ``(t, x1, y1, x2, y2)``: the time of the frame, then corners as shares of the frame's width
  and height, 0 at the left and top, 1 at the right and bottom;
- levels are whole numbers on the rubric's scale (0 worst; 4 best where it has five levels); expected levels are real
  numbers on it.

A record that exists has been checked: what cannot mean anything raises on construction, so no later
code checks again. ``to_json`` and ``from_json`` are exact inverses.
"""

from referee_calib.records.base import (
    CLOCKS,
    DIMENSIONS,
    END_ROUNDING,
    FEWEST_LEVELS,
    MOST_LEVELS,
    STATUSES,
    WORTH_ANOTHER_TRY,
    Clock,
    Dimension,
    Status,
    is_finite,
)
from referee_calib.records.claim import AUDITED, PERTURBED, Claim, Span, TimedBox
from referee_calib.records.mark import Mark
from referee_calib.records.rating import Rating
from referee_calib.records.record_frames import claims_frame, ratings_frame, scores_frame
from referee_calib.records.referee_score import RefereeScore

__all__ = [
    "AUDITED",
    "CLOCKS",
    "DIMENSIONS",
    "END_ROUNDING",
    "FEWEST_LEVELS",
    "MOST_LEVELS",
    "PERTURBED",
    "STATUSES",
    "WORTH_ANOTHER_TRY",
    "Claim",
    "Clock",
    "Dimension",
    "Mark",
    "Rating",
    "RefereeScore",
    "Span",
    "Status",
    "TimedBox",
    "claims_frame",
    "is_finite",
    "ratings_frame",
    "scores_frame",
]
