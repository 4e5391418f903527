"""What the semantic reward needs of a referee, and how it comes by one: given, by its name, or from a specification."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeGuard

from referee_calib.errors import InputError
from referee_calib.fork_guard import held_against_fork
from referee_calib.records import Claim, Clock, Dimension, RefereeScore

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec, ReplyCache

logger = logging.getLogger(__name__)


class ScoringReferee(Protocol):
    """What the reward needs of a referee (see :class:`referee_calib.referee.Referee`)."""

    @property
    def fingerprint(self) -> str:
        """Name everything that can change a score."""

    def score(
        self,
        claims: Iterable[Claim],
        media: Path,
        *,
        dimensions: Sequence[Dimension] | None = None,
        sample: int = 0,
    ) -> Iterator[RefereeScore]:
        """Judge claims on every dimension that applies; a reward of several samples passes ``samples=k`` as well."""


def is_made(referee: str | RefereeSpec | ScoringReferee) -> TypeGuard[ScoringReferee]:
    """Tell whether it is a referee, and no name or specification of one."""
    return not isinstance(referee, str) and hasattr(referee, "score")


def made_referee(
    referee: str | RefereeSpec | ScoringReferee,
    referees: Path | str | None,
    clock: Clock,
    cache: Path | str | None = None,
) -> ScoringReferee:
    """Return the referee, made where it is not yet; `referees` is where a name is looked up, a study or a file.

    `clock` is for a referee given by name, `cache` for one that is made here; any other brings its own. Raises
    InputError for anything else.
    """
    if is_made(referee):
        return referee
    with held_against_fork():  # a child would wait forever for a module that is half imported
        from referee_calib.referee import RefereeSpec, load_referee, make_referee

        if isinstance(referee, RefereeSpec):
            return make_referee(referee, cache=_cache(cache))
        if isinstance(referee, str):
            folder = None if referees is None else Path(referees)
            return load_referee(referee, folder=folder, clock=clock, cache=_cache(cache))
    raise InputError(f"referee={referee!r:.60}", "it is a name, a RefereeSpec, or an object that scores claims")


def _cache(where: Path | str | None) -> ReplyCache | None:
    """Open the cache of replies; where nobody named it and it cannot be made, training goes on without one."""
    from referee_calib.referee import open_cache

    try:
        return open_cache(where)
    except InputError as error:
        if where is not None:
            raise
        logger.warning("replies are not kept: %s", error)
        return None
