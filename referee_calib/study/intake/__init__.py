"""What an import holds and finds on its way: claims, problems, the names of videos, and what the videos are."""

from referee_calib.study.intake.claim_spool import ClaimSpool, SpooledClaim, spooled
from referee_calib.study.intake.import_clock import one_clock
from referee_calib.study.intake.import_problems import EXCLUSIONS, ImportProblems, Problem, ProblemList, with_place
from referee_calib.study.intake.leftovers import Leftovers, clear_leftovers, leftovers
from referee_calib.study.intake.playable_copies import PlayableCopies, make_playable_copies, playable_copy_of
from referee_calib.study.intake.video_copies import bring_videos
from referee_calib.study.intake.video_names import NamedOtherwise, VideoNames
from referee_calib.study.intake.video_table import Track, VideoRow, broken_row, table_lines, untracked, video_row

__all__ = [
    "EXCLUSIONS",
    "ClaimSpool",
    "ImportProblems",
    "Leftovers",
    "NamedOtherwise",
    "PlayableCopies",
    "Problem",
    "ProblemList",
    "SpooledClaim",
    "Track",
    "VideoNames",
    "VideoRow",
    "bring_videos",
    "broken_row",
    "clear_leftovers",
    "leftovers",
    "make_playable_copies",
    "one_clock",
    "playable_copy_of",
    "spooled",
    "table_lines",
    "untracked",
    "video_row",
    "with_place",
]
