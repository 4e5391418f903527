"""``referee-calib recalibrate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from agreement import CrossValidation
    from referee_calib.analysis import RankingChanges, StudyRecalibration


@click.command(short_help="Fit what turns a referee's levels into people's, for the reward.")
@common.study_argument
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), required=True, help="JSON file to write.")
@click.option(
    "--kind",
    type=click.Choice(["isotonic", "ordinal", "linear"]),
    default="isotonic",
    show_default=True,
    help="Form of the recalibrator.",
)
@common.options("referee", "seed", "json")
def command(study: Path, out: Path, kind: str, referee: str | None, seed: int, as_json: bool) -> None:
    """Fit recalibrators on people's ratings, one for each dimension, and write them for the reward.

    Shows the error on videos that a fit has not seen, as the referee is and recalibrated, and what the reward would
    change inside groups of rollouts on one question.

    \b
    Examples:
      referee-calib recalibrate mystudy --out recalibrator.json
      referee-calib recalibrate mystudy --kind ordinal --out recalibrator.json --seed 1
    """  # noqa: D301
    import json

    from referee_calib.analysis import recalibrate
    from referee_calib.io.atomic_files import write_bytes
    from referee_calib.study import Study

    with Study.open(study) as opened:
        found = recalibrate(opened, referee=referee, kind=kind, seed=seed)
    row = found.to_json()
    write_bytes(out, (json.dumps(row, indent=2, allow_nan=False) + "\n").encode())
    common.result({"file": str(out), **row}, text(found, out), as_json=as_json)


def text(found: StudyRecalibration, out: Path) -> str:
    """Return the result in words."""
    who = f"{found.n_ratings} ratings by people"
    if found.n_simulated == found.n_ratings:
        who = f"{found.n_ratings} simulated ratings"
    elif found.n_simulated:
        who = f"{found.n_ratings} ratings, {found.n_simulated} of them simulated"
    lines = [
        f"Recalibrated referee {found.referee_name or 'unnamed'} ({found.referee[:8]}), {found.kind}, on {who}.",
        "Mean squared error against them, in squared levels, on videos that the fit has not seen:",
    ]
    for name, (made, folds) in found.fitted.items():
        lines.append(
            f"  {name:<13} {folds.mse_raw:.3f} as it is, {folds.mse_recalibrated:.3f} recalibrated; "
            f"gain {folds.gain}, over a constant {folds.gain_over_constant} "
            f"({made.n_units} claims, {made.n_clusters} videos)"
        )
    lines += [
        f"Caution: on {name} it is not shown to beat {beaten}."
        for name, (_, folds) in found.fitted.items()
        if (beaten := _not_beaten(folds))
    ]
    lines += [f"  {name:<13} left out: {why}" for name, why in found.left_out.items()]
    if found.n_simulated:
        lines.append("Simulated ratings say nothing about people.")
    return "\n".join([*lines, rankings_text(found.rankings), f"Wrote {out}"])


def _not_beaten(folds: CrossValidation) -> str:
    """Say what a recalibrator is not shown to improve on; empty where it beats both."""
    gains = {"the score as it is": folds.gain, "a constant": folds.gain_over_constant}
    return " or ".join(name for name, gain in gains.items() if gain.low is None or gain.low <= 0)


def rankings_text(found: RankingChanges) -> str:
    """Say what changes inside groups of rollouts."""
    if not found.groups:
        return "Rankings: no group has two rollouts with a reward, so nothing can be said about them."
    left = f" {common.counted(found.left_out, 'rollout')} left out: no reward, or alone." if found.left_out else ""
    return (
        f"Rankings in {common.counted(found.groups, 'group')} of rollouts on one question: the advantage changes its "
        f"sign for {found.sign_changed} of {found.rollouts} rollouts ({found.sign_changed / found.rollouts:.0%}), "
        f"{found.sign_flipped} of them from one side of 0 to the other; the best rollout changes in "
        f"{found.best_changed} ({found.best_changed / found.groups:.0%}); groups with nothing to learn: "
        f"{found.tied_before} before, {found.tied_after} after.{left}"
    )
