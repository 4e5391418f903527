"""Claims, ratings and scores as pandas data frames, one row per record and one column per field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from referee_calib.records.claim import Claim
from referee_calib.records.rating import Rating
from referee_calib.records.referee_score import RefereeScore

if TYPE_CHECKING:
    import pandas as pd


def claims_frame(claims: Sequence[Claim]) -> pd.DataFrame:
    """Return claims as a data frame.

    Returns
    -------
    pandas.DataFrame
        One row per claim; columns are the fields of :class:`Claim`. Boxes and spans are tuples.
    """
    return _frame(claims, Claim)


def ratings_frame(ratings: Sequence[Rating]) -> pd.DataFrame:
    """Return ratings as a data frame.

    Returns
    -------
    pandas.DataFrame
        One row per rating; columns are the fields of :class:`Rating`, ``level`` a nullable whole number.
        ``agreement.Ratings.from_frame(frame, unit="claim", value="level")`` reads the rows of one dimension.
    """
    return _frame(ratings, Rating, whole=("level", "order"))


def scores_frame(scores: Sequence[RefereeScore]) -> pd.DataFrame:
    """Return scores as a data frame.

    Returns
    -------
    pandas.DataFrame
        One row per score; columns are the fields of :class:`RefereeScore`, ``level`` a nullable whole number.
    """
    return _frame(scores, RefereeScore, whole=("level",))


def _frame(
    records: Sequence[Claim] | Sequence[Rating] | Sequence[RefereeScore], kind: type, *, whole: Sequence[str] = ()
) -> pd.DataFrame:
    import pandas as pd

    columns = {one.name: [getattr(record, one.name) for record in records] for one in fields(kind)}
    frame = pd.DataFrame({name: pd.Series(values, dtype=_dtype(values)) for name, values in columns.items()})
    return frame.astype(dict.fromkeys(whole, "Int64"))


def _dtype(values: Sequence[object]) -> str | None:
    """Keep tuples as objects; let pandas choose for the rest."""
    return "object" if not values or any(isinstance(value, tuple | list | dict) for value in values) else None
