"""From a file of ratings to the table of its agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.io import ratings_table
from referee_calib.table_agreement.coefficient_table import agreement_table
from referee_calib.table_agreement.rating_scale import are_measurements, guess_scale, parse_scale

if TYPE_CHECKING:
    from referee_calib.table_agreement.agreement_table import AgreementTable
    from referee_calib.table_agreement.table_options import IntervalOptions, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsFile:
    """A file with one row per rating.

    Attributes
    ----------
    path : Path
        CSV or Parquet.
    unit, rater, value : str
        Columns of what was rated, who rated, and the rating.
    cluster : str or None
        Column of what is independent; None for "cluster", if it is there.
    scale : str or None
        All categories in order, as :func:`referee_calib.table_agreement.rating_scale.parse_scale` reads them.
    wide : bool
        Accept many more raters than units.
    """

    path: Path
    unit: str = "unit"
    rater: str = "rater"
    value: str = "value"
    cluster: str | None = None
    scale: str | None = None
    wide: bool = False


def agreement_of_file(file: RatingsFile, referee: str | None, level: Level, options: IntervalOptions) -> AgreementTable:
    """Measure how well the raters of a file agree, and a referee with them.

    Parameters
    ----------
    file : RatingsFile
    referee : str or None
        Which rater is the referee; the others are people.
    level : {"nominal", "ordinal", "interval"}
        What the values mean. Numbers at the level "interval" with more values than a scale has are measurements.
    options : IntervalOptions

    Returns
    -------
    AgreementTable

    Raises
    ------
    InputError
        When the file cannot be read, its values do not fit the scale, or nobody is called `referee`.
    AgreementError
        When the ratings are none that can be compared.
    """
    from agreement import Ratings

    scale = None if file.scale is None else parse_scale(file.scale)
    wanted = {"unit": file.unit, "rater": file.rater, "value": file.value}
    optional = {"cluster": "cluster"}
    if file.cluster is not None:
        wanted["cluster"], optional = file.cluster, {}
    columns, missing = ratings_table.read(file.path, wanted, optional, scale or ())
    values = columns["value"]
    _refuse_unfit(file.path, values, scale, level)
    cluster = "cluster" if "cluster" in columns else None
    notes = _missing_note(missing)
    if scale is None and are_measurements(values, level):
        from referee_calib.table_agreement.continuous import Measurements, measurement_table

        measured = Measurements.from_columns(columns, cluster=cluster, wide=file.wide)
        return measurement_table(measured, referee, options, notes)
    if scale is None:
        scale, guessed = guess_scale(values, level)
        notes = [guessed, *notes]
    if all(isinstance(category, str) for category in scale):
        columns["value"] = [None if one is None else str(one) for one in values]
    ratings = Ratings.from_long(columns, cluster=cluster, scale=scale, wide=file.wide)
    return agreement_table(ratings, referee, level, options, notes)


def _refuse_unfit(path: Path, values: Sequence[Any], scale: Sequence[Any] | None, level: Level) -> None:
    """Refuse words among numbers, and a scale for measurements."""
    if scale is None:
        if level != "nominal" and ratings_table.holds_numbers(values):
            ratings_table.refuse_words(path, values, "the others are numbers")
    elif not any(isinstance(category, str) for category in scale):
        ratings_table.refuse_words(path, values, "--scale lists numbers")
        if level == "interval" and are_measurements(values, level):
            raise InputError(
                f"{path}: more different values than any scale has", "", "For measurements leave --scale out."
            )


def _missing_note(missing: Mapping[str, int]) -> list[str]:
    if not missing:
        return []
    words = ", ".join(f"{word!r} ({n})" for word, n in missing.items())
    return [f"taken for missing: {words}; name a category of that name in --scale"]
