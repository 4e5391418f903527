"""People's mean rating at each raw score of a judge, with its band, and where the scores lie."""

from __future__ import annotations

import math

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.schema.judge_error_schema import ContinuousJudgeJson
from referee_calib.report.wording.number_format import number

_BINS = 24


def raw_score_key(one: ContinuousJudgeJson) -> str:
    """Return the key of a judge's figure: letters, digits and hyphens."""
    words = f"{one['dimension']}-{one['judge']}"
    return "raw-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in words)


def raw_score_curve(item: ContinuousJudgeJson, simulated: bool) -> fig.Drawing | None:
    """Draw one judge's curve on one dimension; nothing where it is undefined."""
    curve = item["curve"]
    if len(curve["scores"]) < 2:
        return None
    figure, (main, below) = fig.panel(3.0, rows=(4, 1), share_x=True)
    low, high = ([math.nan if one is None else one for one in curve[end]] for end in ("low", "high"))
    main.fill_between(curve["scores"], low, high, color=fig.REFEREE, alpha=0.22, lw=0)
    main.plot(curve["scores"], curve["fitted"], color=fig.REFEREE)
    bottom, top = item["scale"][0], item["scale"][-1]
    margin = 0.04 * (top - bottom)
    main.set_ylim(bottom - margin, top + margin)
    if len(item["scale"]) <= 11:
        main.set_yticks(item["scale"])
    main.set_ylabel("people's mean rating")
    below.hist(curve["scores"], bins=_BINS, weights=curve["weight"], color=fig.REFEREE, alpha=0.75)
    below.set_ylabel("units")
    below.set_xlabel("raw score, lower is better" if item["lower_is_better"] else "raw score")
    fitted = curve["fitted"]
    ends = f"people's mean runs from {number(min(fitted))} to {number(max(fitted))}"
    scores = f"raw scores from {number(min(curve['scores']), 3)} to {number(max(curve['scores']), 3)}"
    return fig.finish(
        figure, main, key=raw_score_key(item), simulated=simulated,
        title=f"{', '.join(filter(None, (item['judge'], item['title'].lower())))}: what a raw score means",
        alt=f"Over {scores}, {ends}; the values are in report.json.",
    )  # fmt: skip
