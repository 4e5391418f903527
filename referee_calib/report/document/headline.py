"""The answer in plain words, from the interval of the difference and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.report.document.tail_document import tail_sentence
from referee_calib.report.schema.dimension_schema import CoefficientJson, DimensionJson, EstimateJson
from referee_calib.report.schema.report_schema import CardJson, HeadlineJson
from referee_calib.report.schema.score_schema import MissingScoresJson
from referee_calib.report.wording.number_format import count, interval, listed, number

MARGIN = 0.10  # quadratic kappa: a smaller loss counts as "as well as people"
FEW_VIDEOS = 30
FEW_RATERS = 5  # intervals are over videos: of fewer people than this nobody knows how others like them would agree
COEFFICIENT = "cohen_kappa_quadratic"
SECOND = "krippendorff_alpha_ordinal"

_FIRST = {
    "better": "more than they agree with each other",
    "as_well": "as well as they agree with each other, to within {margin:g},",
    "less": "less than they agree with each other",
}
_NEXT = {"as_well": "as well as that, to within {margin:g},", "less": "less than that"}
_OPEN = (
    (
        "few",
        "there are too few videos to tell",
        "There are too few videos to tell whether the referee agrees with {who} as they do",
    ),
    (
        "mixed",
        "it depends on the coefficient",
        "Whether the referee agrees with {who} as they do depends on the coefficient",
    ),
    ("unclear", "these data cannot tell", "These data cannot tell whether the referee agrees with {who} as they do"),
    ("undefined", "the comparison is not defined", "The comparison is not defined"),
)
_SHORT = {
    "better": "More than {who} with each other",
    "as_well": "As well as {who} with each other",
    "less": "Less than {who} with each other",
    "few": "Too few videos to tell",
    "mixed": "Depends on the coefficient",
    "unclear": "Cannot tell",
    "undefined": "Not defined",
}


def agreement_verdict(difference: EstimateJson, margin: float = MARGIN) -> str:
    """Read one difference, referee minus people: "better", "as_well", "less", "unclear" or "undefined".

    "better" and "less" when the interval lies on one side of zero, "as_well" when it holds zero and does not reach
    below minus the margin, "unclear" when it holds zero and does.
    """
    low, high = difference["low"], difference["high"]
    if difference["value"] is None or low is None or high is None:
        return "undefined"
    if high < 0:
        return "less"
    if low > 0:
        return "better"
    return "as_well" if low >= -margin else "unclear"


def combine_verdicts(first: str, second: str) -> str:
    """Combine the verdicts of two coefficients; no praise that one of them does not share.

    "as_well" for "better" and "as_well"; "mixed" when only one says "less"; "unclear" or "undefined" when one is.
    """
    if first == second:
        return first
    both = {first, second}
    for state in ("undefined", "unclear"):
        if state in both:
            return state
    return "mixed" if "less" in both else "as_well"


def headline(
    dimensions: Sequence[DimensionJson],
    n_simulated: int = 0,
    n_ratings: int = 0,
    *,
    margin: float = MARGIN,
    missing: Sequence[MissingScoresJson] = (),
) -> HeadlineJson:
    """Say in one sentence how the referee stands, what a reader must know with it, and the answer per dimension.

    `margin` is the loss that the study allows; see :func:`agreement_verdict`. Where `missing` holds bounds, a
    dimension is praised no further than with the least favourable scores in place of the missing ones.
    """
    bounds = {one["dimension"]: one for one in missing if one["bounds"]}
    who = _who(n_simulated, n_ratings)
    cards = [_nothing_from_few(_card(item, who, margin, bounds.get(item["dimension"])), item) for item in dimensions]
    return {
        "sentence": _sentence(cards, who, margin),
        "who": who,
        "leniency": _leniency(dimensions, who),
        "tail": tail_sentence(dimensions, who),
        "caution": _caution(dimensions),
        "simulated": _simulated(n_simulated, n_ratings),
        "margin": margin,
        "cards": cards,
    }


def _who(n_simulated: int, n_ratings: int) -> str:
    """Name those who rated; a sentence that is quoted alone must not call a program people."""
    if not n_simulated:
        return "people"
    return "simulated raters" if n_simulated == n_ratings else "people and simulated raters"


def _card(item: DimensionJson, who: str, margin: float, missing: MissingScoresJson | None) -> CardJson:
    row, second = (coefficient_row(item, name) for name in (COEFFICIENT, SECOND))
    state = combine_verdicts(
        agreement_verdict(row["difference"], margin), agreement_verdict(second["difference"], margin)
    )
    if missing is not None and state in ("better", "as_well"):
        state = _without_praise(state, missing, margin)
    if state == "better" and item["counts"]["raters"] < FEW_RATERS:
        state = "as_well"
    told = (row["people"], row["referee"], row["difference"], second["difference"])
    reason = next((estimate["reason"] for estimate in told if estimate["reason"]), None)
    return {
        "dimension": item["dimension"],
        "title": item["title"],
        "verdict": state,
        "short": _SHORT[state].format(who=who),
        "people": row["people"],
        "referee": row["referee"],
        "difference": row["difference"],
        "second_difference": second["difference"],
        "reason": reason if state == "undefined" else None,
    }


def _nothing_from_few(card: CardJson, item: DimensionJson) -> CardJson:
    """Return the card, asserting nothing where fewer videos than intervals can be trusted with lie behind it."""
    if card["verdict"] == "undefined" or item["counts"]["videos"] >= FEW_VIDEOS:
        return card
    return {**card, "verdict": "few", "short": _SHORT["few"]}


def _without_praise(state: str, missing: MissingScoresJson, margin: float) -> str:
    """Return what stands with the least favourable scores in place of those that are missing."""
    worst = {one["name"]: one["worst"] for one in missing["bounds"]}
    found = {agreement_verdict(worst[name], margin) for name in (COEFFICIENT, SECOND)}
    if found == {"better"}:
        return state
    return "as_well" if found <= {"better", "as_well"} else "unclear"


def coefficient_row(item: DimensionJson, name: str) -> CoefficientJson:
    """Return one coefficient of a dimension."""
    return next(row for row in item["coefficients"] if row["name"] == name)


def _sentence(cards: Sequence[CardJson], who: str, margin: float) -> str:
    named = {state: [card["title"].lower() for card in cards if card["verdict"] == state] for state in _SHORT}
    parts: list[str] = []
    for state, words in _FIRST.items():
        if named[state]:
            said = words.format(margin=margin) if not parts else _NEXT[state].format(margin=margin)
            parts.append(f"{said} on {listed(named[state])}")
    text = f"The referee agrees with {who} {', and '.join(parts)}" if parts else ""
    for state, said, alone in _OPEN:
        if named[state]:
            where = f"on {listed(named[state])}"
            text = f"{text}; {where} {said}" if text else f"{alone.format(who=who)} {where}"
    return f"{text}." if text else "Nothing was rated, so nothing can be said about the referee."


def _leniency(dimensions: Sequence[DimensionJson], who: str) -> str:
    told = []
    for item in dimensions:
        estimate = item["leniency"]["overall"]
        value, low, high = estimate["value"], estimate["low"], estimate["high"]
        if value is None or low is None or high is None or low <= 0 <= high:
            continue
        if item["counts"]["videos"] < FEW_VIDEOS:
            continue
        word = "above" if value > 0 else "below"
        level = f"{number(abs(value))} levels {word} {who} on {item['title'].lower()}"
        told.append(f"{level} {interval(estimate)}")
    return f"Its scores lie {listed(told)}." if told else ""


def _caution(dimensions: Sequence[DimensionJson]) -> str:
    few: dict[int, list[str]] = {}
    for item in dimensions:
        if 0 < item["counts"]["videos"] < FEW_VIDEOS:
            few.setdefault(item["counts"]["videos"], []).append(item["title"].lower())
    told = [f"{count(n, 'video')} behind {listed(names)}" for n, names in sorted(few.items())]
    rough = f"Only {listed(told)}: below {FEW_VIDEOS} the intervals themselves are rough, and usually too narrow."
    raters = max((item["counts"]["raters"] for item in dimensions), default=0)
    those = f"these {raters} raters" if raters > 1 else "this one rater"
    whom = f"The intervals are over videos: they speak of {those}, not of others like {'them' if raters > 1 else 'it'}."
    return " ".join([rough] * bool(few) + [whom] * (0 < raters < FEW_RATERS) + _copies(dimensions))


def _copies(dimensions: Sequence[DimensionJson]) -> list[str]:
    """Say that the referee equals a person, for then no figure of its agreement is a result."""
    from agreement import Note, NoteCode

    copies = (NoteCode.REFEREE_EQUALS_RATER, NoteCode.REFEREE_REPEATS_RATER)
    named = [
        item["title"].lower()
        for item in dimensions
        if any(isinstance(note, Note) and note.code in copies for note in item["notes"])
    ]
    told = f"On {listed(named)} the referee gives one person’s levels again: how well it agrees is no result then."
    return [told] * bool(named)


def _simulated(n_simulated: int, n_ratings: int) -> str:
    if not n_simulated:
        return ""
    if n_simulated == n_ratings:
        return (
            "Every rating here comes from a program: the people below are simulated; nothing is said about real ones."
        )
    return (
        f"{n_simulated:,} of {n_ratings:,} ratings here come from a program: every figure fed by ratings mixes people "
        "with simulated raters, and says nothing about people alone."
    )
