"""``referee-calib agree``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from agreement import AgreementError
    from referee_calib.agree.coefficient_table import Level
    from referee_calib.errors import InputError
    from referee_calib.io.ratings_table import Columns


@click.command(short_help="Agreement in any table of ratings, without a study.")
@click.argument("ratings", metavar="RATINGS", type=click.Path(path_type=Path))
@click.option("--referee", help="Which rater is the referee; the others are people.")
@click.option(
    "--level",
    type=click.Choice(["nominal", "ordinal", "interval"]),
    default="ordinal",
    show_default=True,
    help="What the values mean.",
)
@click.option("--scale", help="All categories in order: 0:4, or worst,…,best.")
@click.option("--unit", default="unit", show_default=True, help="Column that names what was rated.")
@click.option("--rater", default="rater", show_default=True, help="Column that names who rated.")
@click.option("--value", default="value", show_default=True, help="Column that holds the rating.")
@click.option("--cluster", help="Column of what is independent, such as the video; by default cluster, if there.")
@click.option("--wide", is_flag=True, help="Accept many more raters than units.")
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True)
@click.option(
    "--interval",
    type=click.Choice(["jackknife", "bootstrap", "none"]),
    default="jackknife",
    show_default=True,
    help="How intervals are made, by cluster where there are clusters.",
)
@common.options("seed", "json")
def command(
    ratings: Path,
    referee: str | None,
    level: Level,
    scale: str | None,
    unit: str,
    rater: str,
    value: str,
    cluster: str | None,
    wide: bool,
    confidence: float,
    interval: Literal["jackknife", "bootstrap", "none"],
    seed: int,
    as_json: bool,
) -> None:
    """Measure how well raters agree, and whether a referee agrees with people as they do with each other.

    RATINGS is a CSV or Parquet file with one row per rating and the columns unit, rater, value, and optionally cluster.

    \b
    Example:
      referee-calib agree ratings.csv --referee gpt --scale 0:4 --cluster video
    """  # noqa: D301
    from agreement import AgreementError
    from referee_calib.agree import coefficient_table
    from referee_calib.io import ratings_table

    wanted = {"unit": unit, "rater": rater, "value": value}
    if cluster is not None:
        wanted["cluster"] = cluster
    categories = None if scale is None else coefficient_table.parse_scale(scale)
    optional = {} if cluster is not None else {"cluster": "cluster"}
    columns, missing = ratings_table.read(ratings, wanted, optional, categories or ())
    chosen = {"interval": None if interval == "none" else interval, "confidence": confidence, "seed": seed}
    try:
        data, text = _found(ratings, columns, missing, categories, level, referee, wide, chosen)
    except AgreementError as error:
        raise _typed(ratings, error) from error
    common.result(data, text, as_json=as_json)


def _found(
    path: Path,
    columns: Columns,
    missing: Mapping[str, int],
    categories: list[Any] | None,
    level: Level,
    referee: str | None,
    wide: bool,
    chosen: Mapping[str, Any],
) -> tuple[dict[str, Any], str]:
    """Return the JSON object and the table."""
    from agreement import Ratings
    from referee_calib.agree import coefficient_table, continuous
    from referee_calib.errors import InputError
    from referee_calib.io import ratings_table

    values, notes = columns["value"], []
    in_words = categories is not None and any(isinstance(category, str) for category in categories)
    if categories is not None and not in_words:
        ratings_table.refuse_words(path, values, "--scale lists numbers")
        if level == "interval" and coefficient_table.is_measured(values, level):
            raise InputError(
                f"{path}: more different values than any scale has", "", "For measurements leave --scale out."
            )
    elif categories is None and level != "nominal" and ratings_table.holds_numbers(values):
        ratings_table.refuse_words(path, values, "the others are numbers")
    if missing:
        words = ", ".join(f"{word!r} ({n})" for word, n in missing.items())
        notes.append(f"taken for missing: {words}; name a category of that name in --scale")
    grouped = "cluster" if "cluster" in columns else None
    if categories is None and coefficient_table.is_measured(values, level):
        measured = continuous.read(columns, cluster=grouped, wide=wide)
        return continuous.build(measured, referee, **chosen, notes=notes)
    if categories is None:
        categories, said = coefficient_table.scale_of(values, level)
        notes.insert(0, said)
    if all(isinstance(category, str) for category in categories):
        columns["value"] = [None if one is None else str(one) for one in values]
    table = Ratings.from_long(columns, cluster=grouped, scale=categories, wide=wide)
    return coefficient_table.build(table, referee, level, **chosen, notes=notes)


def _typed(path: Path, error: AgreementError) -> InputError:
    """Say what the library refuses in words of the command line."""
    from referee_calib.errors import InputError

    do = error.do.replace("scale=", "--scale")
    if "wide=True" in do:
        do = "Swap --unit and --rater, or add --wide if it is so."
    return InputError(f"{path}: {error.seen}", error.why, do)
