"""How wide the interval of people's agreement is by now, and how many more ratings a wanted width is likely to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.join import join_rubric
from referee_calib.analysis.human_agreement.plain_draw import claims_for_all
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from agreement import Estimate, Ratings
    from referee_calib.study import Study


@dataclass(frozen=True, slots=True)
class AgreementWidth:
    """One dimension's interval and what a narrower one takes.

    Attributes
    ----------
    dimension : str
    estimate : Estimate
        Its ``n_units`` are the claims with two ratings or more.
    wanted : float
    more_claims : int or None
        Further claims, rated like these, until the interval is likely to be that narrow; 0 when it is, None where there
        is no interval yet. Widths fall with the square root of the number of claims, so long as new ones come from as
        many videos.
    """

    dimension: str
    estimate: Estimate
    wanted: float
    more_claims: int | None

    @property
    def width(self) -> float | None:
        """The interval's width, None where it has none."""
        low, high = self.estimate.low, self.estimate.high
        return None if low is None or high is None else high - low

    @property
    def reached(self) -> bool:
        """True when the interval is as narrow as wanted."""
        return self.more_claims == 0


def agreement_widths(study: Study, statistic: str, wanted: float) -> list[AgreementWidth]:
    """Return the width of the 95 % interval on each dimension that claims have, clustered by video.

    Of people alone, on the claims that speak for all: what a program rated makes no interval narrower.

    Parameters
    ----------
    statistic : {"kappa", "alpha", "ac2"}
        Quadratic kappa, ordinal alpha or quadratic AC2 among people.
    wanted : float
        Width.

    Raises
    ------
    InputError
        When the width is not above 0.
    """
    if not wanted > 0:
        raise InputError(f"a width of {wanted:g}", "no interval becomes so narrow", "Type, say: --until-width 0.2")
    claims = claims_for_all(study)
    ratings = [one for one in study.ratings() if not one.simulated]
    joined = join_rubric(study.rubric, claims, ratings, [])
    return [
        _width(part.dimension, _estimate(statistic, part.people, part.scale, part.videos), wanted)
        for part in joined
        if part.counts.applicable
    ]


def _width(dimension: str, estimate: Estimate, wanted: float) -> AgreementWidth:
    if estimate.low is None or estimate.high is None:
        return AgreementWidth(dimension, estimate, wanted, None)
    ratio = (estimate.high - estimate.low) / wanted
    more = 0 if ratio <= 1 else max(1, ceil(estimate.n_units * (ratio**2 - 1)))
    return AgreementWidth(dimension, estimate, wanted, more)


def _estimate(statistic: str, people: np.ndarray, scale: tuple[float, ...], videos: list[str]) -> Estimate:
    from agreement import Estimate, Ratings, cohen_kappa, gwet_ac, krippendorff_alpha

    if not len(people):
        return Estimate(None, None, None, reason="nobody gave a level on this dimension")
    known: Mapping[str, Callable[[Ratings], Estimate]] = {
        "kappa": lambda table: cohen_kappa(table, weights="quadratic", cluster=clusters),
        "alpha": lambda table: krippendorff_alpha(table, level="ordinal", cluster=clusters),
        "ac2": lambda table: gwet_ac(table, weights="quadratic", cluster=clusters),
    }
    clusters = np.unique(videos, return_inverse=True)[1]
    return known[statistic](Ratings.from_array(people, scale=scale, wide=True))
