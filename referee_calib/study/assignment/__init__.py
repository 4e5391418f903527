"""Who is asked about which claims: the design of the study, drawn beforehand or handed out on demand."""

from referee_calib.study.assignment.assigning import AssignmentRun, assign, stop
from referee_calib.study.assignment.assignment_coverage import (
    AssignmentCoverage,
    ClaimCoverage,
    RaterCoverage,
    coverage,
)
from referee_calib.study.assignment.balanced_blocks import balanced_blocks
from referee_calib.study.assignment.hand_out import FIXED, ON_DEMAND, STOP, expected_items, hand_out
from referee_calib.study.assignment.reclaiming import readmit, reclaim, withdraw

__all__ = [
    "FIXED",
    "ON_DEMAND",
    "STOP",
    "AssignmentCoverage",
    "AssignmentRun",
    "ClaimCoverage",
    "RaterCoverage",
    "assign",
    "balanced_blocks",
    "coverage",
    "expected_items",
    "hand_out",
    "readmit",
    "reclaim",
    "stop",
    "withdraw",
]
