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
        missing, training goes on.
    every : int
        Steps between two looks. In a run of several processes the first one looks, and tells the others.

    Returns
    -------
    transformers.TrainerCallback

    Raises
    ------
    StudyError
        When transformers is not installed.
    """
    try:
        from transformers import TrainerCallback
    except ModuleNotFoundError as error:
        raise StudyError("the callback for TRL", "transformers is not installed", "Type: pip install trl") from error
    look = StatusLook(Path(status))

    class StopOnAlarm(TrainerCallback):  # type: ignore[misc, unused-ignore]  # transformers may be without types
        """Asks the status file every few steps."""

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> Any:
            if state.global_step % every == 0 and look.alarms():
                control.should_training_stop = True
            return control

    return StopOnAlarm()


class StatusLook:
    """Looks at a status file; what cannot be read stops no training, and is said once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._said: set[str] = set()

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
        self._say_stale(found)
        if found.alarm:
            self._say(f"the audit stops this run: {found.sentence}")
        return found.alarm

    def _say_stale(self, found: AuditStatus) -> None:
        if not found.alarm and found.age_hours() > STALE_HOURS:
            self._say(f"{self.path} was written {found.age_hours():.0f} hours ago: is audit watch still running?")

    def _say(self, words: str) -> None:
        kind = words.partition(":")[0]
        if kind not in self._said:
            self._said.add(kind)
            logger.warning("%s", words)


def _same_everywhere(look: Any) -> bool:
    """Let the first process of a distributed run look, and tell the others: who stops alone leaves them waiting."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return bool(look())
    told: list[bool] = [look() if torch.distributed.get_rank() == 0 else False]
    torch.distributed.broadcast_object_list(told, src=0)
    return told[0]
