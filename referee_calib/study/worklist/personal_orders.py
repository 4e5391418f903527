"""The order in which a rater sees all claims, kept in memory: making it takes as long as there are claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Self

from sqlalchemy import Connection

from referee_calib.study.people.raters import personal_order
from referee_calib.study.store import claim_rows
from referee_calib.study.study import Study
from referee_calib.study.worklist.known_items import with_known

_KEPT = 100  # orders; of 20,000 claims one takes about 2 MB
_orders: dict[tuple[object, ...], PersonalOrder] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class PersonalOrder:
    """Keys in order, and the place of each."""

    keys: tuple[str, ...]
    places: dict[str, int]

    @classmethod
    def of(cls, keys: Iterable[str]) -> Self:
        """Keep keys as they come."""
        ordered = tuple(keys)
        return cls(ordered, {key: place for place, key in enumerate(ordered)})


def personal_order_of(connection: Connection, study: Study, rater: str) -> PersonalOrder:
    """Return the claims people rate in this rater's own order, with gold claims and attention checks among them.

    Claims that join later change the order of no others.
    """
    seed = study.config.order_seed
    rubric, shares, stamp = study.rubric, study.config.onboarding, claim_rows.rateable_stamp(connection)
    name = (study.folder.absolute(), study.config.created, seed, rater, rubric.version, shares, stamp)
    found = _orders.get(name)
    if found is None:
        own = personal_order(claim_rows.rateable(connection, rubric.dimensions), rater, seed)
        found = PersonalOrder.of(with_known(connection, study, rater, own))
        with _lock:
            while len(_orders) >= _KEPT:
                del _orders[next(iter(_orders))]  # the one that was made first
            _orders[name] = found
    return found
