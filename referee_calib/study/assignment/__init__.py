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
from referee_calib.study.assignment.reclaiming import close_claim, readmit, reclaim, reopen_claim, withdraw
from referee_calib.study.assignment.release_chances import ReleaseChances, assigned_chances, rated_as_assigned
from referee_calib.study.assignment.single_releases import check_open, release_beside

__all__ = [
    "FIXED",
    "ON_DEMAND",
    "STOP",
    "AssignmentCoverage",
    "AssignmentRun",
    "ClaimCoverage",
    "RaterCoverage",
    "ReleaseChances",
    "assign",
    "assigned_chances",
    "balanced_blocks",
    "check_open",
    "close_claim",
    "coverage",
    "expected_items",
    "hand_out",
    "rated_as_assigned",
    "readmit",
    "reclaim",
    "release_beside",
    "reopen_claim",
    "stop",
    "withdraw",
]
