"""A referee whose values are in a unit of their own beside people's levels: told apart, and measured as such."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.table_agreement.rating_scale import MOST_CATEGORIES, is_number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Ratings
    from referee_calib.analysis import ContinuousJudge, DimensionErrorSplit
    from referee_calib.table_agreement.table_options import IntervalOptions, Level

MOST_LEVELS = 20  # different values of people up to which numbers at the level "interval" are taken for a scale


def is_raw(given: Sequence[Any], scale: Sequence[Any], level: Level) -> bool:
    """Tell whether a referee's values are scores in a unit of their own, and no levels of people's scale.

    At the level "interval" many different values of people are measurements, not a scale. Numbers beside words are
    scores; else :func:`referee_calib.analysis.gives_raw_scores` says what is.

    >>> is_raw([0.366, 0.41], [1, 2, 3], "ordinal"), is_raw([0.366, 0.41], ["bad", "good"], "nominal")
    (True, False)
    """
    from referee_calib.analysis import gives_raw_scores

    seen = {value for value in given if value is not None}
    if level == "nominal" or not seen.difference(scale) or not all(map(is_number, seen)):
        return False
    if not all(map(is_number, scale)):
        return True
    if level == "interval" and len(set(scale)) > MOST_LEVELS:
        return False
    return gives_raw_scores(seen, scale)


def check_raw_intervals(referee: str, options: IntervalOptions) -> None:
    """Refuse intervals that statistics of raw scores do not have."""
    if options.interval != "jackknife" or options.raters != "fixed":
        asked = "--raters sample" if options.raters != "fixed" else f"--interval {options.interval or 'none'}"
        raise InputError(
            f"{asked} with {referee}, whose scores are in a unit of their own",
            "its statistics have intervals over clusters alone",
            "Leave it out.",
        )


def measure_raw_referee(
    people: Ratings, scores: Sequence[float | None], referee: str, options: IntervalOptions
) -> ContinuousJudge:
    """Measure a referee in its own unit, on the units of people's ratings; words of a scale are 1, 2, …."""
    import numpy as np

    from referee_calib.analysis import measure_continuous_judge

    words = not all(map(is_number, people.scale))
    scale = range(1, len(people.scale) + 1) if words else sorted(people.scale)
    return measure_continuous_judge(
        np.array([np.nan if one is None else one for one in scores], dtype=np.float64),
        people.values(),
        scale=list(scale),
        judge=referee,
        dimension="",
        cluster=people.cluster,
        confidence=options.confidence,
        seed=options.seed,
    )


def split_referee_errors(
    people: Ratings, levels: NDArray[np.float64], referee: str, options: IntervalOptions, *, scores: str = ""
) -> DimensionErrorSplit:
    """Split a referee's errors by human agreement; `scores` says what they are of, where not of levels as they are."""
    import numpy as np

    from referee_calib.analysis import split_errors

    values = people.values()
    scale = np.unique(np.concatenate([values.ravel(), *([] if scores else [levels])]))
    return split_errors(
        "", values, {referee: levels}, scale=scale[~np.isnan(scale)].tolist(), cluster=people.cluster,
        scores={referee: scores} if scores else None, confidence=options.confidence, seed=options.seed,
    )  # fmt: skip


def raw_note(referee: str, n_off: int) -> str:
    """Say that a referee's values were taken for scores, and what that means for what is printed."""
    return (
        f"{referee} gives scores in a unit of their own ({n_off} different ones are no levels of people): they are "
        "compared as they are by rank, and as levels only after recalibration out of fold; to compare them as levels "
        f"as they are, round them to people's scale, which has {MOST_CATEGORIES} categories at most"
    )
