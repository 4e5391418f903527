"""All coefficients of one ratings file, as one JSON object and, by :mod:`referee_calib.agree_text`, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from referee_calib import agree_text
from referee_calib.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Comparison, Estimate, Ratings

Level = Literal["nominal", "ordinal", "interval"]
MANY_PAIRS = 12  # people up to whose number correlations of all pairs are computed
OF_A_MEAN = "it is about the mean of k people, and the referee is compared rating by rating"


def parse_scale(text: str) -> list[Any]:
    """Read a scale: ``"0:4"`` is 0, 1, 2, 3, 4; ``"bad,fair,good"`` lists the categories in order.

    Raises
    ------
    InputError
        When it is neither.
    """
    low, colon, high = text.partition(":")
    if colon:
        try:
            first, last = int(low), int(high)
        except ValueError:
            first, last = 0, 0
        if last <= first:
            raise InputError(f"--scale {text}", "it is two whole numbers, lowest first", "Example: --scale 0:4")
        return list(range(first, last + 1))
    categories = [part.strip() for part in text.split(",")]
    if len(categories) < 2 or "" in categories:
        raise InputError(f"--scale {text}", "a scale has two categories or more", "Example: --scale bad,fair,good")
    try:
        return [float(part) if not float(part).is_integer() else int(float(part)) for part in categories]
    except ValueError:
        return list(categories)


def scale_of(values: Sequence[Any], level: Level) -> tuple[list[Any], str]:
    """Guess the scale from the values that occur, and say so; refuse to guess an order of words."""
    seen = {value for value in values if value is not None}
    if not seen:
        raise InputError("no row holds a value", "there is nothing to compare")
    if any(isinstance(value, str) for value in seen):
        words = sorted(map(str, seen))
        if level != "nominal":
            raise InputError(
                f"the values are words, such as {', '.join(words[:4])}",
                f"an {level} comparison needs their order",
                "Give it: --scale worst,…,best, or compare with --level nominal.",
            )
        return words, f"no --scale given: the categories that occur are taken for the scale: {', '.join(words)}"
    if all(isinstance(value, int) for value in seen):
        low, high = min(seen), max(seen)
        return list(range(low, high + 1)), f"no --scale given: {low}:{high} is taken from the values that occur"
    return sorted(seen), "no --scale given: the values that occur are taken for the scale"


def people_coefficients(people: Ratings, level: Level, options: Mapping[str, Any]) -> dict[str, tuple[str, Estimate]]:
    """Compute every coefficient of people with people: JSON name to (printed name, estimate)."""
    import agreement as ag

    numeric = all(isinstance(category, int | float) for category in people.scale)
    made: dict[str, tuple[str, Callable[[], Estimate]]] = {
        "percent_agreement": ("Raw agreement", lambda: ag.percent_agreement(people, **options)),
        "cohen_kappa": ("Cohen's kappa, unweighted", lambda: ag.cohen_kappa(people, **options)),
        "fleiss_kappa": ("Fleiss' kappa", lambda: ag.fleiss_kappa(people, **options)),
        "conger_kappa": ("Conger's kappa", lambda: ag.conger_kappa(people, **options)),
        "brennan_prediger": ("Brennan–Prediger", lambda: ag.brennan_prediger(people, **options)),
        "gwet_ac1": ("Gwet's AC1", lambda: ag.gwet_ac(people, **options)),
        "krippendorff_alpha_nominal": (
            "Krippendorff's alpha, nominal",
            lambda: ag.krippendorff_alpha(people, level="nominal", **options),
        ),
    }
    if level != "nominal":
        made |= _ordered(people, level, options)
        if numeric:
            made |= _numeric(people, options)
    return {name: (title, compute()) for name, (title, compute) in made.items()}


def _ordered(
    people: Ratings, level: Level, options: Mapping[str, Any]
) -> dict[str, tuple[str, Callable[[], Estimate]]]:
    import agreement as ag

    return {
        "cohen_kappa_linear": (
            "Cohen's kappa, linear weights",
            lambda: ag.cohen_kappa(people, weights="linear", **options),
        ),
        "cohen_kappa_quadratic": (
            "Cohen's kappa, quadratic weights",
            lambda: ag.cohen_kappa(people, weights="quadratic", **options),
        ),
        "gwet_ac2_quadratic": (
            "Gwet's AC2, quadratic weights",
            lambda: ag.gwet_ac(people, weights="quadratic", **options),
        ),
        f"krippendorff_alpha_{level}": (
            f"Krippendorff's alpha, {level}",
            lambda: ag.krippendorff_alpha(people, level=level, **options),
        ),
    }


def _numeric(people: Ratings, options: Mapping[str, Any]) -> dict[str, tuple[str, Callable[[], Estimate]]]:
    import agreement as ag
    from agreement.icc import FORMS

    made: dict[str, tuple[str, Callable[[], Estimate]]] = {}
    for form in FORMS:
        made[f"icc_{form.replace(',', '_')}"] = (f"ICC({form})", partial(ag.icc, people, form=form, **options))
    made["kendall_w"] = ("Kendall's W", partial(ag.kendall_w, people, **options))
    if people.n_raters <= MANY_PAIRS:
        for name, title, function in (
            ("kendall_tau_b", "Kendall's tau-b", ag.kendall_tau_b),
            ("spearman", "Spearman's rho", ag.spearman),
            ("pearson", "Pearson's r", ag.pearson),
            ("lin_ccc", "Lin's concordance", ag.lin_ccc),
        ):
            made[name] = (title, partial(function, people, **options))
    return made


def build(
    ratings: Ratings,
    referee: str | None,
    level: Level,
    *,
    interval: Literal["jackknife", "bootstrap"] | None,
    confidence: float,
    seed: int,
    notes: Sequence[str],
) -> tuple[dict[str, Any], str]:
    """Compute everything about one file: the JSON object and the table.

    Parameters
    ----------
    ratings : Ratings
        People, and the referee where there is one.
    referee : str or None
        Which rater is the referee.
    level, interval, confidence, seed
        See :func:`agreement.compare`.
    notes : sequence of str
        What is already known about the file.
    """
    import agreement as ag

    people, levels = _split(ratings, referee)
    options = {"interval": interval, "confidence": confidence, "seed": seed}
    found = people_coefficients(people, level, options)
    compared = (
        None
        if levels is None
        else ag.compare(people, levels, level=level, every=True, interval=interval, confidence=confidence, seed=seed)
    )
    said = [*notes, *(compared.notes if compared else ()), *_notes(found)]
    data: dict[str, Any] = {
        "humans": {name: plain(estimate) for name, (_, estimate) in found.items()},
        "referee": None,
        "difference": None,
        "ceiling": None,
        "leniency": None,
        "noise": None,
        "raters": _raters(people, compared),
        "n": _counts(people, levels, compared),
        "notes": list(dict.fromkeys(said)),
    }
    if compared:
        data |= _sides(found, compared)
        data["leniency"] = plain(compared.leniency)
        names = compared.noise.__dataclass_fields__
        data["noise"] = {name: plain(getattr(compared.noise, name)) for name in names}
    titles = {name: title for name, (title, _) in found.items()}
    return data, agree_text.render(data, titles, referee, confidence, level)


def _sides(found: Mapping[str, tuple[str, Estimate]], compared: Comparison) -> dict[str, dict[str, Any]]:
    """Return ceiling, people with referee and difference of each coefficient that people have."""
    nothing = dict.fromkeys(("value", "low", "high")) | {"method": "none", "reason": OF_A_MEAN}
    sides: dict[str, dict[str, Any]] = {"referee": {}, "ceiling": {}, "difference": {}}
    for name in found:
        c = compared.compared.get(name)
        sides["referee"][name] = plain(c.human_referee) if c else nothing
        sides["ceiling"][name] = plain(c.ceiling) if c else nothing
        sides["difference"][name] = {**(plain(c.difference) if c else nothing), "p_value": c.p_value if c else None}
    return sides


def _notes(found: Mapping[str, tuple[str, Estimate]]) -> list[str]:
    """Return the notes of coefficients, each said once, with whose it is unless most have it."""
    holders: dict[str, list[str]] = {}
    for title, estimate in found.values():
        for note in estimate.notes:
            holders.setdefault(note, []).append(title)
    return [
        note if 2 * len(titles) > len(found) else f"{titles[0]}{' and others' if len(titles) > 1 else ''}: {note}"
        for note, titles in holders.items()
    ]


def _split(ratings: Ratings, referee: str | None) -> tuple[Ratings, NDArray[np.float64] | None]:
    import numpy as np

    if referee is None:
        return ratings, None
    names = [str(rater) for rater in ratings.raters]
    if referee not in names:
        raise InputError(f"--referee {referee}", f"the raters are {', '.join(names[:20])}")
    people = ratings.take_raters([j for j, name in enumerate(names) if name != referee])
    if people.n_raters == 0:
        raise InputError(f"--referee {referee}", "there is nobody else to compare it with")
    codes = ratings.codes[:, names.index(referee)]
    return people, np.array([None if c < 0 else ratings.scale[c] for c in codes.tolist()], dtype=object)


def plain(estimate: Estimate) -> dict[str, Any]:
    """Return the five fields of an estimate that every reader needs."""
    return {name: getattr(estimate, name) for name in ("value", "low", "high", "method", "reason")}


def _raters(people: Ratings, compared: Comparison | None) -> dict[str, Any]:
    rows: dict[str, Any] = {
        str(name): {"n_ratings": int((people.codes[:, j] >= 0).sum())} for j, name in enumerate(people.raters)
    }
    for row in compared.leave_one_out if compared else ():
        if row.leniency is not None:
            rows[row.rater]["with_other_people"] = {name: plain(e) for name, e in row.agreement.items()}
            rows[row.rater]["leniency"] = plain(row.leniency)
    return rows


def _counts(people: Ratings, levels: Any, compared: Comparison | None) -> dict[str, Any]:
    several = (people.codes >= 0).sum(axis=1)
    return {
        "units": int((several > 0).sum()),
        "units_rated_twice": int((several > 1).sum()),
        "raters": people.n_raters,
        "ratings": int(several.sum()),
        "clusters": people.n_clusters,
        "dropped": people.n_dropped,
        "referee_levels": None if levels is None else sum(level is not None for level in levels.tolist()),
        "compared": None if compared is None else compared.n_units,
    }
