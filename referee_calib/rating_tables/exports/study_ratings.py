"""The ratings of a study of this project: ``ratings.jsonl`` of an export, one line per rating."""

from __future__ import annotations

from referee_calib.rating_tables.exports.answers import AnnotatedItem, Answers
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

CORRECTED = "rating(s) that were corrected later"
NOT_JUDGED = "rating(s) without a level"


def is_study_rating(row: Object) -> bool:
    """Tell whether an object is a rating of a study."""
    return {"claim", "rater", "dimension", "level"} <= row.keys()


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read the latest rating per claim, rater and dimension; a dimension is a question."""
    found = Answers()
    latest: dict[tuple[str, str, str], Object] = {}
    for row in rows:
        key = (row["claim"], row["rater"], row["dimension"])
        found.excluded[CORRECTED] += key in latest
        if key not in latest or str(row.get("time", "")) >= str(latest[key].get("time", "")):
            latest[key] = row
    for (claim, rater, dimension), row in latest.items():
        if row["level"] is None:
            found.excluded[NOT_JUDGED] += 1
        else:
            found.rows.append(AnnotatedItem.of(source, claim, row).answer(rater, dimension, row["level"]))
    return found
