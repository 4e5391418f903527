"""Files: JSON lines, summaries of runs, and writing that is whole or not at all."""

from referee_calib.io import atomic_files, json_lines
from referee_calib.io.atomic_files import atomic, cannot_write, hidden_beside, make_folder, sync_folder, write_bytes
from referee_calib.io.json_file import json_digest, read_json
from referee_calib.io.media_copies import copy_video, remove_video, same_content, video_digest, video_files
from referee_calib.io.media_paths import media_file
from referee_calib.io.row_files import ROW_FORMATS
from referee_calib.io.run_summary import PERTURB_RUN, PROBE_RUN, ROWS, SUMMARY, OutdatedSummary, RunFiles

__all__ = [
    "PERTURB_RUN",
    "PROBE_RUN",
    "ROWS",
    "ROW_FORMATS",
    "SUMMARY",
    "OutdatedSummary",
    "RunFiles",
    "atomic",
    "atomic_files",
    "cannot_write",
    "copy_video",
    "hidden_beside",
    "json_digest",
    "json_lines",
    "make_folder",
    "media_file",
    "read_json",
    "remove_video",
    "same_content",
    "sync_folder",
    "video_digest",
    "video_files",
    "write_bytes",
]
