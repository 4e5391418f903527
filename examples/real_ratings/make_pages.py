"""Recompute every number of the two pages on real ratings, and write pages and pictures anew.

Usage::

    python examples/real_ratings/make_pages.py --fetv DIR --spans DIR [--pages DIR] [--pictures DIR]

Nothing is fetched: the folders are your own copies of the two repositories that README.md names.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from fetv_tables import read_fetv
from five_judges import five_judges
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from moment_agreement import moment_agreement
from page_figures import draw
from page_numbers import filters
from span_tables import NAMES, read_spans

from referee_calib.errors import RefereeCalibError

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
PAGES = ("five_judges.md", "when_people_agree.md")


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description="Recompute the pages on real ratings.")
    parser.add_argument("--fetv", type=Path, required=True, help="your copy of llyx97/FETV-EVAL, or its CSV tables")
    parser.add_argument(
        "--spans", type=Path, required=True, help="your copy of mayu-ot/hidden-challenges-MR, or its CSV tables"
    )
    parser.add_argument("--pages", type=Path, default=DOCS / "explanation" / "real_ratings", help="where pages go")
    parser.add_argument("--pictures", type=Path, default=DOCS / "pictures" / "real_ratings", help="where pictures go")
    given = parser.parse_args()
    try:
        made = make_pages(given.fetv, given.spans, given.pages, given.pictures)
    except RefereeCalibError as error:
        sys.exit(f"make_pages: {error}")
    print("\n".join(map(str, made)))


def make_pages(fetv: Path, spans: Path, pages: Path, pictures: Path) -> list[Path]:
    """Compute, write pages and pictures, and return their paths."""
    judges = five_judges(read_fetv(fetv))
    moments = [moment_agreement(name, read_spans(spans, name)) for name in NAMES]
    pages.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        (pages / page).write_text(page_text(page, five=judges, moments=moments), encoding="utf-8")
    return [pages / page for page in PAGES] + draw(judges, moments, pictures)


def page_text(page: str, **found: Any) -> str:
    """Return a page's text; `found` is ``five`` for the page on judges, ``moments`` for the one on spans."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown of our own, and numbers
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters()
    return environment.get_template(f"{page}.j2").render(**found)


if __name__ == "__main__":
    main()
