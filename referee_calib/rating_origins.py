"""Where ratings were collected, and whether raters could see each other's there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RatingOrigin:
    """A place where ratings come from.

    Attributes
    ----------
    title : str
        Its name in a sentence.
    blind : bool or None
        True when raters are kept from each other's ratings there, False when they can see them, None when that is not
        known.
    collected : str
        A sentence about it.
    """

    title: str
    blind: bool | None
    collected: str


ORIGINS = {
    "app": RatingOrigin(
        "annotation app", True, "In the annotation app raters see no referee's score and no other rater's level."
    ),
    "label_studio": RatingOrigin(
        "Label Studio", False, "In Label Studio raters can see, change and export each other's answers."
    ),
    "simulated": RatingOrigin("simulation", True, "Simulated ratings were drawn by a program."),
    "potato": RatingOrigin("Potato", None, "In Potato the settings decide whether raters see each other's answers."),
    "argilla": RatingOrigin("Argilla", None, "In Argilla the settings decide whether raters see each other's answers."),
    "cvat": RatingOrigin("CVAT", None, "In CVAT whoever opens a job sees what was drawn in it before."),
    "imported": RatingOrigin("imports", None, "Of imported ratings the study does not know how they were collected."),
    "table": RatingOrigin("tables", None, "Of ratings in a table it is not known how they were collected."),
}


def rating_origin(name: str) -> RatingOrigin:
    """Return what is known of an origin."""
    unknown = RatingOrigin(name.replace("_", " "), None, f"How ratings were collected in {name} is not recorded.")
    return ORIGINS.get(name, unknown)


def collection_rows(origins: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return a row for each place: its name, how many ratings come from there, and what is known of it."""
    known = [(name, rows, rating_origin(name)) for name, rows in origins.items()]
    return [
        {"origin": name, "title": one.title, "rows": rows, "blind": one.blind, "text": one.collected}
        for name, rows, one in known
    ]


def blindness_limits(origins: Mapping[str, int]) -> list[str]:
    """Return what cannot be said of people's agreement, given how many ratings come from where.

    Simulated ratings and those of a blind place limit nothing.
    """
    seen = {name: n for name, n in origins.items() if rating_origin(name).blind is False}
    unknown = {name: n for name, n in origins.items() if rating_origin(name).blind is None}
    total, said = sum(origins.values()), []
    if seen:
        said.append(
            f"That people judged alone. {sum(seen.values()):,} of {total:,} ratings were collected in "
            f"{_titles(seen)}, where raters can see and change each other's answers; people may agree more than they "
            "would have unseen."
        )
    if unknown:
        said.append(
            f"Whether people judged alone in {_titles(unknown)}: of {sum(unknown.values()):,} of {total:,} ratings "
            "nobody knows whether raters could see each other's."
        )
    return said


def _titles(origins: Mapping[str, int]) -> str:
    return " and ".join(rating_origin(name).title for name in origins)
