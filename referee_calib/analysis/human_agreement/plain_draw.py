"""Which rated claims speak for all of a study: those of the plain draw; others speak for their kind, by weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.study import Study


@dataclass(frozen=True, slots=True)
class PlainDraw:
    """The claims that people rate, told apart.

    Attributes
    ----------
    plain : sequence of Claim
        Every claim had the same chance to be among them, so no weights are needed.
    further : sequence of Claim
        Drawn for their kind: rare kinds, or strata in proportion to the root of their size.
    weights : dict of str to float
        1 over the chance of each; empty where only their order is known.
    """

    plain: Sequence[Claim]
    further: Sequence[Claim] = ()
    weights: Mapping[str, float] = field(default_factory=dict)


def plain_draw(study: Study, claims: Sequence[Claim], drawn: Sequence[Claim]) -> PlainDraw:
    """Tell the plain draw from further claims, with the weights of all; `drawn` are the claims for people to rate."""
    from referee_calib.study import assigned_chances

    found = _of_kinds(study, claims, drawn)
    chances = assigned_chances(study)
    if chances is None:
        return found
    # a claim had to be drawn for people first, and then to be released to them
    evenly = [one for one in found.plain if one.id in chances.evenly]
    kept = {one.id for one in evenly}
    further = [one for one in drawn if one.id in chances.chance and one.id not in kept]
    weights = {one.id: found.weights.get(one.id, 1.0) / chances.chance[one.id] for one in (*evenly, *further)}
    return PlainDraw(evenly, further, weights)


def claims_for_all(study: Study) -> Sequence[Claim]:
    """Return the claims that people rate and that speak for all of the study."""
    from referee_calib.study import claims_with_excluded

    included = {claim.id for claim in study.claims()}
    found = plain_draw(study, claims_with_excluded(study), claims_with_excluded(study, sampled=True)).plain
    return [claim for claim in found if claim.id in included]


def _of_kinds(study: Study, claims: Sequence[Claim], drawn: Sequence[Claim]) -> PlainDraw:
    """Make the draw of ``sample --per-kind`` again."""
    from referee_calib.study import draw_claims

    config = study.config
    if not config.sample_per_kind or not 0 < config.sample_claims <= len(claims):
        return PlainDraw(drawn)
    again = draw_claims(claims, config.sample_claims, config.sample_seed, config.sample_per_kind)
    if set(again.weights) != {claim.id for claim in drawn}:  # claims came after the draw: its order still tells
        n = config.sample_claims
        return PlainDraw(drawn[:n], drawn[n:])
    plain = set(list(again.weights)[: again.plain])
    return PlainDraw(
        [claim for claim in drawn if claim.id in plain],
        [claim for claim in drawn if claim.id not in plain],
        again.weights,
    )
