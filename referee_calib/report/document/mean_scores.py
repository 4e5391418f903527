"""The mean level of all scored claims in ``report.json``: by people, by the referee, and by both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import plain
from referee_calib.report.schema.score_schema import MeanScoreJson, MeanScoresJson
from referee_calib.report.wording.number_format import count, upper_first

if TYPE_CHECKING:
    from referee_calib.analysis import ClaimSelection, MeanLevel

TITLES = {
    "people": "{who}, over the claims they rated",
    "referee": "The referee, over all claims it scored",
    "prediction_powered": "Prediction-powered: {who} over all scored claims",
}
_NOTE = (
    "The prediction-powered mean is that of {who}, moved by how much lower or higher the referee scores the rated "
    "claims than all of them, times a weight chosen for the least variance: it needs the rated claims to be a random "
    "draw, and no trust in the referee. Rated claims saved: the share that could have gone unrated for the same "
    "certainty; below 0 the referee did not help."
)
_DRAWS = {
    "all": "Every claim was to be rated, in an order drawn for each rater, so those rated so far are a random draw.",
    "complete": "Every claim of the tables has a rating.",
    "drawn": (
        "The rated claims lie in the seeded draw of {chosen} that study.toml records; it gives every claim of the "
        "study the same chance, so no weights are needed."
    ),
    "partly": (
        "Of {chosen} for people to rate {rated} are rated, and nothing shows that chance chose them: they are not the "
        "first ones in the order drawn for each rater. If they were rated for a reason, such as being good, the plain "
        "mean and the prediction-powered one carry that reason on, and no interval shows it."
    ),
    "added": (
        "Today’s claims do not give the recorded draw of {chosen} again, because claims came after it: the estimate "
        "speaks for all claims only if those that came later are of the same kind. Draw anew with referee-calib sample."
    ),
    "chosen": (
        "Nothing records how the rated claims were chosen. If they were chosen for a reason, such as being hard, the "
        "plain mean and the prediction-powered one carry that reason on, and no interval shows it."
    ),
}


def mean_scores(
    found: Sequence[MeanLevel], drawn: ClaimSelection | None, titles: Mapping[str, str], who: str
) -> MeanScoresJson:
    """Return what ``report.json`` says under ``mean_scores``; `drawn` tells how the rated claims were chosen."""
    kind = drawn.kind if drawn else "chosen"
    return {
        "draw": None
        if drawn is None
        else {"kind": kind, "claims": drawn.n_claims, "chosen": drawn.n_chosen, "rated": drawn.n_rated},
        "draw_note": _DRAWS[kind].format(
            chosen=count(drawn.n_chosen if drawn else 0, "claim"), rated=drawn.n_rated if drawn else 0
        ),
        "note": _NOTE.format(who=who),
        "titles": {key: upper_first(text.format(who=who)) for key, text in TITLES.items()},
        "dimensions": [_dimension(item, titles) for item in found],
    }


def _dimension(item: MeanLevel, titles: Mapping[str, str]) -> MeanScoreJson:
    powered = item.powered
    return {
        "dimension": item.dimension,
        "title": titles.get(item.dimension, item.dimension),
        "people": plain(powered.people_alone),
        "referee": plain(item.referee),
        "prediction_powered": plain(powered.estimate),
        "power": powered.power,
        "saved": powered.saved,
        "n_rated": powered.n_rated,
        "n_scored_only": powered.n_scored_only,
        "n_dropped": powered.n_dropped,
        "notes": list(powered.estimate.notes),
    }
