"""Where ratings are read from, and what is known about the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """A file of ratings.

    Attributes
    ----------
    path : Path
        A table, an export, or the folder or archive of one.
    unit, rater, value : str
        Columns of what was rated, who rated, and the rating. `unit` may join several, separated by commas, and may
        name a field of the items of an export.
    cluster : str or None
        Column, or field of the items, of what is independent; None for "cluster", if it is there.
    wide : str or None
        Columns that hold one rater each, separated by commas, or "all".
    question : str or None
        Which question, where a file holds several.
    format : str or None
        One of :data:`referee_calib.rating_tables.FORMATS`; None to tell by the content.
    sheet : str or None
        Of an Excel workbook.
    sets : str or None
        What separates the labels of a cell that holds several; None where a cell is one label.
    referee : str or None
        A model whose predictions stand in an export beside the annotations: they are read under its name.
    """

    path: Path
    unit: str = "unit"
    rater: str = "rater"
    value: str = "value"
    cluster: str | None = None
    wide: str | None = None
    question: str | None = None
    format: str | None = None
    sheet: str | None = None
    sets: str | None = None
    referee: str | None = None
