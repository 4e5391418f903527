"""JSON in which one object holds the ratings of all raters of a unit, in a list: a number or an object per rater."""

from __future__ import annotations

from typing import Any

from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

QUESTION = "question"


def unnested(rows: list[Object], source: TableSource) -> list[Object]:
    """Give every rating a row of its own, where the column of values holds lists and none names the raters.

    Raters are the positions in the list, from 1; the keys of an object are questions.

    Examples
    --------
    >>> from pathlib import Path
    >>> source = TableSource(path=Path("scores.jsonl"), value="scores")
    >>> unnested([{"unit": "a", "scores": [3, 4]}], source)
    [{'unit': 'a', 'scores': 3, 'rater': '1'}, {'unit': 'a', 'scores': 4, 'rater': '2'}]
    >>> unnested([{"unit": "a", "scores": [{"fluency": 3, "style": 1}]}], source)[1]
    {'unit': 'a', 'scores': 1, 'rater': '1', 'question': 'style'}
    """
    if any(source.rater in row for row in rows) or not any(isinstance(row.get(source.value), list) for row in rows):
        return rows
    return [one for row in rows for one in _of_row(row, source)]


def _of_row(row: Object, source: TableSource) -> list[Object]:
    given = row.get(source.value)
    found: list[Object] = []
    for number, rating in enumerate(given if isinstance(given, list) else [given], start=1):
        answers: dict[str | None, Any] = dict(rating) if isinstance(rating, dict) else {None: rating}
        for question, value in answers.items():
            asked = {} if question is None else {QUESTION: question}
            found.append(row | {source.value: value, source.rater: str(number)} | asked)
    return found
