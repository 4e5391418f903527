"""Files: JSON lines, tables of ratings, summaries of runs, and writing that is whole or not at all."""

from referee_calib.io import atomic_files, json_lines, ratings_table
from referee_calib.io.atomic_files import atomic, cannot_write, hidden_beside, make_folder, sync_folder, write_bytes
from referee_calib.io.json_file import json_digest, read_json
from referee_calib.io.media_paths import media_file
from referee_calib.io.ratings_table import Columns
from referee_calib.io.run_summary import PERTURB_RUN, PROBE_RUN, ROWS, SUMMARY, OutdatedSummary, RunFiles

__all__ = [
    "PERTURB_RUN",
    "PROBE_RUN",
    "ROWS",
    "SUMMARY",
    "Columns",
    "OutdatedSummary",
    "RunFiles",
    "atomic",
    "atomic_files",
    "cannot_write",
    "hidden_beside",
    "json_digest",
    "json_lines",
    "make_folder",
    "media_file",
    "ratings_table",
    "read_json",
    "sync_folder",
    "write_bytes",
]
