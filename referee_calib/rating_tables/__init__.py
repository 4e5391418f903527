"""Tables of ratings from files: CSV, Excel, Parquet, JSON lines, and exports of annotation tools, as rows."""

from referee_calib.rating_tables.any_table import read_table, table_note
from referee_calib.rating_tables.export_objects import export_objects
from referee_calib.rating_tables.exports import TOOLS
from referee_calib.rating_tables.file_content import archive_files, read_content, text_of
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.rating_rows import Columns, RatingRows
from referee_calib.rating_tables.reading import FORMATS, read_rows
from referee_calib.rating_tables.source import TableSource
from referee_calib.rating_tables.table_frame import TableFrame, read_frame

__all__ = [
    "FORMATS",
    "TOOLS",
    "Columns",
    "Object",
    "RatingRows",
    "TableFrame",
    "TableSource",
    "archive_files",
    "export_objects",
    "read_content",
    "read_frame",
    "read_rows",
    "read_table",
    "table_note",
    "text_of",
]
