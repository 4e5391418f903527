"""Numbers and results put into words, the same in every table, figure and sentence."""

from __future__ import annotations

from referee_calib.report.schema.dimension_schema import EstimateJson

UNDEFINED = "not defined"


def number(value: float | None, digits: int = 2) -> str:
    """Write a number with a fixed count of digits and a true minus sign; None as "not defined"."""
    if value is None:
        return UNDEFINED
    text = f"{value:.{digits}f}"
    if not text.strip("-0."):
        text = text.lstrip("-")  # no "−0.00"
    return text.replace("-", "−")


def p_value(p: float | None) -> str:
    """Write a p-value with three digits; one that would read as 0 is said to be below 0.001."""
    return "< 0.001" if p is not None and p < 0.001 else number(p, 3)


def signed(value: float | None, digits: int = 2) -> str:
    """Write a difference, with its sign."""
    text = number(value, digits)
    return text if value is None or text[0] == "−" or not text.strip("0.") else f"+{text}"


def interval(estimate: EstimateJson, digits: int = 2) -> str:
    """Write the interval of an estimate as "[low, high]"; empty when there is none."""
    if estimate["low"] is None or estimate["high"] is None:
        return ""
    return f"[{number(estimate['low'], digits)},\N{NO-BREAK SPACE}{number(estimate['high'], digits)}]"


def count(n: int, noun: str, plural: str = "") -> str:
    """Write "1 claim", "2 claims", "1,200 claims"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def upper_first(text: str) -> str:
    """Begin a text with a capital and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(words: list[str]) -> str:
    """Join words as in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def share(part: float | None, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return UNDEFINED if part is None else f"{number(100 * part, digits)} %"
