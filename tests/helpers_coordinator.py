"""A small study that three people have rated, for the tests of the coordinator's pages."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from helpers_app import claims_of, make_study

from referee_calib.records import Rating
from referee_calib.study import Study

RATERS = ("ada", "bob", "cyd")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# level of each rater on the three claims, the same on every dimension of a claim
LEVELS = {"ada": (4, 4, 0), "bob": (0, 4, 1), "cyd": (2, 3, 0)}
HOSTILE_NOTE = '<img src=x onerror="document.title=1"> **not bold** [link](http://elsewhere.example)'


def given(claim, rater, level, *, minutes=0, seconds=10.0, **more):
    """Return one act of rating: every dimension of a claim."""
    time = (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
    common = {"claim": claim.id, "rater": rater, "seconds": seconds, "time": time, "origin": "app", **more}
    return [
        Rating(dimension=name, level=level, nonce=f"{rater}-{claim.id}-{minutes}", **common)
        for name in claim.dimensions
    ]


def rated_study(folder, levels=None):
    """Make the study; the three claims have 3, 2 and 2 dimensions. Returns it, the personal codes and the claims."""
    template, codes = _template()
    shutil.copytree(template, folder)
    study, claims = Study.open(folder), claims_of()
    ratings = [
        one
        for rater, its in (LEVELS if levels is None else levels).items()
        for number, (claim, level) in enumerate(zip(claims, its, strict=True))
        for one in given(claim, rater, level, minutes=number, seconds=10.0 * (number + 1))
    ]
    study.add_ratings(ratings)
    return study, codes, claims


@cache
def _template():
    """Make the study without ratings once; encoding its clip takes longer than copying it."""
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    folder = Path(place.name) / "study"
    _, codes = make_study(folder, RATERS)
    return folder, codes
