"""Whether the referee may replace a person: the alternative annotator test, read in both directions.

The test counts the people to whom the referee is, up to epsilon, as good a substitute (Calderon, Reichart and Dror
2025, arXiv 2501.10970). Whom it does not count may be better than the referee by more than epsilon, or there may be
too little data; the same test the other way round tells the two apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.thresholds import Thresholds

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from agreement import AltTest, Ratings

Q = 0.05  # false discovery rate, as published


@dataclass(frozen=True, slots=True)
class AlternativeAnnotatorResult:
    """The winning rate and what it could still become."""

    test: AltTest
    rate: float | None  # share of the tested people against whom the referee wins
    most: float | None  # 1 - share of those against whom it loses: the winning rate if everybody undecided were won
    n_people: int  # tested
    videos: int | None  # about how many would decide whether `at_least` is reached, None where none can be projected


def dimension_alternative_annotator(
    joined: JoinedDimension, thresholds: Thresholds
) -> AlternativeAnnotatorResult | None:
    """Run the test on one dimension of a study; None where nobody gave a level."""
    from agreement import Ratings

    if not joined.claims:
        return None
    people = Ratings.from_array(joined.people, scale=joined.scale, raters=joined.raters, wide=True)
    return alternative_annotator_test(
        people,
        joined.referee,
        np.array(joined.videos, dtype=object).astype(str),
        epsilon=thresholds.alt_test_epsilon,
        at_least=thresholds.alt_test_winning_rate,
    )


def alternative_annotator_test(
    people: Ratings, referee: ArrayLike, videos: ArrayLike, *, epsilon: float, at_least: float, q: float = Q
) -> AlternativeAnnotatorResult:
    """Run the test on ordered levels (nearness by root mean squared difference), by video; NaN is a failed score.

    The referee may fall behind a person on a share `epsilon` of claims; `at_least` is the winning rate that is asked
    for, `q` the false discovery rate in each direction.
    """
    from agreement import alt_test, benjamini_yekutieli

    test = alt_test(people, referee, epsilon=epsilon, metric="rmse", cluster=videos, q=q)
    won = np.array([row.p_value for row in test.rows if row.p_value is not None], dtype=float)
    if test.winning_rate is None or not len(won):
        return AlternativeAnnotatorResult(test, None, None, 0, None)
    lost = 1 - won  # one-sided p-value of "the person's share exceeds the referee's by less than epsilon"
    most = 1 - int(benjamini_yekutieli(lost, q).sum()) / len(lost)
    return AlternativeAnnotatorResult(
        test, test.winning_rate, most, len(won), _videos(won, test.n_clusters, at_least, q)
    )


def _limit(rank: int, n: int, q: float) -> float:
    """Return Benjamini and Yekutieli's ``m q / (n (1 + 1/2 + … + 1/n))``, where the m-th smallest of n p has to be."""
    return rank * q / (n * sum(1 / i for i in range(1, n + 1)))


def _videos(p: np.ndarray, n_videos: int | None, at_least: float, q: float) -> int | None:
    """Project the videos at which enough people are won, or enough are lost, if every mean stays and errors shrink.

    The m-th smallest p-value must come below :func:`_limit`; t statistics grow with √videos.
    """
    from scipy.special import stdtrit

    if n_videos is None or n_videos < 2:
        return None
    n, needed = len(p), math.ceil(at_least * len(p) - 1e-9)
    found = []
    for values, rank in ((p, needed), (1 - p, n - needed + 1)):
        t = -float(stdtrit(n_videos - 1, np.clip(np.sort(values)[rank - 1], 1e-12, 1 - 1e-12)))
        limit = -float(stdtrit(n_videos - 1, _limit(rank, n, q)))
        if t > 0:
            found.append(math.ceil(n_videos * max(1.0, (limit / t) ** 2)))
    return min(found) if found else None
