"""Notes beside a number: sentences for readers, with a code where a program has to know one from another."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from agreement.arrays import Floats
from agreement.intervals.degrees_of_freedom import effective_number

FEW_CLUSTERS = 30
FEW_OTHERS = 15  # groups with a rating that is not the usual one
MOST_NAMED = 10


class NoteCode(Enum):
    """What a note is about."""

    FEW_CLUSTERS = "few clusters"
    FEW_UNITS = "few units"
    FEW_RATERS = "few raters"
    LONE_RATINGS = "lone ratings"
    POOLED_PAIRS = "pooled pairs"
    RATERS_IDENTICAL = "raters identical"
    REFEREE_CONSTANT = "referee constant"
    REFEREE_EQUALS_RATER = "referee equals rater"
    REFEREE_REPEATS_RATER = "referee repeats rater"
    SINGLE_RATED = "single rated"
    SPARSE_PAIRS = "sparse pairs"
    LOPSIDED_CLUSTERS = "lopsided clusters"
    RARE_CATEGORY = "rare category"
    UNDEFINED_PAIRS = "undefined pairs"
    UNUSED_WEIGHTS = "unused weights"
    MERGED_SPELLINGS = "merged spellings"
    SIMILAR_CATEGORIES = "similar categories"
    CODE_FOR_MISSING = "code for missing"
    NAME_FOR_MISSING = "name for missing"
    WIDE_SCALE = "wide scale"
    UNDECLARED_SCALE = "undeclared scale"
    REFEREE_CATEGORIES = "categories of the referee"
    EXCLUDED_ROWS = "excluded rows"
    TABLE_FORM = "form of the table"
    TIED_SCORES = "tied scores"
    SATURATED_SCORES = "saturated scores"
    RANGE_RESTRICTION = "range restriction"
    REVERSED_JUDGE = "reversed judge"
    INFINITE_SCORES = "infinite scores"
    UNSCORED_UNITS = "unscored units"
    SEVERAL_MARKS = "several marks"
    MEANS_AS_ONE_PERSON = "means as one person"


class Note(str):
    """A sentence that a reader has to know beside a number.

    Parameters
    ----------
    text : str
    code : NoteCode
        What it is about: to be asked for instead of looking into the sentence.

    Examples
    --------
    >>> note = Note("only 12 clusters", NoteCode.FEW_CLUSTERS)
    >>> print(note, note.code.name)
    only 12 clusters FEW_CLUSTERS
    """

    code: NoteCode

    def __new__(cls, text: str, code: NoteCode) -> Note:
        """Make the sentence, and remember what it is about."""
        note = super().__new__(cls, text)
        note.code = code
        return note

    def __getnewargs__(self) -> tuple[str, NoteCode]:  # type: ignore[override]
        """Say what a copy or a pickle is made of."""
        return str(self), self.code


def few_clusters_note(n_clusters: int | None, *, what: str = "clusters") -> tuple[Note, ...]:
    """Say that intervals rest on few clusters (or units), where they do; None is no clusters at all."""
    if n_clusters is None or n_clusters >= FEW_CLUSTERS:
        return ()
    code = NoteCode.FEW_CLUSTERS if what == "clusters" else NoteCode.FEW_UNITS
    if n_clusters < 2:
        return (Note(f"only {n_clusters} {what.removesuffix('s')}: no interval can be made from it", code),)
    few = f"only {n_clusters} {what}: intervals from fewer than {FEW_CLUSTERS} are rough and tend to be too short"
    return (Note(few, code),)


def lopsided_clusters_note(size: Floats | None) -> tuple[Note, ...]:
    """Say that a few clusters hold most of the units, where they count for less than half of their number.

    >>> import numpy as np
    >>> print(*lopsided_clusters_note(np.array([60.0, 5.0, 5.0, 5.0, 5.0])))
    the largest of 5 clusters holds 75 % of the units: the interval rests on about 1.7 clusters of equal size
    """
    if size is None or len(size) < 2:
        return ()
    equal = effective_number(size)
    if equal >= len(size) / 2:
        return ()
    share = f"the largest of {len(size)} clusters holds {100 * size.max() / size.sum():.0f} % of the units"
    lopsided = f"{share}: the interval rests on about {equal:.2g} clusters of equal size"
    return (Note(lopsided, NoteCode.LOPSIDED_CLUSTERS),)


def rare_category_note(n_other: int, n_groups: int, usual: str, *, what: str = "units") -> tuple[Note, ...]:
    """Say that nearly all ratings are the usual category, where few groups of many have another.

    >>> print(*rare_category_note(4, 200, "0"))
    only 4 of 200 units have a rating other than '0': the interval is rough
    """
    if n_groups < FEW_CLUSTERS or not 0 < n_other < FEW_OTHERS:
        return ()
    rare = f"only {n_other} of {n_groups} {what} have a rating other than {usual!r}: the interval is rough"
    return (Note(rare, NoteCode.RARE_CATEGORY),)


def lone_ratings_note(n_lone: int) -> tuple[Note, ...]:
    """Say that ratings had no other of the same unit to be compared with, where there are some."""
    if not n_lone:
        return ()
    lone = f"{n_lone} rating(s) could not be compared with another of the same unit and did not enter"
    return (Note(lone, NoteCode.LONE_RATINGS),)


def undefined_pairs_note(pairs: Sequence[str]) -> tuple[Note, ...]:
    """Name the pairs of raters for which a coefficient is undefined, where there are some."""
    if not pairs:
        return ()
    more = "" if len(pairs) <= MOST_NAMED else " …"
    named = f"undefined for {len(pairs)} pair(s) of raters, left out: {', '.join(pairs[:MOST_NAMED])}{more}"
    return (Note(named, NoteCode.UNDEFINED_PAIRS),)


def pooled_pairs_note(enough: int, n_pairs: int, *, where: str) -> tuple[Note, ...]:
    """Say that pairs were pooled, because some of them share fewer than ``enough`` units."""
    pooled = (
        f"{n_pairs} pair(s) of raters share fewer than {enough} units, so pairs were pooled {where}: no mean over pairs"
    )
    return (Note(pooled, NoteCode.POOLED_PAIRS),)


def sparse_pairs_note(n_pairs: int, enough: int) -> tuple[Note, ...]:
    """Say that a mean over pairs holds pairs that share fewer than ``enough`` units, where there are some."""
    if not n_pairs:
        return ()
    sparse = f"{n_pairs} pair(s) of raters share fewer than {enough} units: the mean over pairs is biased towards 0"
    return (Note(sparse, NoteCode.SPARSE_PAIRS),)
