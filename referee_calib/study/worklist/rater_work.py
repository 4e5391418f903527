"""A rater's work as the app reads it: their items in order, the next one, and which are theirs at all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sqlalchemy import Connection

from referee_calib.study import assignment
from referee_calib.study.store import claim_rows, rating_rows
from referee_calib.study.store.assignment import assignment_rows
from referee_calib.study.store.review import exclusion_rows
from referee_calib.study.study import Study
from referee_calib.study.worklist.known_items import is_silent, known_states, with_known
from referee_calib.study.worklist.personal_orders import PersonalOrder, personal_order_of
from referee_calib.study.worklist.work_item import State, WorkItem, key_of, read_key


class Worklist:
    """What one rater has been asked and has answered, at one moment.

    Parameters
    ----------
    order : PersonalOrder
        Keys in the rater's order.
    finished : mapping of str to {"done", "skipped"}
        By key; the others are open.
    expected : int
        How many items it is likely to become, where more are handed out as these are finished.
    """

    def __init__(self, order: PersonalOrder, finished: Mapping[str, State], expected: int = 0) -> None:
        self._order, self._expected = order, expected
        self._finished = {key: state for key, state in finished.items() if key in order.places}

    @cached_property
    def items(self) -> tuple[WorkItem, ...]:
        """All items in the rater's order."""
        return tuple(self._item(key) for key in self._order.keys)

    def next(self) -> WorkItem | None:
        """Return the first open item, None when all are finished."""
        return next((self._item(key) for key in self._order.keys if key not in self._finished), None)

    def progress(self) -> tuple[int, int]:
        """Return how many items are finished, and how many there are; where they are handed out, how many to expect."""
        done, there = len(self._finished), len(self._order.keys)
        return done, there if done == there else max(there, self._expected)

    def item(self, key: object) -> WorkItem | None:
        """Return an item by its key, None when it is not one of the rater's."""
        return self._item(key) if isinstance(key, str) and key in self._order.places else None

    def place(self, key: str) -> int:
        """Return how many items come before this one."""
        return self._order.places[key]

    def before(self, key: str) -> WorkItem | None:
        """Return the item before this one."""
        return self._neighbour(key, -1)

    def after(self, key: str) -> WorkItem | None:
        """Return the item after this one."""
        return self._neighbour(key, 1)

    def _neighbour(self, key: str, step: int) -> WorkItem | None:
        place = self._order.places.get(key, -2) + step
        return self._item(self._order.keys[place]) if 0 <= place < len(self._order.keys) else None

    def _item(self, key: str) -> WorkItem:
        claim, _, occasion = key.partition("~")
        return WorkItem(key, claim, occasion, self._finished.get(key, "open"))


def worklist(study: Study, rater: str) -> Worklist:
    """Return a rater's work.

    Where claims are handed out on demand and the rater has no open one, they get one now. Without any assignment every
    rater is asked about all claims that people rate, in an order of their own.
    """
    given = assignment.hand_out(study, rater)
    with study.reading() as connection:
        if given is None:
            return _all_claims(connection, study, rater)
        expected = assignment.expected_items(connection, rater)
        return _assigned(connection, study, rater, expected)


def owns(study: Study, rater: str, key: object) -> bool:
    """Tell whether this is, or was, a rater's item, at a cost that does not grow with the study.

    Work that was given back stays theirs to finish; what was withdrawn does not.
    """
    named = read_key(key)
    if named is None:
        return False
    with study.reading() as connection:
        if not assignment_rows.is_assigned(connection):
            return not named[1] and claim_rows.is_rateable(connection, named[0], study.rubric.dimensions)
        if not named[1] and is_silent(connection, named[0]):
            return True
        given = assignment_rows.find(connection, rater, *named)
    return given is not None and given.state != "withdrawn"


def place_of(study: Study, rater: str, key: str) -> int:
    """Return how many items the rater had before one of theirs."""
    with study.reading() as connection:
        if not assignment_rows.is_assigned(connection):
            return personal_order_of(connection, study, rater).places.get(key, 0)
        given = assignment_rows.find(connection, rater, *(read_key(key) or ("", "")))
        return assignment_rows.looks(connection, rater) if given is None or given.looks is None else given.looks - 1


def _all_claims(connection: Connection, study: Study, rater: str) -> Worklist:
    order = personal_order_of(connection, study, rater)
    finished = rating_rows.finished_claims(connection, rater, asked=study.rubric.dimensions)
    out = exclusion_rows.excluded_names(connection).claims - finished.keys()
    if out:  # what a coordinator excluded is asked of nobody else; it is seldom
        order = PersonalOrder.of(key for key in order.keys if key not in out)
    return Worklist(order, _states(finished))


def _assigned(connection: Connection, study: Study, rater: str, expected: int) -> Worklist:
    given = assignment_rows.of_rater(connection, rater)
    keys = {key_of(one.claim, one.occasion): one.state for one in given}
    finished = {key: state for key, state in keys.items() if state != "open"} | known_states(connection, study, rater)
    order = PersonalOrder.of(with_known(connection, study, rater, keys))
    return Worklist(order, _states(finished), expected + len(order.keys) - len(keys))


def _states(found: Mapping[str, str]) -> dict[str, State]:
    return {key: "done" if state == "done" else "skipped" for key, state in found.items()}
