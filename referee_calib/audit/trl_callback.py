"""Stopping a run of TRL, or of any trainer of transformers, when its audit alarms."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.audit.status_file import AuditStatus, read_status
from referee_calib.errors import InputError, StudyError

if TYPE_CHECKING:
    from transformers import TrainerCallback

logger = logging.getLogger(__name__)
STALE_HOURS = 24.0  # a status that old was not renewed by anybody


def stop_on_alarm(status: Path | str, *, every: int = 10) -> TrainerCallback:
    """Return a callback that ends training when the file says that the audit alarms.

    Parameters
    ----------
    status : path
        What ``referee-calib audit watch`` writes, ``audit_status.json`` in the study's folder by default. While it is
        missing or cannot be read, training goes on, and a warning says so.
    every : int
        Steps between two looks. In a run of several processes the first one looks, and tells the others.

    Returns
    -------
    transformers.TrainerCallback

    Raises
    ------
    InputError
        When `every` is no number of steps.
    StudyError
        When transformers is not installed.
    """
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise InputError(f"every={every!r:.40}", "it is a number of steps, at least 1")
    try:
        from transformers import TrainerCallback
    except ModuleNotFoundError as error:
        raise StudyError("the callback for TRL", "transformers is not installed", "Type: pip install trl") from error
    look = StatusLook(Path(status))

    class StopOnAlarm(TrainerCallback):  # type: ignore[misc, unused-ignore]  # transformers may be without types
        """Asks the status file as training begins, and every few steps."""

        def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> Any:
            if look.alarms():
                control.should_training_stop = True
            return control

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> Any:
            if state.global_step % every == 0 and look.alarms():
                control.should_training_stop = True
            return control

    return StopOnAlarm()


class StatusLook:
    """Looks at a status file; what cannot be read stops no training, and is said whenever it begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._said = ""  # the last warning, which is not repeated at every look

    def alarms(self) -> bool:
        """Tell whether there is an alarm, the same in every process of a run."""
        return _same_everywhere(self._alarms)

    def _alarms(self) -> bool:
        try:
            found = read_status(self.path)
        except InputError as error:
            self._say(f"{error}; training goes on without it")
            return False
        if found is None:
            self._say(f"there is no {self.path} yet: nobody watches this run")
            return False
        self._say(_remark(self.path, found))
        return found.alarm

    def _say(self, words: str) -> None:
        kind = words.partition(":")[0]
        if words and kind != self._said:
            logger.warning("%s", words)
        self._said = kind


def _remark(path: Path, found: AuditStatus) -> str:
    """Return what the trainer's log is to say of a status, "" of a fresh one without an alarm."""
    if found.alarm:
        return f"the audit stops this run: {found.sentence}"
    if not found.known:
        return f"the audit cannot look at this run's study: {found.sentence}"
    if found.age_hours() > STALE_HOURS:
        return f"{path} was written {found.age_hours():.0f} hours ago: is audit watch still running?"
    return ""


def _same_everywhere(look: Any) -> bool:
    """Let the first process of a distributed run look, and tell the others: who stops alone leaves them waiting."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return bool(look())
    told: list[bool] = [look() if torch.distributed.get_rank() == 0 else False]
    torch.distributed.broadcast_object_list(told, src=0)
    return told[0]
