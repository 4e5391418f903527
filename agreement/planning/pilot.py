"""Plan from a pilot: studies of any size are drawn from the videos, claims and raters that a small one had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, renumbered, scores_of
from agreement.arrays import Codes, Ints
from agreement.errors import AgreementError
from agreement.planning.simulated_design import Size
from agreement.planning.study_planning import StudyPlan, plan_of
from agreement.ratings import Ratings

FEWEST_VIDEOS, FEWEST_CLAIMS = 10, 30  # fewer say too little of how claims are spread


def plan_from_pilot(
    humans: Ratings | ArrayLike,
    referee: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    videos: Sequence[int] = (20, 40, 80, 160),
    claims: Sequence[int] = (1, 3, 6),
    raters: Sequence[int] = (2, 3),
    width: float | None = None,
    video_cost: float = 0.0,
    rating_cost: float = 1.0,
    slice_loss: float = 0.2,
    confidence: float = 0.95,
    n_simulations: int = 40,
    seed: int = 0,
) -> StudyPlan:
    """Say how wide intervals of each design would be, if its videos were like those of a pilot.

    Nothing is assumed about quality, noise, severity or how claims of a video hang together: a simulated study takes
    videos of the pilot with replacement, claims of each (without replacement where there are enough), and raters of
    each claim, with the levels that they and the referee gave.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        The pilot's ratings; an array is on the scale 0 to 4.
    referee : array (units,)
        Its levels, NaN where it has none.
    cluster : array (units,), optional
        The video of each unit.
    videos, claims, raters : sequence of int
        Numbers of videos, claims per video and raters per claim to combine.
    width, video_cost, rating_cost, slice_loss, confidence, n_simulations, seed
        As in :func:`agreement.plan_agreement`.

    Returns
    -------
    StudyPlan

    Raises
    ------
    AgreementError
        With fewer than 10 videos or 30 units that enough people and the referee judged, or for numbers that are none.

    Notes
    -----
    The plug-in principle of the bootstrap at another sample size. Claims beyond those a pilot's video has repeat some
    of its claims, which makes claims of a video more alike and the plan cautious.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 5, 60)
    >>> people = np.clip(truth[:, None] + rng.integers(-1, 2, (60, 3)), 0, 4)
    >>> found = plan_from_pilot(people, truth, cluster=np.arange(60) // 3, videos=(20, 80), claims=(3,), raters=(3,),
    ...                         n_simulations=10)
    >>> found.designs[1].difference_width < found.designs[0].difference_width
    True
    """
    people = as_ratings(humans, scale=None if isinstance(humans, Ratings) else range(5))
    given = scores_of(referee, people.n_units)
    column = Ratings.from_array(given[:, None], scale=people.scale, wide=True).codes[:, 0]
    groups = cluster_codes(cluster, people, people.n_units)
    group = np.arange(people.n_units) if groups is None else groups
    pilot = _Pilot.of(people.codes, column, group, max(raters, default=0))
    assumptions = (
        f"videos like the {pilot.n_videos} of the pilot, with {len(pilot.codes)} claims that both judged: their levels "
        "are drawn again, so quality, noise and severity are those of the pilot",
        "nothing is missing, and the referee never fails",
    )
    return plan_of(
        pilot.draw, len(people.scale), assumptions, videos=videos, claims=claims, raters=raters, width=width,
        video_cost=video_cost, rating_cost=rating_cost, slice_loss=slice_loss, confidence=confidence,
        n_simulations=n_simulations, seed=seed,
    )  # fmt: skip


class _Pilot:
    """The pilot's levels by video, drawn from again and again."""

    def __init__(self, codes: Codes, referee: Codes, group: Ints) -> None:
        self.codes, self.referee = codes, referee
        order = np.argsort(group, kind="stable")
        self.members = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
        self.n_videos = len(self.members)

    @classmethod
    def of(cls, codes: Codes, referee: Codes, group: Ints, most_raters: int) -> _Pilot:
        """Keep the units that the referee and as many people as any design asks for judged; refuse too few."""
        kept = (referee >= 0) & ((codes >= 0).sum(axis=1) >= max(most_raters, 2))
        n_videos = len(np.unique(group[kept]))
        if n_videos < FEWEST_VIDEOS or int(kept.sum()) < FEWEST_CLAIMS:
            raise AgreementError(
                f"a pilot of {int(kept.sum())} units in {n_videos} clusters that the referee and {most_raters} raters "
                "judged",
                f"fewer than {FEWEST_CLAIMS} units or {FEWEST_VIDEOS} clusters say too little of what others are like",
                "Plan for fewer raters per claim, or from assumptions, without a pilot.",
            )
        return cls(codes[kept], referee[kept], renumbered(group[kept]))

    def draw(self, rng: np.random.Generator, size: Size) -> tuple[Codes, Ints]:
        """Draw one study: columns are raters in random order for each video, and last the referee."""
        n_videos, n_claims, n_raters = size
        drawn = rng.integers(0, self.n_videos, n_videos)
        rows = np.concatenate(
            [rng.choice(its, n_claims, replace=len(its) < n_claims) for its in (self.members[v] for v in drawn)]
        )
        columns = rng.permutation(self.codes.shape[1])  # the same people over a whole study, as far as they rated
        codes = self.codes[rows][:, columns]
        first = np.argsort(codes < 0, axis=1, kind="stable")[:, :n_raters]
        people = np.take_along_axis(codes, first, axis=1)
        return np.column_stack([people, self.referee[rows]]).astype(np.int8), np.repeat(np.arange(n_videos), n_claims)
