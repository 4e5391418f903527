"""One paragraph for a paper: who rated what, one coefficient with its interval, how it was made, and nothing beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib import __version__
from referee_calib.report import Item, count, listed, p_value
from referee_calib.table_agreement.page.headline import FEW, main_row, with_interval

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow

_CITED = {
    "alpha": (
        "Hayes and Krippendorff (2007), Communication Methods and Measures 1(1), 77–89",
        "https://doi.org/10.1080/19312450709336664",
    ),
    "masi": ("Passonneau (2006), Proceedings of LREC 2006, 831–836", "https://aclanthology.org/L06-1392/"),
    "gwet": (
        "Gwet (2008), British Journal of Mathematical and Statistical Psychology 61(1), 29–48",
        "https://doi.org/10.1348/000711006X126600",
    ),
    "kappa": (
        "Cohen (1960), Educational and Psychological Measurement 20(1), 37–46",
        "https://doi.org/10.1177/001316446002000104",
    ),
    "weighted": ("Cohen (1968), Psychological Bulletin 70(4), 213–220", "https://doi.org/10.1037/h0026256"),
    "icc": ("Shrout and Fleiss (1979), Psychological Bulletin 86(2), 420–428", "https://doi.org/10.1037/0033-2909.86.2.420"),
    "holm": ("Holm (1979), Scandinavian Journal of Statistics 6(2), 65–70", "https://www.jstor.org/stable/4615733"),
}  # fmt: skip
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def paragraph(table: AgreementTable) -> str:
    """Write the paragraph: plain text of one line."""
    said = [_setting(table), _people(table), _referee(table), _method(table), _caution(table)]
    said.append(f"Computed with referee-calib {__version__}, seed {table.seed}.")
    return " ".join(part for part in said if part)


def references(table: AgreementTable) -> list[Item]:
    """List what the paragraph rests on."""
    keys = ["alpha", "masi"] if table.of_sets else ["alpha"]
    if any(row.name.startswith("gwet") for row in _beside(table)):
        keys.append("gwet")
    if any(row.name.startswith("icc") for row in _beside(table)):
        keys.append("icc")
    if table.compared:
        keys += [] if table.of_sets else ["kappa" if table.level == "nominal" else "weighted"]
        keys.append("holm")
    return [Item(f"{_CITED[key][0]}.", link=_CITED[key][1]) for key in keys]


def _setting(table: AgreementTable) -> str:
    n = table.counts
    people = f"{_in_words(n.raters)} {'rater' if n.raters == 1 else 'raters'}"
    clusters = "" if n.clusters is None else f" in {count(n.clusters, 'cluster')}"
    gaps = "none missing" if not n.missing else f"{n.missing:,} of {n.missing + n.ratings:,} missing"
    return (
        f"{people[:1].upper()}{people[1:]} rated {count(n.units, 'unit')}{clusters} {_scale(table)}: "
        f"{count(n.ratings, 'rating')}, {gaps}."
    )


def _in_words(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else f"{n:,}"


def _scale(table: AgreementTable) -> str:
    if table.unit == "measurements":
        return "by measurements"
    scale = table.people_scale
    q = len(scale)
    if table.of_sets and table.categories is not None:
        return f"with sets of {_in_words(len(table.categories.categories))} labels"
    if table.level == "nominal":
        return f"into {_in_words(q)} {'category' if q == 1 else 'categories'} without an order"
    if q == 1:
        return f"on an {table.level} scale of which one level was used, {scale[0]}"
    return f"on an {table.level} scale of {_in_words(q)} levels, {scale[0]} to {scale[-1]}"


def _beside(table: AgreementTable) -> list[CoefficientRow]:
    """Return what stands beside the main coefficient: agreement as it is, and AC or the ICC."""
    if table.of_sets:
        names = ["percent_agreement", "krippendorff_alpha_jaccard"]
        return [row for name in names if (row := table.row(name)) is not None and row.people.value is not None]
    names = ["percent_agreement", "gwet_ac1" if table.level == "nominal" else "gwet_ac2_quadratic"]
    if table.level == "interval":
        names = ["icc_2_1"] if table.unit == "measurements" else ["percent_agreement", "icc_2_1"]
    rows = [row for name in names if (row := table.row(name)) is not None]
    return [row for row in rows if row.people.value is not None]


def _people(table: AgreementTable) -> str:
    found = main_row(table)
    if found.people.value is None:
        return f"{_in_a_sentence(found)} is not defined ({found.people.reason})."
    beside = [f"{_in_a_sentence(row)} was {_told(row.people, table)}" for row in _beside(table)]
    text = f"{_in_a_sentence(found)} was {_told(found.people, table)}"
    return f"{text}; {listed(beside)}." if beside else f"{text}."


def _in_a_sentence(row: CoefficientRow) -> str:
    """Name a coefficient within a sentence: "Gwet's AC2 (quadratic weights)", "pairwise agreement"."""
    name, comma, what = row.title.partition(", ")
    if row.name in ("percent_agreement", "unanimous_agreement"):
        name = name[:1].lower() + name[1:]
    return f"{name} ({what})" if comma else name


def _told(found: Estimate, table: AgreementTable) -> str:
    """Write "0.273 [0.011, 0.499]", with its number of units where it is not that of the paragraph."""
    text = with_interval(found)
    own = found.n_units
    return text if own in (0, table.counts.units, table.counts.units_rated_twice) else f"{text} on {count(own, 'unit')}"


def _referee(table: AgreementTable) -> str:
    if table.referee is None:
        return ""
    if table.copies:
        return f"{'; '.join(table.copies)}."
    said = [_comparison(table), _lenient(table)]
    return " ".join(part for part in said if part)


def _comparison(table: AgreementTable) -> str:
    row = table.row(table.compared[1]) if table.compared else None
    if row is None or row.difference is None or row.difference.value is None:
        return ""
    how = "as a mean over pairs" if table.averaging == "pairs" else "of all pairs pooled"
    family = sum(1 for one in table.rows if one.p_holm is not None)
    test = row.test
    tested = ", no p-value"
    if test is not None and test.p_value is not None and row.p_holm is not None:
        tested = (
            f", {_p(test.p_value)} by {test.method}, {_p(row.p_holm)} after Holm's correction over "
            f"{_in_words(family)} coefficients"
        )
    return (
        f"On the {count(table.counts.compared or 0, 'unit')} that the referee {table.referee} rated too, "
        f"{_in_a_sentence(row)}, {how}, was {with_interval(row.ceiling)} among people and "
        f"{with_interval(row.referee)} between people and the referee, a difference of "
        f"{with_interval(row.difference, sign=True)} (hypothesis of no difference{tested})."
    )


def _p(value: float) -> str:
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def _lenient(table: AgreementTable) -> str:
    if table.leniency is None or table.leniency.value is None:
        return ""
    unit = "levels" if table.unit == "scale" else "units"
    return f"Referee minus rater was {with_interval(table.leniency, sign=True)} {unit}."


def _method(table: AgreementTable) -> str:
    found = main_row(table).people
    if table.interval is None or found.low is None:
        return ""
    n = table.counts
    over = "units taken as independent" if n.clusters is None else "clusters"
    populations = dict.fromkeys(row.people.population for row in (main_row(table), *_beside(table)))
    whom = listed(list(populations))
    units = "units like these"
    if table.population is not None:
        units = f"the {count(table.population, 'unit')} of which these were drawn (finite-population correction)"
    return (
        f"Brackets are {100 * table.confidence:g} % intervals ({found.method}) over {over}; they speak of {whom}, on "
        f"{units}."
    )


def _caution(table: AgreementTable) -> str:
    n = table.counts.independent
    if n >= FEW or table.interval is None:
        return ""
    what = "unit" if table.counts.clusters is None else "cluster"
    if n < 2:
        return f"With {count(n, what)} no interval can be given, and the values say nothing about other {what}s."
    return (
        f"With {count(n, what)} the intervals are rough and tend to be too short, and no more is claimed than the "
        "values themselves."
    )
