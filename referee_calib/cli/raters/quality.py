"""``referee-calib quality``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.study import Study
    from referee_calib.study.quality import GoldResult

ACTOR = "command line"


@click.command(short_help="Show what stands out in the ratings; hold or release them.")
@common.study_argument
@click.option("--apply", "apply_", is_flag=True, help="Hold what study.toml says is to be held.")
@click.option("--hold", "held", metavar="RATER[:CLAIM]", help="Keep ratings out of every figure.")
@click.option("--release", "released", metavar="RATER[:CLAIM]", help="Let held ratings count again.")
@click.option("--reason", default="", help="Why, for the audit trail and the report.")
@common.options("json", "quiet")
def command(
    study: Path, apply_: bool, held: str | None, released: str | None, reason: str, as_json: bool, quiet: bool
) -> None:
    """Show ratings and raters that stand out, by the thresholds in [quality] of study.toml, and how gold went.

    A rating that is held stays stored and enters no figure until it is released. The app holds by itself what can be
    told from one rating; --apply does it for what needs all raters, and for ratings that were imported.

    \b
    Examples:
      referee-calib quality mystudy
      referee-calib quality mystudy --apply
      referee-calib quality mystudy --release anna --reason "she knows the clips by heart"
    """  # noqa: D301
    from referee_calib.study import Study
    from referee_calib.study.quality import hold, hold_flagged, quality_flags, release

    if held and released:
        raise InputError("--hold and --release", "one decision at a time")
    with Study.open(study) as opened:
        if apply_:
            new = hold_flagged(opened, quality_flags(opened))
            common.remark(f"{common.counted(new, 'new hold')}.", quiet=quiet)
        for decide, whom in ((hold, held), (release, released)):
            if whom:
                rater, _, claim = whom.partition(":")
                decide(opened, rater, claim, actor=ACTOR, reason=reason)
        data = _facts(opened)
    common.result(data, "\n".join(_lines(data)), as_json=as_json)


def _facts(study: Study) -> dict[str, Any]:
    from referee_calib.study.quality import gold_results, holds, quality_flags

    return {
        "flags": [asdict(one) for one in quality_flags(study)],
        "gold": [_gold(one) for one in gold_results(study)],
        "held": [one._asdict() for one in holds(study)],
    }


def _gold(one: GoldResult) -> dict[str, Any]:
    interval = {"share": one.accuracy.value, "low": one.accuracy.low, "high": one.accuracy.high}
    counts = {"right": one.n_right, "judged": one.n_judged, "skipped": one.n_skipped}
    return {"rater": one.rater, "role": one.role, **counts, **interval, "reason": one.accuracy.reason}


def _lines(data: dict[str, Any]) -> list[str]:
    flags = Counter((one["rater"], one["kind"], one["action"]) for one in data["flags"])
    words = {(one["rater"], one["kind"], one["action"]): one["words"] for one in data["flags"]}
    lines = [
        f"{rater}: {kind} ({action}), {common.counted(number, 'flag')}. {words[rater, kind, action]}"
        for (rater, kind, action), number in flags.items()
    ]
    lines += [_gold_line(one) for one in data["gold"]]
    lines += [f"held: {one['rater']}, {one['claim'] or 'all ratings'} ({one['reason']})" for one in data["held"]]
    return lines or ["Nothing stands out, and nothing is held."]


def _gold_line(one: dict[str, Any]) -> str:
    if one["share"] is None:
        return f"{one['rater']}: {one['role']}, none judged ({one['reason']})"
    limits = f"{one['low']:.0%} to {one['high']:.0%}"
    return f"{one['rater']}: {one['role']}, {one['right']} of {one['judged']} right ({limits} with 95 % confidence)"
