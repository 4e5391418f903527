"""Tables of ratings from files: CSV, Excel, Parquet, JSON lines, and exports of annotation tools, as rows."""

from referee_calib.rating_tables.any_table import read_table, table_note
from referee_calib.rating_tables.rating_rows import Columns, RatingRows
from referee_calib.rating_tables.reading import FORMATS, read_rows
from referee_calib.rating_tables.source import TableSource
from referee_calib.rating_tables.table_frame import TableFrame, read_frame

__all__ = [
    "FORMATS",
    "Columns",
    "RatingRows",
    "TableFrame",
    "TableSource",
    "read_frame",
    "read_rows",
    "read_table",
    "table_note",
]
