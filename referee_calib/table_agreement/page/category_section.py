"""The section about categories: who gives which how often, on which people agree, and which are confused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from referee_calib.report import Block, Column, Row, Section, Table, TableCell, count, count_cell
from referee_calib.table_agreement.category_tables import CategoryTables, shares_of
from referee_calib.table_agreement.page.agreement_sections import noted
from referee_calib.table_agreement.page.cells import cell
from referee_calib.table_agreement.page.table_notes import interval_note

if TYPE_CHECKING:
    from referee_calib.table_agreement.agreement_table import AgreementTable

MOST_SHOWN = 12  # categories, and raters, in a table of shares or of confusion
ALL = "All people"


def category_section(table: AgreementTable) -> Section | None:
    """Build the section; None of measurements."""
    found = table.categories
    if found is None:
        return None
    shown = _most_used(found)
    left_out = len(found.categories) - len(shown)
    what = "labels" if table.of_sets else "categories"
    more = f"Only the {MOST_SHOWN} {what} used most are shown; {left_out} more are in --json." if left_out else ""
    constant = "" if table.of_sets else _constant_note(found)
    blocks: list[Block] = [_shares(table, found, shown), *noted([constant, more])]
    if table.level == "nominal" or len(found.categories) == 2:
        specific = _specific(table, found, shown)
        estimates = [*found.specific.items(), *found.kappa.items()]
        blocks += [specific, *noted([interval_note(table, estimates)])]
    if table.of_sets:
        return Section("categories", "Labels", "Who gives which label how often, and on which do they agree?", blocks)
    if found.pairs is not None:
        blocks += [_people_pairs(table, found, found.pairs, shown)]
    if found.with_referee is not None:
        blocks += [_with_referee(found, found.with_referee, shown)]
    return Section("categories", "Categories", "Who gives which how often, and which are confused?", blocks)


def _most_used(found: CategoryTables) -> list[int]:
    """Return which categories are shown, in the order of the scale."""
    used = [sum(row[k] for row in found.given.values()) for k in range(len(found.categories))]
    most = sorted(range(len(used)), key=lambda k: (-used[k], k))[:MOST_SHOWN]
    return sorted(most)


def _columns(found: CategoryTables, shown: Sequence[int]) -> list[Column]:
    return [Column(found.categories[k], found.categories[k]) for k in shown]


def _shares(table: AgreementTable, found: CategoryTables, shown: Sequence[int]) -> Table:
    people = [name for name in found.given if name != found.referee]
    named = people if len(people) <= MOST_SHOWN else []
    rows = [_share_row(name, found.given[name], found.n_given[name], shown) for name in named]
    everybody = ALL if table.referee else "All raters"
    rows.append(_share_row(everybody, found.all_people(), found.n_of_people(), shown))
    if (name := found.referee) is not None:
        rows.append(_share_row(name, found.given[name], found.n_given[name], shown, "referee"))
    caption = "Prevalence: share of each category among what a rater gave."
    if table.of_sets:
        caption = (
            "Prevalence: share of a rater's sets that hold the label; shares of several labels sum to more than 1."
        )
    return Table("prevalence", caption, "Rater", _columns(found, shown), rows)


def _share_row(name: str, counts: Sequence[int], total: int, shown: Sequence[int], role: str = "") -> Row:
    shares = shares_of(counts, total)
    return Row(name, {"rater": name}, [_share_cell(shares[k], counts[k]) for k in shown], role=role)


def _share_cell(share: float | None, n: int) -> TableCell:
    if share is None:
        return TableCell("–")
    return TableCell(f"{100 * share:.0f} %", shade=share, values={"n": n, "share": share})


def _constant_note(found: CategoryTables) -> str:
    """Name raters who gave a single category."""
    named = [name for name, row in found.given.items() if sum(row) > 1 and sum(n > 0 for n in row) == 1]
    if not named:
        return ""
    shown = ", ".join(named[:MOST_SHOWN]) + (" …" if len(named) > MOST_SHOWN else "")
    return (
        f"A single category was given by {shown}: kappa with such a rater is 0 or not defined whatever the others "
        "gave, and a correlation is not defined."
    )


def _specific(table: AgreementTable, found: CategoryTables, shown: Sequence[int]) -> Table:
    beside = found.specific_referee
    who = "People with people" if beside is not None else "Specific agreement"
    columns = [Column("given", "Sets" if table.of_sets else "Ratings"), Column("people", who, "people", "specific")]
    columns += [Column("kappa", "Fleiss' kappa", "people", "kappa")]
    columns += [Column("referee", "People with referee", "referee", "specific")] if beside is not None else []
    given = found.all_people()
    rows = []
    for k in shown:
        name = found.categories[k]
        cells = [count_cell(given[k]), cell(found.specific[name]), cell(found.kappa[name])]
        cells += [cell(beside[name])] if beside is not None else []
        rows.append(Row(name, {"category": name}, cells))
    caption = (
        "Specific agreement: where one rater gave the category, how often does another give it to the same unit? "
        "Fleiss' kappa: of the category against the rest, corrected for chance."
    )
    if table.of_sets:
        caption = (
            "Specific agreement: where the set of one rater holds the label, how often does that of another on the "
            "same unit? Fleiss' kappa: of sets with the label against sets without it, corrected for chance."
        )
    head = "Label" if table.of_sets else "Category"
    return Table("specific_agreement", caption, head, columns, rows)


def _people_pairs(
    table: AgreementTable, found: CategoryTables, counts: Sequence[Sequence[int]], shown: Sequence[int]
) -> Table:
    who = "people" if table.referee else "raters"
    if table.counts.raters == 2:
        first, second = (row.name for row in table.people)
        caption = f"Units by what {first} (down) and {second} (across) gave."
    else:
        caption = f"Pairs of ratings of one unit by two {who}, each pair both ways, so that the table is symmetrical."
    return Table("pairs", caption, "Category", _columns(found, shown), _confusion_rows(found, counts, shown))


def _with_referee(found: CategoryTables, counts: Sequence[Sequence[int]], shown: Sequence[int]) -> Table:
    total = sum(map(sum, counts))
    caption = f"{count(total, 'pair')} of one person's rating (down) and the rating of {found.referee} (across)."
    return Table(
        "confusion_with_referee", caption, "Person", _columns(found, shown), _confusion_rows(found, counts, shown)
    )


def _confusion_rows(found: CategoryTables, counts: Sequence[Sequence[int]], shown: Sequence[int]) -> list[Row]:
    rows = []
    for down in shown:
        total = sum(counts[down])
        cells = [
            TableCell(f"{n:,}", shade=n / total if total else 0.0, values={"pairs": n})
            for n in (counts[down][across] for across in shown)
        ]
        rows.append(Row(found.categories[down], {"down": found.categories[down]}, cells))
    return rows
