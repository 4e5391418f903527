"""How raters did on gold claims and attention checks, which they answer without being told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.study.onboarding import SILENT, KnownClaim, Role, known_claims
from referee_calib.study.quality.quality_flag import QualityFlag
from referee_calib.study.quality.rating_acts import RatingAct, acts_of
from referee_calib.study.settings import QualitySettings
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.study import Study

if TYPE_CHECKING:
    from agreement import Estimate

METHOD = "Clopper-Pearson"


@dataclass(frozen=True, slots=True)
class GoldResult:
    """A rater's answers to gold claims, or to attention checks.

    Attributes
    ----------
    rater : str
        Who.
    role : {"gold", "attention"}
        Which of the two.
    n_right : int
        Claims that are right on every dimension that is looked at.
    n_judged : int
        Claims with an answer. A skipped gold claim is none; an attention check that is skipped is missed.
    n_skipped : int
        Claims that were skipped.
    accuracy : Estimate
        Share that is right, with the exact interval; undefined while nothing is judged.
    """

    rater: str
    role: Role
    n_right: int
    n_judged: int
    n_skipped: int
    accuracy: Estimate


def gold_results(study: Study) -> list[GoldResult]:
    """Return how each rater did on gold claims and on attention checks; those who met none are left out."""
    return [one for role in SILENT for one in _results(study, role)]


def gold_flags(results: Sequence[GoldResult], settings: QualitySettings) -> list[QualityFlag]:
    """Return the raters who fail: on gold when even the upper limit is too low, on attention by the number missed."""
    found: list[QualityFlag] = []
    for one in results:
        flag = _gold_flag(one, settings) if one.role == "gold" else _attention_flag(one, settings)
        found += [flag] if flag else []
    return found


def missed_attention(acts: Sequence[RatingAct], known: Sequence[KnownClaim]) -> int:
    """Return how many attention checks one rater missed, the skipped ones among them."""
    right = {one.claim: one for one in known}
    return sum(not right[act.claim].all_right(act.levels) for act in acts if act.claim in right)


def _results(study: Study, role: Role) -> list[GoldResult]:
    known = {one.claim: one for one in known_claims(study, role)}
    with study.reading() as connection:
        acts = acts_of(known_claim_rows.answers(connection, role))
    by_rater: dict[str, list[RatingAct]] = {}
    for act in acts:
        by_rater.setdefault(act.rater, []).append(act)
    return [_result(rater, role, its, known) for rater, its in by_rater.items()]


def _result(rater: str, role: Role, acts: Sequence[RatingAct], known: dict[str, KnownClaim]) -> GoldResult:
    n_skipped = sum(act.skipped for act in acts)
    judged = acts if role == "attention" else [act for act in acts if not act.skipped]
    n_right = sum(known[act.claim].all_right(act.levels) for act in judged)
    return GoldResult(rater, role, n_right, len(judged), n_skipped, _accuracy(n_right, len(judged)))


def _accuracy(n_right: int, n: int) -> Estimate:
    from agreement import Estimate, clopper_pearson

    if not n:
        return Estimate.undefined("every one of them was skipped", method=METHOD, n_units=0)
    low, high = clopper_pearson(n_right, n, 0.025)
    return Estimate(n_right / n, low, high, method=METHOD, n_units=n)


def _gold_flag(one: GoldResult, settings: QualitySettings) -> QualityFlag | None:
    high = one.accuracy.high
    if settings.failed_gold == "off" or high is None or high >= settings.min_gold:
        return None
    words = f"{one.n_right} of {one.n_judged} gold claims are right; at best {high:.0%} would be."
    return QualityFlag(one.rater, "", "failed gold", high, settings.min_gold, settings.failed_gold, words)


def _attention_flag(one: GoldResult, settings: QualitySettings) -> QualityFlag | None:
    missed = one.n_judged - one.n_right
    return attention_flag(one.rater, missed, settings)


def attention_flag(rater: str, missed: int, settings: QualitySettings) -> QualityFlag | None:
    """Return the flag of a rater who missed so many attention checks, None below the limit."""
    limit, action = settings.max_attention, settings.failed_attention
    if action == "off" or missed < limit:
        return None
    words = f"{missed} attention checks were missed: the level that the text asks for was not given."
    return QualityFlag(rater, "", "failed attention", missed, limit, action, words)
