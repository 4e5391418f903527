"""What about the categories of a table has to be asked: spellings, codes for missing, a scale far too wide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from agreement.result_notes import MOST_NAMED, Note, NoteCode
from agreement.tables.cells import PLAIN, WORDS_FOR_MISSING, number_in

FROM_BELOW = (-1, -9, -99, -999)  # codes for missing that lie below every rating
FROM_ABOVE = (9, 99, 999, 9999)
LONG_SCALE = 8  # categories from which on a scale is asked whether it is the raters'
MUCH_WIDER = 4  # times as many categories as the ratings span


def scale_remarks(scale: Sequence[Any], counts: Sequence[int], *, declared: bool) -> tuple[Note, ...]:
    """Return what has to be asked about a scale, of which each category occurs ``counts`` times.

    Examples
    --------
    >>> scale_remarks(("Yes", "yes", "no"), [4, 5, 6], declared=False)
    ("the categories 'Yes' and 'yes' differ only in case: they count as different ones",)
    >>> [note.code.value for note in scale_remarks(range(101), [3] * 5 + [0] * 96, declared=True)]
    ['wide scale']
    """
    seen = [category for category, n in zip(scale, counts, strict=True) if n]
    notes = similar_categories(scale)
    if declared:
        return notes + _wide_scale(counts)
    of = {category: n for category, n in zip(scale, counts, strict=True) if n}
    return notes + codes_for_missing(of) + words_like_missing(seen)


def similar_categories(scale: Iterable[Any]) -> tuple[Note, ...]:
    """Name categories that differ only in case, in blanks, or in the zeros of a number."""
    texts = [category for category in scale if not isinstance(category, frozenset)]
    if not any(isinstance(category, str) for category in texts):
        return ()
    tests: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("case", str.casefold),
        ("case and blanks", lambda text: re.sub(r"[\W_]+", " ", text.casefold()).strip()),
        ("zeros", lambda text: number_in(text) if PLAIN.fullmatch(text) else text),
    )
    found: dict[tuple[str, ...], str] = {}
    for what, form in tests:
        alike: dict[Any, list[str]] = {}
        for text in map(str, texts):
            alike.setdefault(form(text), []).append(text)
        for group in alike.values():
            if len(group) > 1:
                found.setdefault(tuple(group), what)
    notes = [
        f"the categories {' and '.join(map(repr, group))} differ only in {what}: they count as different ones"
        for group, what in list(found.items())[:MOST_NAMED]
    ]
    return tuple(Note(text, NoteCode.SIMILAR_CATEGORIES) for text in notes)


def codes_for_missing(counts: Mapping[Any, int]) -> tuple[Note, ...]:
    """Ask about −1, −9, 99, 999 and the like where they lie apart from every other number.

    Parameters
    ----------
    counts : mapping of number to int
        How often each value occurs.

    Examples
    --------
    >>> [str(note)[:39] for note in codes_for_missing({-1: 18, 0: 29, 1: 14, 2: 15})]
    ['-1 (18) looks like a code for a missing']
    >>> codes_for_missing({98: 1, 99: 3, 100: 2})
    ()
    """
    found = numbers_like_missing(counts)
    if not found:
        return ()
    asked = [f"{value} ({counts[value]})" for value in found]
    one = len(asked) == 1
    looks, was = ("looks like a code", "was") if one else ("look like codes", "were")
    typed = ",".join(map(str, found))
    text = (
        f"{', '.join(asked)} {looks} for a missing rating and {was} read as a rating: if it means missing, type "
        f"--missing={typed} or, in Python, write NaN; if not, name it in the scale"
    )
    return (Note(text, NoteCode.CODE_FOR_MISSING),)


def numbers_like_missing(values: Iterable[Any]) -> list[Any]:
    """Return those of −1, −9, 99, 999 and the like that lie apart from every other number, lowest first.

    Examples
    --------
    >>> numbers_like_missing([1, 2, 3, -1, 99]), numbers_like_missing([97, 98, 99]), numbers_like_missing([-2, -1, 0])
    ([-1, 99], [], [])
    """
    numbers = {value for value in values if isinstance(value, int | float) and not isinstance(value, bool)}
    others = [value for value in numbers if value not in FROM_BELOW + FROM_ABOVE]
    if not others:
        return []
    low, high = min(others), max(others)
    gap = max(2, high - low)
    below = [value for value in numbers if value in FROM_BELOW and low >= 0]
    return sorted(below + [value for value in numbers if value in FROM_ABOVE and value - high > gap])


def words_like_missing(labels: Iterable[Any], what: str = "category") -> tuple[Note, ...]:
    """Ask about a category, a cluster or a rater whose name reads like a missing value.

    Examples
    --------
    >>> words_like_missing(["v1", "NA", "NA", "v2"], "cluster")
    ("the cluster 'NA' (2) reads like a missing value and is taken for a name",)
    """
    found = Counter(label for label in labels if isinstance(label, str) and label.strip().lower() in WORDS_FOR_MISSING)
    texts = [
        f"the {what} {label!r} ({n}) reads like a missing value and is taken for a name" for label, n in found.items()
    ]
    return tuple(Note(text, NoteCode.NAME_FOR_MISSING) for text in texts)


def clusters_like_missing(labels: NDArray[Any]) -> tuple[Note, ...]:
    """Ask about a cluster that is called as a missing value is, one label per unit."""
    if labels.dtype.kind in "iufb" or not words_like_missing(set(labels.tolist()), "cluster"):
        return ()
    return words_like_missing(labels.tolist(), "cluster")


def _wide_scale(counts: Sequence[int]) -> tuple[Note, ...]:
    used = [position for position, n in enumerate(counts) if n]
    if len(counts) < LONG_SCALE or not used:
        return ()
    span = used[-1] - used[0] + 1
    if span * MUCH_WIDER > len(counts):
        return ()
    text = (
        f"the declared scale has {len(counts)} categories, and every rating lies within {span} of them: "
        "weighted kappa, AC1, AC2 and Brennan–Prediger rise with categories that nobody used"
    )
    return (Note(text, NoteCode.WIDE_SCALE),)
