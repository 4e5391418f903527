"""A study as its coordinators meet it: figures that are computed once for each state of its records."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from annotate_app.coordinator.coordinator_access import CoordinatorAccess
from annotate_app.frame_service import FrameService
from referee_calib.analysis import RatingLog, read_log
from referee_calib.errors import StudyError
from referee_calib.study import Study, record_state, trail

STUDY_VARIABLE = "REFEREE_CALIB_COORDINATED_STUDY"
SIGN_OUT = "sign out"  # in the audit trail, with the number of the session
Figure = TypeVar("Figure")


class CoordinatedStudy:
    """A study, the door to its coordinator's pages, and what they show."""

    def __init__(self, folder: Path) -> None:
        self.study = Study.open(folder)
        self.access = CoordinatorAccess(folder)
        signed_out = [one.detail for one in trail(self.study) if one.action == SIGN_OUT]
        self.access.remember_ended(its["session"] for its in signed_out if "session" in its)  # raters sign out, too
        self.frames = FrameService(self.study)
        self._log: RatingLog | None = None
        self._figures: dict[str, tuple[tuple[int, ...], Any]] = {}
        self._lock = threading.RLock()  # many pages, one computation

    @property
    def name(self) -> str:
        """The study's title."""
        return self.study.config.name

    def log(self) -> RatingLog:
        """Return the records, read again only when some were added."""
        with self._lock:
            if self._log is None or self._log.state != record_state(self.study):
                self._log = read_log(self.study)
            return self._log

    def figure(self, compute: Callable[[RatingLog], Figure]) -> Figure:
        """Return what a function makes of the records, computed once for each state of them."""
        with self._lock:
            log = self.log()
            return self._kept(compute.__qualname__, log.state, lambda: compute(log))

    def of_study(self, compute: Callable[[Study], Figure]) -> Figure:
        """Return what a function makes of the study, computed once for each state of its records."""
        with self._lock:
            return self._kept(compute.__qualname__, record_state(self.study), lambda: compute(self.study))

    def _kept(self, name: str, state: tuple[int, ...], compute: Callable[[], Figure]) -> Figure:
        kept = self._figures.get(name)
        if kept is None or kept[0] != state:
            kept = self._figures[name] = (state, compute())
        found: Figure = kept[1]
        return found

    def in_one_step(self, act: Callable[[Study], object]) -> None:
        """Carry out a decision that takes a transaction, which is of one thread, on another hold on the study."""
        with Study.open(self.study.folder) as study:
            act(study)

    def state(self) -> tuple[int, ...]:
        """Return numbers that change whenever a record is added."""
        return record_state(self.study)


@cache
def open_coordinated_study(folder: Path) -> CoordinatedStudy:
    """Return the study in a folder as its coordinators meet it, one per process."""
    return CoordinatedStudy(folder)


def current_coordinated_study() -> CoordinatedStudy:
    """Return the study whose coordinator's pages this process serves."""
    folder = os.environ.get(STUDY_VARIABLE)
    if not folder:
        raise StudyError(
            "no coordinator's pages are being served",
            f"{STUDY_VARIABLE} is not set",
            "Type: referee-calib coordinate STUDY",
        )
    return open_coordinated_study(Path(folder))
