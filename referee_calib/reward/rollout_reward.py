"""What all rewards share: from a trainer's call to claims, from judged claims to one number for each reply."""

from __future__ import annotations

import json
import logging
import math
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from referee_calib.cached_attribute import cached_attribute
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward import failure_policy as failures
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.fingerprint import fingerprint
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.reward_log import RewardLog
from referee_calib.reward.training.batch_warnings import BatchWarnings
from referee_calib.reward.training.parsed_row import parsed_row
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.step_metrics import log_step
from referee_calib.reward.training.trainer_columns import groups_of, read_rows, rows_of_items
from referee_calib.reward.training.trainer_rows import TrainerRow, UnusableRow
from referee_calib.reward.training.trainer_version import check_abstention

if TYPE_CHECKING:
    from referee_calib.reward.preflight import PreflightResult

Unread = Literal["counts", "ignored"]
TIME_LIMIT = 120.0  # seconds; collectives of trainers give up after 10 minutes or more

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RolloutReward(ABC):
    """Base of the rewards: parses replies, has their claims judged, pays them together.

    Attributes
    ----------
    media : path
        Folder that the column `video` is relative to.
    unit : str, optional
        Unit of the boxes (``"pixels:448x252"``, ``"0-1"``, ``"0-1000"``) where no column states it.
    failure : {"abstain", "raise", "group-mean"} or float
        What a reply earns when one of its claims could not be judged.
    empty : float
        What a reply without a single readable claim earns.
    cap : int
        Distinct claims of one reply that are judged; further ones are worth 0.
    unread : {"counts", "ignored"}
        Whether a piece of evidence that cannot be read counts as a claim worth 0 (see
        :data:`referee_calib.claims.UNREAD_EVIDENCE`), or as nothing.
    columns : mapping
        From the names used here to the data set's column names, where they differ.
    name : str
        Name in logs; the class's own by default.
    time_limit : float or None
        Seconds that a call of training may take; then what is missing failed. Keep it below the time after which the
        trainer's processes give up on each other.
    log : path or None
        Folder in which every paid reply is written down (see :class:`referee_calib.reward.reward_log.RewardLog`).
    """

    media: Path | str = "."
    unit: str | None = None
    failure: failures.Policy = "abstain"
    empty: float = 0.0
    cap: int = 32
    unread: Unread = "counts"
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    name: str = ""
    time_limit: float | None = TIME_LIMIT
    log: Path | str | None = None

    reads_videos: ClassVar[bool] = False

    def __post_init__(self) -> None:
        failures.check_policy(self.failure)
        if self.unread not in get_args(Unread):
            raise InputError(f"unread={self.unread!r:.40}", f"it is one of {', '.join(get_args(Unread))}")
        if isinstance(self.cap, bool) or not isinstance(self.cap, int) or self.cap < 1:
            raise InputError(f"cap={self.cap!r:.40}", "it is a number of claims, at least 1")
        if not isinstance(self.empty, (int, float)) or not math.isfinite(self.empty):
            raise InputError(f"empty={self.empty!r:.40}", "it is a number")
        if self.time_limit is not None and not (isinstance(self.time_limit, (int, float)) and self.time_limit > 0):
            raise InputError(f"time_limit={self.time_limit!r:.40}", "it is a number of seconds above 0, or None")

    @property
    def __name__(self) -> str:
        return self.name or self._own_name()

    def _own_name(self) -> str:
        return type(self).__qualname__

    @property
    def fingerprint(self) -> str:
        """Name everything that can change what is paid: 16 hexadecimal digits."""
        return fingerprint(self.settings())

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        paid: dict[str, Any] = {"failure": self.failure, "empty": self.empty, "cap": self.cap}
        paid |= {"unread": self.unread} if self.unread != "ignored" else {}  # as before there was a choice
        return {"reward": type(self).__name__, "together": paid}

    @abstractmethod
    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Judge every claim on its own, in order.

        Parameters
        ----------
        claims : sequence of Claim
            What is to be judged.
        media : path
            Folder of the videos.
        known : sequence of ClaimContext, optional
            What is known beside each claim; by default nothing, and the videos are asked for their length.
        """

    def needs(self) -> tuple[str, ...]:
        """Return the columns that this reward cannot do without, beside `video` and `question`."""
        return ()

    def applies(self, claim: Claim) -> bool:
        """Tell whether this reward has anything to say about the claim; the others are left out of a reply."""
        return True

    def pay(self, judged: Sequence[ClaimReward], unjudged: int = 0) -> float | None:
        """Pay the distinct claims of one reply together.

        Parameters
        ----------
        judged : sequence of ClaimReward
            What its claims are worth, one by one.
        unjudged : int
            Distinct claims beyond the cap, and unreadable evidence that counts: each is worth 0.

        Returns
        -------
        float or None
            None when a claim has no value.
        """
        if not judged:
            return min(float(self.empty), 0.0) if unjudged else float(self.empty)
        values = [claim.value for claim in judged if claim.value is not None]
        if len(values) < len(judged):
            return None
        return self.aggregate([one.claim for one in judged], values, unjudged)

    @abstractmethod
    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Return what a reply earns for claims that all have a value; there is at least one."""

    def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        """Reward completions as a trainer of the TRL kind hands them over.

        Parameters
        ----------
        completions : sequence
            Texts, or lists of chat messages.
        **columns
            Lists with one value per completion: `video` and `question` are needed, the unit of the boxes by
            `box_unit`, `image_size` or the parameter `unit`; `reference_boxes`, `reference_span`, `duration`,
            `key_times`, `group` and `step` are used where given. Others are ignored. With `log_metric` and
            `log_extra` the parts of the reward are logged.

        Returns
        -------
        list of float or None
            None where the referee failed and the policy is to abstain.

        Raises
        ------
        InputError
            For a column that is missing, or a TRL that cannot abstain. A fault of one row costs that row alone.
        RefereeFailure
            Under ``failure="raise"``.
        """
        if self.failure == "abstain":
            check_abstention()
        rows = read_rows(
            completions, columns, media=Path(self.media), unit=self.unit, names=self.columns, needs=self.needs()
        )
        groups = groups_of(columns, self.columns, len(rows)) if self.failure == "group-mean" else None
        results = self._pay_rows(rows, groups)
        log_step(self.__name__, results, columns)
        return [one.reward for one in results]

    def score(self, items: Iterable[Mapping[str, Any]]) -> list[ReplyReward]:
        """Reward replies one by one, each with what it is about: what every adapter and the server call.

        Parameters
        ----------
        items : iterable of mapping
            Each with `completion`, `video`, `question`, a unit (`box_unit` or `image_size`) unless the parameter `unit`
            states it, and the other columns of :meth:`__call__` where known. Names that mean nothing here are ignored.

        Returns
        -------
        list of ReplyReward
            One for each, in order. A fault of an item is its own: status, reason, and what the failure policy says.

        Raises
        ------
        RefereeFailure
            Under ``failure="raise"``.
        """
        listed = [dict(item) for item in items]
        rows = rows_of_items(listed, media=Path(self.media), unit=self.unit, names=self.columns, needs=self.needs())
        groups = None
        if self.failure == "group-mean":
            groups = [json.dumps(item.get("group", item.get("prompt")), default=str) for item in listed]
        return self._pay_rows(rows, groups)

    def _pay_rows(self, rows: Sequence[TrainerRow | UnusableRow], groups: Sequence[str] | None) -> list[ReplyReward]:
        began = time.monotonic()
        deadline = None if self.time_limit is None else began + self.time_limit
        paid = iter(self.pay_rows([row for row in rows if isinstance(row, TrainerRow)], deadline))
        own = [next(paid) if isinstance(row, TrainerRow) else row.reward() for row in rows]
        self._warn(own)
        rewards = failures.apply_policy([one.value for one in own], [one.reason for one in own], self.failure, groups)
        results = [replace(one, reward=reward) for one, reward in zip(own, rewards, strict=True)]
        if self._reward_log is not None:
            self._reward_log.add(results, rows, reward=self, seconds=time.monotonic() - began)
        return results

    def pay_rows(self, rows: Sequence[TrainerRow], deadline: float | None) -> list[ReplyReward]:
        """Pay the replies of a step; the failure policy comes later."""
        replies = [parsed_row(row, self.applies, self.cap, counts_unread=self.unread == "counts") for row in rows]
        videos = [row.rollout.video for row in rows] if self.reads_videos else []
        self._batch_warnings.look([reply.parsed for reply in replies], videos, Path(self.media), float(self.empty))
        asked = [(claim, reply.row.known) for reply in replies for claim in reply.claims]
        judged = iter(self.judge_until(deadline, [claim for claim, _ in asked], [known for _, known in asked]))
        per_reply = [[next(judged) for _ in reply.claims] for reply in replies]
        return [reply.paid(self.pay(its, reply.worthless), its) for its, reply in zip(per_reply, replies, strict=True)]

    def judge_until(
        self, deadline: float | None, claims: Sequence[Claim], known: Sequence[ClaimContext]
    ) -> list[ClaimReward]:
        """Judge claims of a training step; who waits for somebody gives up at `deadline`, of the monotonic clock."""
        return self.judge(claims, self.media, known)

    @cached_attribute
    def _batch_warnings(self) -> BatchWarnings:
        return BatchWarnings(self.__name__)

    @cached_attribute
    def _reward_log(self) -> RewardLog | None:
        return None if self.log is None else RewardLog(Path(self.log))

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open log behind: every process has a file of its own."""
        return {key: value for key, value in self.__dict__.items() if key != "_reward_log"}

    def check(
        self,
        dataset: Iterable[Mapping[str, Any]] | Mapping[str, Sequence[Any]],
        completions: Sequence[Any] | None = None,
        **options: Any,
    ) -> PreflightResult:
        """Look before the first step whether this reward can pay; see :func:`referee_calib.reward.preflight`."""
        from referee_calib.reward.preflight import check_training

        return check_training(self, dataset, completions, **options)

    def _warn(self, results: Sequence[ReplyReward]) -> None:
        failed = [one.reason for one in results if one.value is None]
        if failed:
            often, _ = Counter(failed).most_common(1)[0]
            logger.warning("%s: no reward for %d of %d replies: %s", self.__name__, len(failed), len(results), often)
