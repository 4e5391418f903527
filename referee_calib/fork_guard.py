"""No process forks while another of its threads decodes a video or loads a referee.

A decoder has threads of its own, which a forked child does not have: there, taking the decoder down would wait for them
forever. A module that another thread was importing stays locked in the child for good. So a fork waits until all
decoders are closed and gone, and all imports done. A trainer's own start of workers is such a fork.

A frame's converter outlives the decoder, until the garbage is collected, perhaps in a child: it has to have no threads.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401 - has hooks of its own, which must not come while a fork waits
import logging
import os
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 30.0
"""Seconds for which a fork waits."""

logger = logging.getLogger(__name__)


class _Holds:
    """What must not be forked and is under way, by thread."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.open: Counter[int] = Counter()

    def others(self) -> int:
        """Count what other threads hold; this one's own would make it wait for itself."""
        return self.open.total() - self.open[threading.get_ident()]

    def before_fork(self) -> None:
        self.changed.acquire()
        if not self.changed.wait_for(lambda: not self.others(), PATIENCE):
            logger.warning(
                "this process forks while another thread decodes a video, or loads a referee, for more than %g s; "
                'the child may hang: start children with the method "spawn"',
                PATIENCE,
            )

    def in_parent(self) -> None:
        self.changed.release()

    def in_child(self) -> None:
        mine = self.open[threading.get_ident()]
        self.__init__()  # type: ignore[misc]
        self.open[threading.get_ident()] = mine


_HOLDS = _Holds()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_HOLDS.before_fork,
        after_in_parent=_HOLDS.in_parent,
        after_in_child=_HOLDS.in_child,
    )


@contextmanager
def held_against_fork() -> Iterator[None]:
    """Keep the process from forking meanwhile; decoders must be gone, not only closed, at the end.

    What is raised inside loses the local variables of its traceback, which would keep a decoder alive.
    """
    me = threading.get_ident()
    with _HOLDS.changed:
        _HOLDS.open[me] += 1
    try:
        yield
    except BaseException as error:
        _clear_frames(error)
        raise
    finally:
        with _HOLDS.changed:
            _HOLDS.open[me] -= 1
            _HOLDS.open += Counter()  # threads come and go: none is kept with 0
            _HOLDS.changed.notify_all()


def _clear_frames(error: BaseException | None) -> None:
    while error is not None:
        if error.__traceback__ is not None:
            traceback.clear_frames(error.__traceback__)
        error = error.__cause__
