"""A small study that three people have rated, for the tests of the coordinator's pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helpers_app import claims_of, make_study

from referee_calib.records import Rating

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


def rated_study(folder, levels=LEVELS):
    """Make the study; the three claims have 3, 2 and 2 dimensions."""
    study, codes = make_study(folder, RATERS)
    claims = claims_of()
    for rater, its in levels.items():
        for number, (claim, level) in enumerate(zip(claims, its, strict=True)):
            study.add_ratings(given(claim, rater, level, minutes=number, seconds=10.0 * (number + 1)))
    return study, codes, claims
