"""Each person with the rest: ratings given, agreement, and severity where categories are numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from referee_calib.table_agreement.agreement_table import PersonRow
from referee_calib.table_agreement.category_tables import pairs_beside
from referee_calib.table_agreement.coefficient_list import coefficients_at, compared_coefficients
from referee_calib.table_agreement.rating_scale import are_sets
from referee_calib.table_agreement.table_options import IntervalOptions, Level

if TYPE_CHECKING:
    from agreement import Ratings

MOST_PEOPLE = 100  # each of whom is compared with the rest; a crowd of more has counts and severity alone


def person_rows(people: Ratings, level: Level, options: IntervalOptions, *, numeric: bool) -> tuple[PersonRow, ...]:
    """Return a row per person, in the order of the file.

    Agreement with the rest pools all pairs of the person with another: one table of pairs, one coefficient, so that it
    is defined for a person who shares few units with each of many others.
    """
    from agreement import rater_severity

    severity = {}
    if level != "nominal" and numeric and people.n_raters > 1:
        severity = rater_severity(people, confidence=options.confidence)
        if options.interval is None:
            severity = {name: replace(one, low=None, high=None, method="none") for name, one in severity.items()}
    sets = are_sets(people.scale)
    wanted = set(compared_coefficients(level, sets=sets))
    listed = [one for one in coefficients_at(level, numeric=False, n_raters=2, sets=sets) if one.name in wanted]
    options = replace(options, population=None)  # pairs are no units
    rows = []
    for j, name in enumerate(people.raters):
        codes = people.codes[:, j]
        rest = {}
        if 1 < people.n_raters <= MOST_PEOPLE:
            beside = pairs_beside(people, codes, leave_out=j)
            rest = {one.name: one.compute(beside, options) for one in listed}
        rows.append(PersonRow(str(name), int((codes >= 0).sum()), rest, severity.get(str(name))))
    return tuple(rows)
