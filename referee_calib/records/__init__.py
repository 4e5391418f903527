"""The records that everything else passes around: claims, ratings, marks, referee scores.

Units, everywhere in the package:

- times and spans are seconds on the video's own presentation timeline (see :mod:`referee_calib.video.frames`);
- boxes are ``(t, x1, y1, x2, y2)``: the time of the frame, then corners as shares of the frame's width
  and height, 0 at the left and top, 1 at the right and bottom;
- levels are whole numbers on the rubric's scale (0 worst, 4 best); expected levels are real numbers on it.

A record that exists has been checked: what cannot mean anything raises on construction, so no later
code checks again. ``to_json`` and ``from_json`` are exact inverses.
"""

from referee_calib.records.base import DIMENSIONS, N_LEVELS, STATUSES, TOP_LEVEL, WORTH_ANOTHER_TRY, Dimension, Status
from referee_calib.records.claim import PERTURBED, Claim, Span, TimedBox
from referee_calib.records.mark import Mark
from referee_calib.records.rating import Rating
from referee_calib.records.record_frames import claims_frame, ratings_frame, scores_frame
from referee_calib.records.referee_score import RefereeScore

__all__ = [
    "DIMENSIONS",
    "N_LEVELS",
    "PERTURBED",
    "STATUSES",
    "TOP_LEVEL",
    "WORTH_ANOTHER_TRY",
    "Claim",
    "Dimension",
    "Mark",
    "Rating",
    "RefereeScore",
    "Span",
    "Status",
    "TimedBox",
    "claims_frame",
    "ratings_frame",
    "scores_frame",
]
