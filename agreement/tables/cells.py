"""The one rule by which a cell becomes a category, of text and of Python's own values alike.

1. A cell without content is missing; so is one of the codes that the user named as missing.
2. A cell that holds or spells a plain number is that number: ``3``, ``"3"`` and ``"3.0"`` are 3. Whole numbers are
   exact at any length. A decimal is read to 15 significant digits, which is what a double always holds:
   ``0.30000000000000004`` is 0.3, as in a spreadsheet.
3. Where cells are names (a nominal comparison), a number with zeros that no program adds is a code and stays text:
   ``1.10`` is not 1.1, and ``007`` is not 7.
4. Every other cell is a word, without the blanks around it; case and spelling stay.

Nothing is merged in silence: what the rule makes one, it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from agreement.errors import AgreementError
from agreement.result_notes import MOST_NAMED, Note, NoteCode

SIGNIFICANT = Context(prec=15)
WHOLE_IN_A_DOUBLE = 2**53  # whole numbers up to which a float holds each one
LONGEST_NUMBER = 300  # characters; a float holds no larger ones
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+(\.0*)?", re.ASCII)
ZEROS_IN_FRONT = re.compile(r"[+-]?0\d", re.ASCII)
WORDS_FOR_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})


@dataclass(frozen=True)
class CategoryCells:
    """Cells read by the rule.

    Attributes
    ----------
    values : list
        Whole numbers as int, decimals as float, words as str, sets as frozenset; None where missing.
    missing : dict of str to int
        How often each written word or code was taken for a missing value; empty cells are not counted here.
    notes : tuple of Note
        Which spellings became one category.
    """

    values: list[Any]
    missing: dict[str, int]
    notes: tuple[Note, ...]


def as_categories(
    cells: Iterable[Any],
    *,
    names: bool = False,
    missing: Sequence[Any] = (),
    scale: Sequence[Any] = (),
    decimal_comma: bool = False,
    words_for_missing: frozenset[str] = WORDS_FOR_MISSING,
) -> CategoryCells:
    """Read cells as categories: the one rule for text from a file and for Python's own values.

    Parameters
    ----------
    cells : iterable
        Text, numbers, None, NaN, sets.
    names : bool, default False
        Whether cells are names and no numbers, as in a nominal comparison: then ``1.10`` and ``007`` stay text.
    missing : sequence, optional
        Further codes for a missing rating, such as ``("-1", "99")``.
    scale : sequence, optional
        Declared categories: a cell that is one of them is that category, whatever else it looks like.
    decimal_comma : bool, default False
        Whether ``2,5`` is a number.
    words_for_missing : frozenset of str
        Words, in small letters, that stand for a missing rating; by default the usual ones of tables, ``NA`` and kin.

    Returns
    -------
    CategoryCells

    Raises
    ------
    AgreementError
        For a cell that is neither a number, a word nor a set.

    Examples
    --------
    >>> as_categories(["3", "3.0", 3, "", "unsure", "0.30000000000000004"]).values
    [3, 3, 3, None, 'unsure', 0.3]
    >>> as_categories(["1.1", "1.10", "007", "3.0"], names=True).values
    [1.1, '1.10', '007', 3]
    >>> as_categories(["100000000000000001", "-1"], missing=["-1"])
    CategoryCells(values=[100000000000000001, None], missing={'-1': 1}, notes=())
    """
    given = list(cells)
    keys = [cell if type(cell) is str else _key(cell) for cell in given]
    rule, count = _Rule(names, missing, scale, decimal_comma, words_for_missing), Counter(keys)
    read = {key: rule(key if isinstance(key, str) else key[1]) for key in count}  # a table has few spellings
    lost: Counter[str] = Counter()
    for key, value in read.items():
        written = _written(key)
        if value is None and written:
            lost[written] += count[key]
    spellings = [(key if isinstance(key, str) else key[1], value) for key, value in read.items() if value is not None]
    return CategoryCells([read[key] for key in keys], dict(lost), _merged(spellings))


Key = str | tuple[type, Hashable]


def _key(cell: Any) -> Key:
    """Return what tells a cell that is no text from others: 3 from 3.0, and everything absent as one."""
    if is_absent(cell):
        return type(None), None
    if isinstance(cell, set):
        cell = frozenset(cell)
    if not isinstance(cell, Hashable):
        raise AgreementError(f"a cell that holds {cell!r:.60}", "a category is a number, a word, or a set of labels")
    return str(cell) if isinstance(cell, str) else (type(cell), cell)


def _written(key: Key) -> str:
    """Return a cell as the table has it, "" where it is empty."""
    cell = key if isinstance(key, str) else key[1]
    if cell is None:
        return ""
    return ", ".join(map(str, cell)) if isinstance(cell, frozenset) else str(cell).strip()


class _Rule:
    def __init__(
        self,
        names: bool,
        missing: Sequence[Any] = (),
        scale: Sequence[Any] = (),
        decimal_comma: bool = False,
        words_for_missing: frozenset[str] = frozenset(),
    ) -> None:
        self.names, self.decimal_comma = names, decimal_comma
        self.declared = {str(category): category for category in scale}
        self.gone = {self.value(code) for code in missing}
        self.words = words_for_missing - {word.lower() for word in self.declared}

    def __call__(self, cell: Any) -> Any:
        if cell is None:
            return None
        if isinstance(cell, set | frozenset):
            labels = frozenset(map(self.value, cell))
            return None if len(labels) == 1 and all(map(self._is_gone, labels)) else labels
        text = cell.strip() if isinstance(cell, str) else str(cell)
        if text in self.declared:
            return self.declared[text]
        value = self.value(cell)
        return None if self._is_gone(value) else value

    def _is_gone(self, value: Any) -> bool:
        return value in self.gone or (isinstance(value, str) and value.lower() in self.words)

    def value(self, cell: Any) -> Any:
        if not isinstance(cell, str):
            return plain_value(cell)
        text = cell.strip()
        number = text.replace(",", ".") if self.decimal_comma and "." not in text else text
        return number_in(number) if self._is_number(number) else text

    def _is_number(self, text: str) -> bool:
        if not PLAIN.fullmatch(text) or len(text) > LONGEST_NUMBER or not np.isfinite(float(text)):
            return False
        return not (self.names and _is_code(text))


def _is_code(number: str) -> bool:
    """Tell whether a plain number is written as programs do not write numbers: 007, 1.10, 12e5."""
    if WHOLE.fullmatch(number):
        return ZEROS_IN_FRONT.match(number) is not None
    return ZEROS_IN_FRONT.match(number) is not None or number.endswith("0") or "e" in number.lower()


def is_absent(cell: Any) -> bool:
    """Tell whether a cell is None, NaN or a missing marker of pandas.

    pandas' NA is neither equal to itself nor comparable; it is known by its type, without importing pandas.
    """
    return (
        cell is None
        or type(cell).__name__ in ("NAType", "NaTType")
        or (isinstance(cell, float | np.floating | Decimal) and bool(cell != cell))
    )


def category_of(cell: Any) -> Any:
    """Return one cell of a Python table as the category it is; words that could mean missing are words there.

    Examples
    --------
    >>> category_of("3.0"), category_of(" yes"), category_of(2.0)
    (3, 'yes', 2)
    """
    return PYTHON(cell)


def number_in(text: str) -> int | float:
    """Return the number that a plain text spells: whole ones exactly, decimals to 15 significant digits.

    Examples
    --------
    >>> number_in("100000000000000001"), number_in("3.0"), number_in("0.30000000000000004"), number_in("-1e1")
    (100000000000000001, 3, 0.3, -10)
    """
    return int(text.partition(".")[0]) if WHOLE.fullmatch(text) else _rounded(SIGNIFICANT.create_decimal(text))


def plain_value(cell: Any) -> Any:
    """Return a value of numpy or Python as the category it is: numbers by value, everything else as it is.

    Examples
    --------
    >>> plain_value(3.0), plain_value(0.1 + 0.2), plain_value(np.int64(7)), plain_value(True)
    (3, 0.3, 7, True)
    """
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    if isinstance(cell, Integral):
        return int(cell)
    if isinstance(cell, Real) and np.isfinite(float(cell)):
        return _rounded(SIGNIFICANT.create_decimal(repr(float(cell))))
    if isinstance(cell, Decimal) and cell.is_finite():
        return number_in(str(cell)) if WHOLE.fullmatch(str(cell)) else _rounded(SIGNIFICANT.plus(cell))
    return cell.item() if isinstance(cell, np.generic) else cell


def _rounded(number: Decimal) -> int | float:
    whole = number == number.to_integral_value() and abs(number) <= WHOLE_IN_A_DOUBLE
    return int(number) if whole else float(number)


def _merged(spellings: Iterable[tuple[Hashable, Any]]) -> tuple[Note, ...]:
    """Name the spellings that became one category."""
    of: dict[Any, dict[Hashable, None]] = {}
    for spelling, value in spellings:
        of.setdefault(value, {})[spelling] = None
    several = [f"{value} ({', '.join(map(repr, found))})" for value, found in of.items() if len(found) > 1]
    if not several:
        return ()
    more = "" if len(several) <= MOST_NAMED else " …"
    text = f"spelled in more than one way and read as one category: {'; '.join(several[:MOST_NAMED])}{more}"
    return (Note(text, NoteCode.MERGED_SPELLINGS),)


PYTHON = _Rule(names=False)
