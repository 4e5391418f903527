"""Which referee of a study is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from referee_calib.errors import InputError
from referee_calib.study import other_rubric

if TYPE_CHECKING:
    from referee_calib.study import Study


_REQUIRED = {"certify": " --out FILE", "recalibrate": " --out FILE"}  # what else each verb needs to be typed


def choose_referee(study: Study, prefix: str | None = None, *, verb: str = "report") -> str:
    """Return the fingerprint of the referee that is meant.

    Parameters
    ----------
    prefix : str, optional
        The beginning of a fingerprint; may be left out when one referee has scored the study.
    verb : str
        Of the command line, for what to type.

    Raises
    ------
    InputError
        When nobody scored the study, several did and none is named, or the prefix fits none or several.
    """
    every = sorted({score.referee for score in study.scores()})
    described = study.referees()
    scored = [one for one in every if not other_rubric(study.rubric, described.get(one, {}))]
    _refuse_other_rubric(study, [one for one in every if one not in scored], scored, prefix)
    if not scored:
        raise InputError(
            f"study {study.folder}",
            "no referee has scored it, so there is nothing to compare people with",
            f"Type: referee-calib score {study.folder}",
        )
    fitting = [fingerprint for fingerprint in scored if fingerprint.startswith(prefix or "")]
    if len(fitting) == 1:
        return fitting[0]
    descriptions = study.referees()
    offered = ", ".join(f"{f[:8]} ({descriptions.get(f, {}).get('name', 'unnamed')})" for f in scored)
    if not fitting:
        raise InputError(f"referee {prefix}", f"none of that fingerprint has scored this study; there are {offered}")
    raise InputError(
        f"study {study.folder}",
        f"{len(fitting)} referees have scored it: {offered}" if not prefix else f"{prefix} fits several of {offered}",
        f"Choose one: referee-calib {verb} {study.folder} --referee {fitting[0][:8]}{_REQUIRED.get(verb, '')}",
    )


def _refuse_other_rubric(study: Study, others: Sequence[str], scored: Sequence[str], prefix: str | None) -> None:
    """Stop when the referee that is meant was asked with other words than the study's people."""
    meant = [one for one in others if one.startswith(prefix or "")]
    if not meant or any(one.startswith(prefix or "") for one in scored):
        return
    about = study.referees()[meant[0]]
    name = about.get("name", "unnamed")
    raise InputError(
        f"referee {meant[0][:8]} ({name})",
        f"it was asked with the rubric {other_rubric(study.rubric, about)}, and the study's is {study.rubric.version}: "
        "its levels mean something else",
        f"Score the claims anew: referee-calib score {study.folder} --referee {name}",
    )


def check_ratings(study: Study) -> None:
    """Stop when nobody has rated anything."""
    if not study.counts()["ratings"]:
        raise InputError(
            f"study {study.folder}",
            "nobody has rated any of its claims",
            f"Let people rate with: referee-calib annotate {study.folder}",
        )
