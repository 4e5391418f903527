"""The page's text: its words are a template, its numbers come from the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiment_results import Mean, Results
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("templates")


def page_text(found: Results) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown of our own, and numbers
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"mean": written, "signed": signed, "number": number, "estimate": estimate}
    return environment.get_template("controlled_training.md.j2").render(found=found, facts=found.facts)


def number(value: float | None, digits: int = 2) -> str:
    """Write a number with a true minus sign."""
    if value is None:
        return "not defined"
    text = f"{value:.{digits}f}"
    return (text.lstrip("-") if not text.strip("-0.") else text).replace("-", "−")


def written(mean: Mean, digits: int = 2) -> str:
    """Write a mean with its interval, where there is one."""
    if mean.low is None:
        return number(mean.value, digits)
    return f"{number(mean.value, digits)} [{number(mean.low, digits)}, {number(mean.high, digits)}]"


def signed(mean: Mean, digits: int = 2) -> str:
    """Write a difference with its interval and its sign."""
    text = written(mean, digits)
    return text if text[0] == "−" else f"+{text}"


def estimate(found: dict[str, Any], digits: int = 2) -> str:
    """Write an estimate of before training with its interval, or that there is none."""
    if found["value"] is None:
        return "not defined"
    return written(Mean(found["value"], found["low"], found["high"]), digits)
