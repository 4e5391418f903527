"""From a file of spans or boxes to the agreement of those who drew them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.errors import InputError
from referee_calib.localization import THRESHOLDS, LocalizationTable, localization_table
from referee_calib.rating_tables import read_table, table_note

if TYPE_CHECKING:
    import pandas as pd

    from agreement import Note

EDGES: dict[str, tuple[str, ...]] = {"spans": ("start", "end"), "boxes": ("x1", "y1", "x2", "y2")}
ITEMS = ("item", "unit", "query")
NAMED = ("annotator", "rater")
NUMBERED = ("annotation",)
CLUSTERS = ("cluster", "video")
FRAME = ("frame_width", "frame_height")
MISSING = ("", "na", "n/a", "nan", "none", "null", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksFile:
    """A file of marks, and what its columns mean.

    Attributes
    ----------
    path : Path
    kind : {"spans", "boxes"}
    item, annotator, cluster : str or None
        Columns; None for the usual names.
    annotators : {"named", "numbered"} or None
        Whether an annotator's label is the same person on every item; None: it is, unless the column is "annotation".
    length : str or None
        Of the video: a number in the unit of the spans (100 for percent), or a column; None for "length", if there.
    frame : str or None
        Size of the frame as ``WIDTHxHEIGHT``; None for the columns frame_width and frame_height, if there.
    several : {"enclose", "largest", "refuse"}
        What several marks of one annotator for one item become.
    sheet : str or None
        Of an Excel workbook.
    """

    path: Path
    kind: Literal["spans", "boxes"]
    item: str | None = None
    annotator: str | None = None
    cluster: str | None = None
    annotators: Literal["named", "numbered"] | None = None
    length: str | None = None
    frame: str | None = None
    several: Literal["enclose", "largest", "refuse"] = "enclose"
    sheet: str | None = None


def agreement_of_marks(
    file: MarksFile,
    *,
    thresholds: tuple[float, ...] = THRESHOLDS,
    confidence: float = 0.95,
    interval: bool = True,
) -> LocalizationTable:
    """Measure how well the annotators of a file agree on where or when.

    Parameters
    ----------
    file : MarksFile
    thresholds : tuple of float
        Overlaps at which a pair of people would be refused.
    confidence : float
    interval : bool

    Returns
    -------
    LocalizationTable

    Raises
    ------
    InputError
        When the file cannot be read, or lacks a column.
    AgreementError
        For marks that cannot mean anything: reversed, empty, outside their video.
    """
    from agreement import box_marks, span_marks

    frame, notes = read_table(file.path, file.sheet)
    item = _column(frame, file, file.item, ITEMS, "--unit")
    who = _column(frame, file, file.annotator, (*NAMED, *NUMBERED), "--rater")
    edges = [_numbers(frame, file, _needed(frame, file, name)) for name in EDGES[file.kind]]
    named = file.annotators == "named" if file.annotators else who not in NUMBERED
    labels = [_labels(frame, file, name) for name in (item, who)]
    cluster = _optional(frame, file, file.cluster, CLUSTERS, item)
    given: dict[str, Any] = {
        "cluster": None if cluster is None else _labels(frame, file, cluster),
        "named": named,
        "several": file.several,
    }
    if file.kind == "spans":
        length = _length(frame, file)
        marks = span_marks(*labels, *edges, length=length, **given)
        unit = "percent of the video" if file.length is not None and file.length.strip() == "100" else ""
    else:
        time = None if "time" not in frame.columns else _times(frame, file)
        marks = box_marks(*labels, *edges, time=time, frame=_frame_size(frame, file), **given)
        unit = ""
    if not marks.shared.any():
        raise InputError(
            f"{file.path}: no item was marked by two annotators",
            f"{len(marks.items)} were marked, each by one, and a mark alone agrees with nobody",
            "Is --unit the column of what was marked?",
        )
    said = [*notes, *_read_note(item, who, cluster, named=named)]
    return localization_table(
        marks, thresholds=thresholds, confidence=confidence, interval=interval, unit=unit, notes=said
    )


def _read_note(item: str, who: str, cluster: str | None, *, named: bool) -> list[Note]:
    groups = (
        f"column {cluster!r} holds what is independent"
        if cluster
        else "items are taken as independent of each other, since no column says which belong to one video"
    )
    people = (
        f"a name in {who!r} is one person on every item"
        if named
        else f"{who!r} only numbers the annotators of an item, so that nothing is said about single people; if a "
        "number is one person throughout, add --annotators named"
    )
    return [table_note(f"items are told by {item!r}"), table_note(people), table_note(groups)]


def _column(frame: pd.DataFrame, file: MarksFile, named: str | None, usual: tuple[str, ...], option: str) -> str:
    if named is not None:
        return _needed(frame, file, named)
    found = [name for name in usual if name in frame.columns]
    if not found:
        raise InputError(
            f"{file.path}: no column {' or '.join(map(repr, usual))} among {_listed(frame)}",
            "a file of marks has one row per mark, with columns item, annotator and edges",
            f"Name yours with {option} COLUMN.",
        )
    return found[0]


def _optional(frame: pd.DataFrame, file: MarksFile, named: str | None, usual: tuple[str, ...], item: str) -> str | None:
    if named is not None:
        return _needed(frame, file, named)
    return next((name for name in usual if name in frame.columns and name != item), None)


def _needed(frame: pd.DataFrame, file: MarksFile, name: str) -> str:
    if name not in frame.columns:
        wanted = ", ".join(EDGES[file.kind])
        raise InputError(
            f"{file.path}: no column {name!r} among {_listed(frame)}", f"--{file.kind} reads the edges {wanted}"
        )
    return name


def _listed(frame: pd.DataFrame) -> str:
    return ", ".join(map(str, frame.columns)) or "no columns at all"


def _labels(frame: pd.DataFrame, file: MarksFile, name: str) -> list[str]:
    found = []
    for i, cell in enumerate(frame[name].tolist()):
        text = "" if cell is None or cell != cell else str(cell).strip()
        if not text:
            raise InputError(f"{file.path}: row {i + 1} has no {name!r}", "every mark needs one")
        found.append(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else text)
    return found


def _numbers(frame: pd.DataFrame, file: MarksFile, name: str) -> list[float]:
    """Return a column as numbers, NaN where a cell is empty or says so."""
    return [_number(cell, f"{file.path}: row {i + 1}, {name!r}") for i, cell in enumerate(frame[name].tolist())]


def _number(cell: Any, place: str) -> float:
    if cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING):
        return float("nan")
    text = cell.strip() if isinstance(cell, str) else cell
    if isinstance(text, str) and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        if isinstance(text, bool):
            raise ValueError
        return float(text)
    except (TypeError, ValueError) as error:
        raise InputError(f"{place}: {cell!r:.40} is no number", "an edge is a number, or empty") from error


def _times(frame: pd.DataFrame, file: MarksFile) -> list[float]:
    found = _numbers(frame, file, "time")
    missing = [i for i, value in enumerate(found) if value != value]
    if missing:
        raise InputError(
            f"{file.path}: row {missing[0] + 1} has no 'time'", "boxes are compared at one time of an item"
        )
    return found


def _length(frame: pd.DataFrame, file: MarksFile) -> float | list[float] | None:
    if file.length is None:
        return _numbers(frame, file, "length") if "length" in frame.columns else None
    if file.length in frame.columns:
        return _numbers(frame, file, file.length)
    try:
        length = float(file.length)
    except ValueError as error:
        raise InputError(
            f"--length {file.length!r:.40}", f"it is no number, and no column among {_listed(frame)}"
        ) from error
    if not 0 < length < float("inf"):
        raise InputError(f"--length {file.length}", "the length of a video is above 0", "Type: --length 100")
    return length


def _frame_size(frame: pd.DataFrame, file: MarksFile) -> tuple[Any, Any] | None:
    if file.frame is None:
        if all(name in frame.columns for name in FRAME):
            return _numbers(frame, file, FRAME[0]), _numbers(frame, file, FRAME[1])
        return None
    parts = file.frame.lower().split("x")
    try:
        width, height = (float(part) for part in parts)
    except ValueError as error:
        raise InputError(
            f"--frame {file.frame!r:.40}", "it is WIDTHxHEIGHT in the unit of the boxes", "Type: --frame 1920x1080"
        ) from error
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise InputError(f"--frame {file.frame}", "width and height are above 0", "Type: --frame 1x1")
    return width, height
