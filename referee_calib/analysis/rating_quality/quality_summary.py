"""Flags by kind, answers to gold claims and attention checks, and what is held out of the figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows

if TYPE_CHECKING:
    from referee_calib.study import GoldResult, QualityFlag, Study

HELD = "rating that is held"


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How often a kind of flag came.

    Attributes
    ----------
    kind, action : str
        What stood out, and what ``study.toml`` wants done about it.
    n_flags, n_raters : int
        Flags, and raters who have one.
    n_not_held : int
        Flags with the action "hold" whose ratings are not held: nobody applied them, or a coordinator released them.
    """

    kind: str
    action: str
    n_flags: int
    n_raters: int
    n_not_held: int


@dataclass(frozen=True, slots=True)
class RatingQuality:
    """How the ratings of people were given.

    Attributes
    ----------
    flags : tuple of FlagCount
        By kind, those that came.
    gold : tuple of GoldResult
        By rater, of gold claims and of attention checks.
    n_held : int
        Ratings that are held out of every figure.
    n_raters_held : int
        Raters of whom some rating is held.
    """

    flags: tuple[FlagCount, ...]
    gold: tuple[GoldResult, ...]
    n_held: int
    n_raters_held: int


def rating_quality(study: Study) -> RatingQuality | None:
    """Return the summary of a study, None where nothing stands out, is known, or is held."""
    from referee_calib.study import gold_results, held_ratings, holds, quality_flags

    held = {(one.rater, one.claim) for one in holds(study)}
    ratings = held_ratings(study)
    flags, gold = _counts(quality_flags(study), held), tuple(gold_results(study))
    if not (flags or gold or ratings):
        return None
    return RatingQuality(flags, gold, len(ratings), len({one.rater for one in ratings}))


def held_rows(study: Study) -> tuple[ExcludedRows, ...]:
    """Return the ratings that are held, by reason, for the list of excluded rows."""
    from referee_calib.study import held_ratings, holds

    reasons = {(one.rater, one.claim): one.reason.partition(":")[0] for one in holds(study)}
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in held_ratings(study):
        reason = reasons.get((one.rater, one.claim)) or reasons[one.rater, ""]
        names[one.dimension, reason].append(f"{one.claim}/{one.rater}")
    return tuple(ExcludedRows(dimension, HELD, reason, tuple(its)) for (dimension, reason), its in names.items())


def _counts(flags: Sequence[QualityFlag], held: set[tuple[str, str]]) -> tuple[FlagCount, ...]:
    by_kind: dict[tuple[str, str], list[QualityFlag]] = defaultdict(list)
    for flag in flags:
        by_kind[flag.kind, flag.action].append(flag)
    return tuple(
        FlagCount(
            kind,
            action,
            len(its),
            len({one.rater for one in its}),
            sum(not _is_held(one, held) for one in its) if action == "hold" else 0,
        )
        for (kind, action), its in by_kind.items()
    )


def _is_held(flag: QualityFlag, held: set[tuple[str, str]]) -> bool:
    return (flag.rater, "") in held or all((flag.rater, claim) in held for claim in flag.held_claims)
