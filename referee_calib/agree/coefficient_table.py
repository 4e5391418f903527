"""All coefficients of one ratings file, as one JSON object and, by :mod:`referee_calib.agree.text`, as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.agree import text as agree_text
from referee_calib.errors import InputError
from referee_calib.io import ratings_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Comparison, Estimate, NoiseCeilings, Ratings

    Coefficient = tuple[str, Callable[[], Estimate]]  # its printed name, and what computes it

Level = Literal["nominal", "ordinal", "interval"]
MOST_CATEGORIES = 127  # that agreement.Ratings holds
MANY_PAIRS = 12  # people up to whose number correlations of all pairs are computed
OF_NUMBERS = ("kendall_w", "kendall_tau_b", "spearman", "pearson", "lin_ccc")  # with the ICC: they need no scale
FEW_CLUSTERS = re.compile(r"(only )?\d+ clusters( only)?: intervals ")  # how a note begins that many estimates have
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
            first, last = (ratings_table.number(part) for part in (low, high))
        except ValueError:
            first, last = 0, 0
        if last <= first or not (isinstance(first, int) and isinstance(last, int)):
            raise InputError(f"--scale {text}", "it is two whole numbers, lowest first", "Example: --scale 0:4")
        if last - first >= MOST_CATEGORIES:
            raise InputError(
                f"--scale {text}",
                f"categories are {MOST_CATEGORIES} at most",
                "Measurements need no scale: leave it out, and type --level interval.",
            )
        return list(range(first, last + 1))
    categories = [part.strip() for part in text.split(",")]
    if len(categories) < 2 or "" in categories:
        raise InputError(
            f"--scale {text or repr(text)}", "a scale has two categories or more", "Example: --scale bad,fair,good"
        )
    try:
        return [ratings_table.number(part) for part in categories]
    except ValueError:
        return list(categories)


def is_measured(values: Sequence[Any], level: Level) -> bool:
    """Return whether the values are measurements: numbers, and more different ones than a scale has.

    Raises
    ------
    InputError
        When they are, and the level is another than interval.
    """
    seen = {value for value in values if value is not None}
    if len(seen) <= MOST_CATEGORIES or any(isinstance(value, str) for value in seen):
        return False
    if level != "interval":
        raise InputError(
            f"{len(seen)} different values",
            f"{'an' if level == 'ordinal' else 'a'} {level} comparison takes {MOST_CATEGORIES} categories at most",
            "For measurements type --level interval, or round them to the scale that the raters used.",
        )
    return True


def scale_of(values: Sequence[Any], level: Level) -> tuple[list[Any], str]:
    """Guess the scale from the values that occur, and say so; refuse to guess an order of words."""
    seen = {value for value in values if value is not None}
    if not seen:
        raise InputError("no row holds a value", "there is nothing to compare")
    if any(isinstance(value, str) for value in seen):
        words = sorted(map(str, seen))
        if level != "nominal":
            raise InputError(
                f"the values are words, such as {', '.join(map(repr, words[:4]))}",
                f"an {level} comparison needs their order",
                "Give it: --scale worst,…,best, or compare with --level nominal.",
            )
        return words, f"no --scale given: the categories that occur are taken for the scale: {', '.join(words)}"
    if all(isinstance(value, int) for value in seen):
        low, high = min(seen), max(seen)
        if high - low >= MOST_CATEGORIES:
            return sorted(seen), "no --scale given: the values that occur are taken for the scale"
        return list(range(low, high + 1)), f"no --scale given: {low}:{high} is taken from the values that occur"
    return sorted(seen), "no --scale given: the values that occur are taken for the scale"


def people_coefficients(people: Ratings, level: Level, options: Mapping[str, Any]) -> dict[str, tuple[str, Estimate]]:
    """Compute every coefficient of people with people: JSON name to (printed name, estimate)."""
    return {name: (title, compute()) for name, (title, compute) in coefficients(people, level, options).items()}


def coefficients(people: Ratings, level: Level, options: Mapping[str, Any]) -> dict[str, Coefficient]:
    """Name every coefficient that is defined at this level: JSON name to (printed name, what computes it)."""
    import agreement as ag

    numeric = all(isinstance(category, int | float) for category in people.scale)
    made: dict[str, Coefficient] = {
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
    return made


def _ordered(people: Ratings, level: Level, options: Mapping[str, Any]) -> dict[str, Coefficient]:
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


def _numeric(people: Ratings, options: Mapping[str, Any]) -> dict[str, Coefficient]:
    import agreement as ag
    from agreement.coefficients.icc import FORMS

    made: dict[str, Coefficient] = {}
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
    data = without_referee(people, found)
    data["notes"] = once([*notes, *(compared.notes if compared else ()), *notes_of(found)])
    if compared and levels is not None:
        data |= _sides(found, compared)
        data["leniency"] = plain(compared.leniency)
        data["noise"] = noise_of(compared.noise)
        for row in compared.leave_one_out:
            if row.leniency is not None:
                data["raters"][row.rater]["with_other_people"] = {name: plain(e) for name, e in row.agreement.items()}
                data["raters"][row.rater]["leniency"] = plain(row.leniency)
        given = sum(level is not None for level in levels.tolist())
        data["n"] |= {"referee_levels": given, "compared": compared.n_units}
    titles = {name: title for name, (title, _) in found.items()}
    return data, agree_text.render(data, titles, referee, confidence, level)


def without_referee(people: Ratings, found: Mapping[str, tuple[str, Estimate]]) -> dict[str, Any]:
    """Return the JSON object of people alone, with all its names."""
    several = (people.codes >= 0).sum(axis=1)
    return {
        "humans": {name: plain(estimate) for name, (_, estimate) in found.items()},
        "referee": None,
        "difference": None,
        "ceiling": None,
        "leniency": None,
        "noise": None,
        "raters": {
            str(name): {"n_ratings": int((people.codes[:, j] >= 0).sum())} for j, name in enumerate(people.raters)
        },
        "n": {
            "units": int((several > 0).sum()),
            "units_rated_twice": int((several > 1).sum()),
            "raters": people.n_raters,
            "ratings": int(several.sum()),
            "clusters": people.n_clusters,
            "dropped": people.n_dropped,
            "referee_levels": None,
            "compared": None,
        },
        "notes": [],
    }


def noise_of(noise: NoiseCeilings) -> dict[str, Any]:
    """Return the estimates of noise ceilings by name."""
    return {name: plain(getattr(noise, name)) for name in noise.__dataclass_fields__}


def _sides(found: Mapping[str, tuple[str, Estimate]], compared: Comparison) -> dict[str, dict[str, Any]]:
    """Return ceiling, people with referee and difference of each coefficient that people have."""
    nothing = undefined(OF_A_MEAN)
    sides: dict[str, dict[str, Any]] = {"referee": {}, "ceiling": {}, "difference": {}}
    for name in found:
        c = compared.compared.get(name)
        sides["referee"][name] = plain(c.human_referee) if c else nothing
        sides["ceiling"][name] = plain(c.ceiling) if c else nothing
        sides["difference"][name] = {**(plain(c.difference) if c else nothing), "p_value": c.p_value if c else None}
    return sides


def notes_of(found: Mapping[str, tuple[str, Estimate]]) -> list[str]:
    """Return the notes of coefficients, each said once, with whose it is unless most have it."""
    holders: dict[str, list[str]] = {}
    for title, estimate in found.values():
        for note in estimate.notes:
            holders.setdefault(note, []).append(title)
    return [
        note if 2 * len(titles) > len(found) else f"{titles[0]}{' and others' if len(titles) > 1 else ''}: {note}"
        for note, titles in holders.items()
    ]


def once(notes: Sequence[str]) -> list[str]:
    """Say each note once, and that clusters are few once, however it is put and whosever note it is."""
    said: dict[str, None] = {}
    few = None
    for note in notes:
        found = FEW_CLUSTERS.search(note)
        few = few or (note[found.start() :] if found else None)
        said[few if found and few else note] = None
    return list(said)


def _split(ratings: Ratings, referee: str | None) -> tuple[Ratings, NDArray[np.float64] | None]:
    import numpy as np

    if referee is None:
        return ratings, None
    at = referee_position(ratings, referee)
    people = ratings.take_raters([j for j in range(ratings.n_raters) if j != at])
    codes = ratings.codes[:, at]
    return people, np.array([None if c < 0 else ratings.scale[c] for c in codes.tolist()], dtype=object)


def referee_position(ratings: Ratings, referee: str) -> int:
    """Return which rater is the referee; refuse a name that nobody has, and a referee without people."""
    names = [str(rater) for rater in ratings.raters]
    if referee not in names:
        raise InputError(f"--referee {referee or repr(referee)}", f"the raters are {', '.join(names[:20])}")
    if len(names) == 1:
        raise InputError(f"--referee {referee}", "there is nobody else to compare it with")
    return names.index(referee)


def undefined(reason: str) -> dict[str, Any]:
    """Return the five fields of an estimate that has no value."""
    return {**dict.fromkeys(("value", "low", "high")), "method": "none", "reason": reason}


def plain(estimate: Estimate) -> dict[str, Any]:
    """Return the five fields of an estimate that every reader needs."""
    return {name: getattr(estimate, name) for name in ("value", "low", "high", "method", "reason")}
