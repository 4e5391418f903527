"""The parts of ``report.json`` about the ratings that went in, where they were collected, and how they were given."""

from __future__ import annotations

from typing import Any, TypedDict


class CollectionJson(TypedDict):
    """Where ratings were collected; `blind` is None where nobody knows whether raters could see each other's."""

    origin: str
    title: str
    rows: int
    blind: bool | None
    text: str


class RatingsJson(TypedDict):
    """Ratings that went in, how many of them a program made, and where they were collected."""

    rows: int
    simulated: int
    origins: dict[str, int]
    collection: list[CollectionJson]


class GoldJson(TypedDict):
    """A rater's answers to gold claims or attention checks, with the share that is right and its interval."""

    rater: str
    role: str
    n_right: int
    n_judged: int
    n_skipped: int
    accuracy: Any


class RatingQualityJson(TypedDict):
    """Flags by kind, answers to known claims, and how many ratings are held out of every figure, of how many raters."""

    flags: list[dict[str, Any]]
    gold: list[GoldJson]
    n_held: int
    n_raters_held: int
