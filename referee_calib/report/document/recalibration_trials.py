"""Recalibrators in ``report.json``: what each form would gain on unseen videos, and what it changes in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described
from referee_calib.report.schema.dimension_schema import RecalibrationJson
from referee_calib.report.wording.number_format import count

if TYPE_CHECKING:
    from referee_calib.analysis import RankingChanges, RecalibrationResult

KINDS = {"isotonic": "Isotonic", "ordinal": "Ordinal (cumulative logit)", "linear": "Linear", "": "None: as it is"}
_NOTE = (
    "Squared error and ranked probability score are those of videos that a fit has not seen, every claim counted once. "
    "A recalibrated score is a mean of levels, which squared error rewards; the ranked probability score of one point "
    "rewards a middle level, so it can grow where the squared error shrinks. The form with the least error was "
    "chosen on these same videos, which flatters it a little."
)


def recalibration(
    found: RecalibrationResult | None, titles: Mapping[str, str], *, rewards: bool = True
) -> RecalibrationJson | None:
    """Return what ``report.json`` says under ``recalibration``; None for an analysis that tried none.

    `rewards` says whether a reward is paid by these scores, which a command could recalibrate.
    """
    if found is None:
        return None
    return {
        "kinds": [{"kind": kind, "title": title} for kind, title in KINDS.items() if kind],
        "best": found.best_overall or None,
        "best_title": KINDS[found.best_overall],
        "sentence": _sentence(found),
        "command": f"referee-calib recalibrate STUDY --out recalibrator.json --kind {found.best_overall}"
        if found.best_overall and rewards
        else None,
        "note": _NOTE,
        "dimensions": [
            {
                "dimension": name,
                "title": titles.get(name, name),
                "best": kind or None,
                "best_title": KINDS[kind],
                "trials": [
                    described(row, "dimension", title=KINDS[row.kind]) for row in found.tried if row.dimension == name
                ],
            }
            for name, kind in found.best.items()
        ],
        "rankings": [{"kind": kind, "title": KINDS[kind], **one.to_json()} for kind, one in found.rankings.items()],
        "rankings_note": _rankings_note(found) if rewards else "",
        "left_out": [
            {"dimension": name, "title": titles.get(name, name), "reason": why} for name, why in found.left_out.items()
        ],
    }


def _sentence(found: RecalibrationResult) -> str:
    if not found.tried:
        return "No dimension has enough rated claims to fit a recalibrator on."
    if not found.best_overall:
        return _none(found)
    told = f"Over all dimensions the {found.best_overall} form has the least squared error on unseen videos."
    ranked = found.rankings.get(found.best_overall)
    return f"{told} {_changed(ranked)}" if ranked and ranked.groups else told


def _none(found: RecalibrationResult) -> str:
    """Say why no form is recommended."""
    if all(row.gain_over_constant.low is None or row.gain_over_constant.low <= 0 for row in found.tried):
        return (
            "No form is recommended: none is shown to beat a constant, so the score is not shown to tell anything "
            "about people’s levels, and recalibrating it would pay every claim nearly the same."
        )
    return "No form is shown to have less squared error on unseen videos than the score as it is: leave it as it is."


def _changed(found: RankingChanges) -> str:
    return (
        f"It would change the sign of the advantage of {found.sign_changed} of {count(found.rollouts, 'rollout')} "
        f"({100 * found.sign_changed / found.rollouts:.0f} %), and the best rollout in {found.best_changed} of "
        f"{count(found.groups, 'group')}."
    )


def _rankings_note(found: RecalibrationResult) -> str:
    if not found.tried:
        return ""
    if not found.rankings:
        return "What it changes inside groups of rollouts is not known: the rewards were not asked."
    first = next(iter(found.rankings.values()))
    if not first.groups:
        return "No group of rollouts on one question has two with a reward, so nothing can be said about rankings."
    left = f"; {count(first.left_out, 'rollout')} without a reward or alone are left out" if first.left_out else ""
    return (
        "GRPO learns from a rollout’s reward less the mean of its group (rollouts on one question about one video at "
        f"one step): only a change of that difference’s sign turns what is learned round{left}."
    )
