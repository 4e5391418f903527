"""What stands below a table of estimates: how its intervals were made, of whom they speak, and what pairs are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from referee_calib.report import count, listed

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow

PARADOX = 0.2  # by which AC lies above alpha before it is explained
Titled = Sequence[tuple[str, "Estimate"]]


def interval_note(table: AgreementTable, shown: Titled) -> str:
    """Say how intervals were made and over what; which rows differ from most; whom they speak of."""
    if table.interval is None:
        return "No intervals: --interval none."
    with_interval = [(title, one) for title, one in shown if one.low is not None]
    if not with_interval:
        return ""
    over = _over(table, [one for _, one in with_interval])
    by_method = _sorted_out(with_interval, lambda one: one.method)
    by_population = _sorted_out(with_interval, lambda one: one.population)
    return f"{100 * table.confidence:g} % intervals: {by_method}; over {over}. They speak of {by_population}."


def _over(table: AgreementTable, shown: Sequence[Estimate]) -> str:
    """Say what intervals are over: units, or the clusters that these estimates have units in."""
    if table.counts.clusters is None:
        return "units, each taken as independent"
    found = sorted({one.n_clusters for one in shown if one.n_clusters is not None}) or [table.counts.clusters]
    return count(found[0], "cluster") if len(found) == 1 else f"{found[0]:,} to {count(found[-1], 'cluster')}"


def _sorted_out(shown: Titled, of: Callable[[Estimate], str]) -> str:
    """Name what most rows share, and beside it the rows that differ: "jackknife-t (F: ICC(1,1))"."""
    holders: dict[str, list[str]] = {}
    for title, one in shown:
        holders.setdefault(of(one), []).append(title)
    common = max(holders, key=lambda what: len(holders[what]))
    rest = [f"{listed(list(dict.fromkeys(titles)))}: {what}" for what, titles in holders.items() if what != common]
    return f"{common} ({'; '.join(rest)})" if rest else common


def population_note(table: AgreementTable, rows: Iterable[CoefficientRow]) -> str:
    """Say which intervals know that units were drawn from a finite number, and how much narrower they are."""
    if table.population is None:
        return ""
    known = [row.title for row in rows if row.finite and row.people.value is not None]
    n, of = table.counts.units, table.population
    return (
        f"Finite population: the intervals of {listed(known)} speak of the {count(of, 'unit')} of which the {n:,} "
        f"rated ones are taken as a random draw, and are √(1 − {n:,}/{of:,}) as wide as those for units without end. "
        "All other intervals, here and below, and every p-value, speak of units like these."
    )


def pairs_note(table: AgreementTable, rows: Iterable[CoefficientRow]) -> str:
    """Say which coefficients are means over pairs of raters; the others are of all raters at once."""
    shown = list(rows)
    over, pooled = ([row.title for row in shown if getattr(row, how)] for how in ("over_pairs", "pooled"))
    k = table.counts.raters
    said = []
    if over:
        said.append(f"Means over the {k * (k - 1) // 2:,} pairs of raters: {'; '.join(over)}.")
    if pooled:
        said.append(f"Of pairs of raters pooled into one table, because some share few units: {'; '.join(pooled)}.")
    return " ".join([*said, "All others are of all raters at once."]) if said else ""


def icc_note(rows: Iterable[CoefficientRow]) -> str:
    """Say what the forms of the ICC are about, and which to cite."""
    if not any(row.name.startswith("icc_") for row in rows):
        return ""
    return (
        "ICC(1,·) takes raters for different ones on each unit, ICC(2,·) is absolute agreement (McGraw and Wong's A), "
        "ICC(3,·) consistency (their C), to which a constant shift of a rater does not matter. Cite ICC(2,1) for how "
        "far a single rating can be trusted, ICC(3,1) where only order and distance are used, and ICC(·,k) only where "
        "means of k ratings are used."
    )


def prevalence_note(table: AgreementTable) -> str:
    """Say why AC lies far above alpha, where it does: ratings crowd, and the two count chance differently."""
    ac = table.row("gwet_ac1" if table.level == "nominal" else "gwet_ac2_quadratic")
    alpha = table.row(table.main)
    if ac is None or alpha is None or table.categories is None or table.of_sets:
        return ""
    above, below = ac.people.value, alpha.people.value
    if above is None or below is None or above - below < PARADOX:
        return ""
    given = table.categories.all_people()
    top = given.index(max(given))
    share = given[top] / sum(given)
    name = table.categories.categories[top]
    crowded = f"{100 * share:.0f} % of the ratings are {name}, and " if share >= 0.5 else ""
    return (
        f"{ac.title} ({above:.2f}) lies far above {alpha.title} ({below:.2f}): {crowded}the two count chance "
        "differently. Where ratings crowd into few categories, or into neighbouring ones, kappa and alpha take most "
        "agreement for chance, AC and Brennan–Prediger little of it. Neither is wrong: report both, beside the shares "
        "of the categories."
    )


def level_note(table: AgreementTable) -> str:
    """Say what the values are taken for; where nobody said, what was assumed and what would change."""
    if table.unit == "measurements":
        return "The values are measurements: no coefficient of categories is defined."
    if not table.level_assumed:
        return ""
    if len(table.scale) == 2:
        return (
            "No --level was given: ordinal is assumed. With two categories nothing among the chance-corrected "
            "coefficients depends on it: weighted kappa, AC2 and ordinal alpha equal unweighted kappa, AC1 and nominal "
            "alpha. For names without an order (ICC, severity and correlations mean nothing then) type --level nominal."
        )
    return (
        "No --level was given: ordinal is assumed, so that near misses count in part. For names without an order type "
        "--level nominal; for numbers whose distances are equal, --level interval. Either changes the coefficients."
    )


def comparison_note(table: AgreementTable, rows: Sequence[CoefficientRow]) -> str:
    """Say what the p-values are of, how they were made, and what they were corrected for."""
    tests = [row.test for row in rows if row.test is not None]
    if not tests:
        return "No p-values." if table.interval is None else ""
    found = tests[0]
    made = list(dict.fromkeys(one.method for one in tests if one.p_value is not None))
    how = f"by {'; '.join(made)}" if made else "of which none could be computed"
    errors = [one.monte_carlo_error for one in tests if one.monte_carlo_error is not None]
    random = f", Monte Carlo error at most {max(errors):.1g}" if errors and max(errors) > 0 else ""
    return (
        f"p: {found.alternative}, of the hypothesis “{found.null}”, {how}{random}. p (Holm) is corrected "
        f"for the {len(tests)} coefficients of this table, which put one question to the same ratings and of which any "
        "may be cited; the coefficients that only --json compares are no part of that family, so do not choose among "
        "them by p. Intervals are not corrected."
    )


def sides_note(table: AgreementTable) -> str:
    """Say how both sides of a comparison are averaged, and on which units."""
    n = table.counts
    how = (
        "means over pairs of raters"
        if table.averaging == "pairs"
        else "of all pairs of raters pooled into one table, because some pairs share few units"
    )
    single = (
        f" {count(n.single, 'unit')} with one person {'is' if n.single == 1 else 'are'} in neither." if n.single else ""
    )
    return (
        f"Both sides are {how}, on the {count(n.compared or 0, 'unit')} that the referee and two people or more rated, "
        f"and may differ from the table above, which is of all people at once on all their units.{single} The expected "
        "difference of a referee who is one more person is 0."
    )
