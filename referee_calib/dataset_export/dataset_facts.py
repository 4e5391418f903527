"""What card and metadata of a published study say: counts, agreement, words, referees, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.dataset_export.dataset_tables import DataTable
from referee_calib.rating_origins import ORIGINS, rating_origin
from referee_calib.records import Claim, Clock, Rating

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.rubric import Rubric
    from referee_calib.study import Study

LICENCES = {  # as hubs spell them → where their text stands
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc-by-nc-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "mit": "https://opensource.org/license/mit",
}


@dataclass(frozen=True, slots=True)
class DimensionFacts:
    """Agreement of the raters with each other on one dimension, clustered by video."""

    title: str
    n_levels: int
    n_units: int
    n_twice: int  # claims with two raters or more
    n_raters: int
    alpha: Estimate
    kappa: Estimate


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """Everything that is said about the data set."""

    name: str
    version: str
    licence: str
    created: str  # of the study, ISO 8601
    clock: Clock  # what 0 s of the claims is
    tables: Sequence[DataTable]
    files: Mapping[str, tuple[str, int]]  # table → SHA-256 and size in bytes of its file
    rubric: Rubric
    dimensions: Sequence[DimensionFacts]
    referees: Mapping[str, Mapping[str, Any]]
    n_raters: int
    origins: Sequence[str]
    n_videos: int
    n_ratings: int
    n_simulated: int
    n_without_level: int
    n_history: int  # earlier ratings that were corrected and are not in the tables
    n_perturbed: int  # claims made by perturbation, which are not in the tables
    n_audited: int  # claims drawn from a training run for its audit, likewise
    names_published: bool

    @property
    def who(self) -> str:
        """Who rated: people, a program, or both."""
        if not self.n_simulated:
            return "people"
        return "simulated raters" if self.n_simulated == self.n_ratings else "people and simulated raters"

    @property
    def collection(self) -> str:
        """How the ratings were collected, as far as a study knows it."""
        known = [origin for origin in ORIGINS if origin in self.origins]
        elsewhere = sorted(set(self.origins) - set(known))
        return " ".join(rating_origin(origin).collected for origin in [*known, *elsewhere])

    @property
    def simulation(self) -> str:
        """What has to be said of simulated ratings; empty without any."""
        if not self.n_simulated:
            return ""
        return f"{self.n_simulated:,} of {self.n_ratings:,} ratings are simulated: a program gave them, and no person."

    @property
    def limits(self) -> list[str]:
        """What the data set does not establish or hold."""
        said = [self.simulation] if self.simulation else []
        marks = [row for table in self.tables if table.name == "marks" for row in table.rows]
        if made := sum(row["simulated"] for row in marks):
            said.append(f"{made:,} of {len(marks):,} marks are simulated: a program gave them, and no person.")
        said += [
            "That the raters are right: agreement measures whether they judge alike, and they can be wrong together.",
            "Anything about other videos, questions, models or raters than these.",
            "The videos are not part of the data set; their names are.",
            "Questions, answers and replies are text of models; nobody checked them for personal data.",
        ]
        held_back = "Free-text notes and the times of ratings are not part of it"
        said.append(f"{held_back}." if self.names_published else f"{held_back}, nor are the raters' names.")
        if self.n_history:
            said.append(f"{self.n_history:,} earlier rating(s) that were corrected later are not part of it.")
        if self.n_perturbed:
            said.append(f"{self.n_perturbed:,} claim(s) that were perturbed for raters are not part of it.")
        if self.n_audited:
            said.append(f"{self.n_audited:,} claim(s) that were drawn to audit a training run are not part of it.")
        return said


def dimension_facts(study: Study, claims: Sequence[Claim], ratings: Sequence[Rating]) -> list[DimensionFacts]:
    """Measure how well the raters agree with each other on each dimension: ordinal alpha and quadratic kappa.

    Intervals are jackknives over videos. A rating under other words than the study's rubric is not compared.
    """
    from agreement import Ratings, cohen_kappa, krippendorff_alpha

    videos = {claim.id: claim.video for claim in claims}
    found = []
    for scale in study.rubric.scales:
        mine = [
            one
            for one in ratings
            if one.dimension == scale.dimension and one.level is not None and one.rubric in ("", study.rubric.version)
        ]
        raters: dict[str, set[str]] = {}
        for one in mine:
            raters.setdefault(one.claim, set()).add(one.rater)
        if not mine:
            continue
        columns = {
            "unit": [one.claim for one in mine],
            "rater": [one.rater for one in mine],
            "value": [one.level for one in mine],
            "cluster": [videos[one.claim] for one in mine],
        }
        table = Ratings.from_long(columns, cluster="cluster", scale=scale.numbers, wide=True)
        found.append(
            DimensionFacts(
                title=scale.title,
                n_levels=len(mine),
                n_units=len(raters),
                n_twice=sum(len(its) > 1 for its in raters.values()),
                n_raters=len({one.rater for one in mine}),
                alpha=krippendorff_alpha(table, level="ordinal"),
                kappa=cohen_kappa(table, weights="quadratic"),
            )
        )
    return found
