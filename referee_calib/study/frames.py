"""Claims, ratings and scores of a study as pandas data frames, one row per record and one column per field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from referee_calib.records import Claim, Rating, RefereeScore

if TYPE_CHECKING:
    import pandas as pd

    from referee_calib.study.study import Study


def claims_frame(study: Study) -> pd.DataFrame:
    """Return the claims of a study.

    Returns
    -------
    pandas.DataFrame
        One row per claim, in order of import; columns are the fields of :class:`referee_calib.records.Claim`. Boxes and
        spans are tuples.
    """
    return _frame(study.claims(), Claim)


def ratings_frame(study: Study, *, history: bool = False) -> pd.DataFrame:
    """Return the ratings of a study.

    Parameters
    ----------
    study : Study
    history : bool
        Every rating ever given; by default the latest per claim, rater and dimension.

    Returns
    -------
    pandas.DataFrame
        One row per rating; columns are the fields of :class:`referee_calib.records.Rating`, ``level`` a nullable whole
        number. ``Ratings.from_frame(frame, unit="claim", value="level")`` reads those of one dimension.
    """
    return _frame(study.ratings(history=history), Rating, whole=("level", "order"))


def scores_frame(study: Study) -> pd.DataFrame:
    """Return the scores of every referee of a study.

    Returns
    -------
    pandas.DataFrame
        One row per score; columns are the fields of :class:`referee_calib.records.RefereeScore`.
    """
    return _frame(study.scores(), RefereeScore, whole=("level",))


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
