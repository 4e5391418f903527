"""Answers of annotators, as every export gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from referee_calib.rating_tables.source import TableSource

NO_ANSWER = "annotation(s) without an answer"
NOT_SUBMITTED = "response(s) that were not submitted"
NO_RATING = "answer(s) that are no rating: regions, spans, rankings"
BY_A_MODEL = "prediction(s) of models; --referee NAME reads those of one"


class Answer(NamedTuple):
    """One annotator's answer to one question about one unit: a label, a number, or a set of labels."""

    unit: str
    rater: str
    question: str
    value: Any
    cluster: Any = None


@dataclass(slots=True)
class Answers:
    """What an export holds, how much of it is no rating, by reason, and what the export itself cannot tell."""

    rows: list[Answer] = field(default_factory=list)
    excluded: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AnnotatedItem:
    """What was annotated: its name, and its cluster where the export knows it."""

    unit: str
    cluster: Any

    @classmethod
    def of(cls, source: TableSource, default: Any, *held: Any) -> AnnotatedItem:
        """Find the unit and the cluster that the source names among the fields of an item."""
        found = _field(source.unit, held) if source.unit != "unit" else None
        return cls(str(default if found is None else found), _field(source.cluster or "cluster", held))

    def answer(self, rater: Any, question: str, value: Any) -> Answer:
        """Return an answer about it."""
        return Answer(self.unit, str(rater), question, value, self.cluster)


def _field(name: str, held: Iterable[Any]) -> Any:
    for fields in held:
        if isinstance(fields, Mapping) and fields.get(name) is not None:
            return fields[name]
    return None


def labels(chosen: Iterable[Any]) -> Any:
    """Return the one label that was chosen, or the set of several; None where there is none.

    Examples
    --------
    >>> labels(["yes"]), labels([]), sorted(labels(["a", "b"]))
    ('yes', None, ['a', 'b'])
    """
    several = list(dict.fromkeys(chosen))
    if not several:
        return None
    return several[0] if len(several) == 1 else frozenset(several)


def is_plain(value: Any) -> bool:
    """Tell whether a value is a label or a number."""
    return isinstance(value, str | int | float)
