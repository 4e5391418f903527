"""The ratings of a report: how many, and where they were collected."""

from __future__ import annotations

from typing import TypedDict


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
