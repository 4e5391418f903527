"""Numbers as the pages print them."""

from __future__ import annotations

from typing import Any

from agreement import Estimate


def number(value: float | None, digits: int = 2) -> str:
    """Write a number with a true minus sign."""
    if value is None:
        return "not defined"
    text = f"{value:.{digits}f}"
    return (text.lstrip("-") if not text.strip("-0.") else text).replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """Write a difference with its sign."""
    text = number(value, digits)
    return text if text[0] == "−" or not text.strip("0.") else f"+{text}"


def estimate(found: Estimate, digits: int = 2, *, sign: bool = False) -> str:
    """Write a value with its interval, or why there is none."""
    if found.value is None:
        return f"not defined ({found.reason})"
    write = signed if sign else number
    if found.low is None or found.high is None:
        return write(found.value, digits)
    return f"{write(found.value, digits)} [{write(found.low, digits)}, {write(found.high, digits)}]"


def difference(found: Estimate, digits: int = 2) -> str:
    """Write a difference with its interval."""
    return estimate(found, digits, sign=True)


def percent(found: Estimate | float, digits: int = 0) -> str:
    """Write a share, with its interval where it has one, in percent."""
    if not isinstance(found, Estimate):
        return f"{number(100 * found, digits)} %"
    ends = [found.value, found.low, found.high]
    if any(end is None for end in ends):
        return f"not defined ({found.reason})" if found.value is None else f"{number(100 * found.value, digits)} %"
    value, low, high = (number(100 * float(end or 0.0), digits) for end in ends)
    return f"{value} % [{low}, {high}]"


def p_value(value: float | None) -> str:
    """Write a p-value with three digits."""
    if value is None:
        return "none"
    return "< 0.001" if value < 0.001 else number(value, 3)


def filters() -> dict[str, Any]:
    """Return what the pages' templates write numbers by."""
    return {
        "number": number,
        "signed": signed,
        "estimate": estimate,
        "difference": difference,
        "percent": percent,
        "p": p_value,
        "number_of": lambda found: number(found.value),
        "thousands": lambda value: f"{value:,}",
    }
