"""One state of a study that a thread looks at for a while: ten questions then cost one connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection

from referee_calib.study.store.connections.study_database import StudyDatabase, explained_errors


class ThreadView(threading.local):
    """What each thread keeps open of one database; nothing outside :meth:`kept`."""

    _open: ExitStack | None = None
    _connection: Connection | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what the block reads first for all that it reads."""
        if self._open is not None:
            yield
            return
        with ExitStack() as self._open:
            try:
                yield
            finally:
                self._open, self._connection = None, None

    @contextmanager
    def reading(self, database: StudyDatabase) -> Iterator[Connection]:
        """Give the connection that is kept, or one of the caller's own."""
        if self._open is None:
            with database.read() as connection:
                yield connection
            return
        if self._connection is None:
            self._connection = self._open.enter_context(database.read())
        try:
            with explained_errors(database.place):
                yield self._connection
        except BaseException:
            self.end()  # a transaction that failed answers nothing more
            raise

    def end(self) -> None:
        """Look anew from now on."""
        self._connection = None
        if self._open is not None:
            self._open.close()
