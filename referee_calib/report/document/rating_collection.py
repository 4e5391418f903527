"""Where the ratings of a report were collected, as its document has it."""

from __future__ import annotations

from collections.abc import Mapping

from referee_calib.rating_origins import rating_origin
from referee_calib.report.schema.report_schema import CollectionJson


def rating_collection(origins: Mapping[str, int]) -> list[CollectionJson]:
    """Return a row for each place: how many ratings, and whether raters could see each other's there."""
    return [_row(name, rows) for name, rows in origins.items()]


def _row(name: str, rows: int) -> CollectionJson:
    known = rating_origin(name)
    return {"origin": name, "title": known.title, "rows": rows, "blind": known.blind, "text": known.collected}
