"""Where the tables of real people's judgements lie, which are not shipped with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

REAL_RATINGS = Path(__file__).parents[2] / "shared" / "data"


def real_ratings(name: str) -> Path:
    """
    One table of real judgements, beside the checkout; the test is skipped where it is missing.

    Parameters
    ----------
    name
        Path below the data folder, e.g. ``fetv/ratings.csv``.

    Returns
    -------
    Path
        The file, which exists.
    """
    path = REAL_RATINGS / name
    if not path.is_file():
        pytest.skip(f"{name}, a table of real judgements that is not shipped, is not at {path}")
    return path
