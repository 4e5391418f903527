"""Files of model replies as trainers, benchmarks and people leave them, read as rollouts.

A file may be JSON, JSON lines, CSV or Parquet, packed or not; `layouts` has one module for each program's way to write
replies. Start with :class:`RolloutFile`.
"""

from referee_calib.rollout_files.dataset_join import DatasetJoin
from referee_calib.rollout_files.file_options import RolloutFileOptions
from referee_calib.rollout_files.file_rows import FileRow, file_rows
from referee_calib.rollout_files.layouts import LAYOUTS, RolloutLayout, is_open_o3, layout_of
from referee_calib.rollout_files.reply_claims import PlainClaim, ReplyClaims, plain
from referee_calib.rollout_files.reply_workers import PlacedRollout, ReplyWorkers
from referee_calib.rollout_files.rollout_file import ReadRollout, RolloutFile
from referee_calib.rollout_files.row_fields import FIELDS, suggested_mapping

__all__ = [
    "FIELDS",
    "LAYOUTS",
    "DatasetJoin",
    "FileRow",
    "PlacedRollout",
    "PlainClaim",
    "ReadRollout",
    "ReplyClaims",
    "ReplyWorkers",
    "RolloutFile",
    "RolloutFileOptions",
    "RolloutLayout",
    "file_rows",
    "is_open_o3",
    "layout_of",
    "plain",
    "suggested_mapping",
]
