"""What all rewards share: from a trainer's call to claims, from judged claims to one number for each reply."""

from __future__ import annotations

import logging
import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from referee_calib.cached_attribute import cached_attribute
from referee_calib.claims import UNREAD_EVIDENCE, ParsedReply, ReadingOptions, claims_of
from referee_calib.errors import InputError
from referee_calib.records import Claim, Status
from referee_calib.reward import failure_policy as failures
from referee_calib.reward.aggregation import distinct_claims
from referee_calib.reward.fingerprint import fingerprint
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.training.batch_warnings import BatchWarnings
from referee_calib.reward.training.trainer_columns import TrainerRow, groups_of, read_rows
from referee_calib.reward.training.trainer_version import check_abstention

Unread = Literal["counts", "ignored"]

logger = logging.getLogger(__name__)
READING = ReadingOptions(untimed="refuse")  # a policy that leaves out the times of its boxes is not paid for them


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReward:
    """What one claim is worth, and of what that is made.

    Attributes
    ----------
    claim : Claim
        What was judged.
    value : float or None
        None when `status` is not "ok".
    relevance, localization, timing : float or None
        The referee's expected levels as shares of the scale, 0 to 1, where it was asked.
    penalty : float or None
        0 to 1; None when the penalty does not apply or there is none.
    status : str
        As of a :class:`referee_calib.records.RefereeScore`.
    reason : str
        What happened, when there is something to say.
    """

    claim: Claim
    value: float | None
    relevance: float | None = None
    localization: float | None = None
    timing: float | None = None
    penalty: float | None = None
    status: Status = "ok"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _ParsedRow:
    """One reply: its distinct claims within the cap, and what was left out."""

    row: TrainerRow
    parsed: ParsedReply
    claims: tuple[Claim, ...]
    worthless: int  # claims beyond the cap, and pieces of evidence that cannot be read where they count


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
    """

    media: Path | str = "."
    unit: str | None = None
    failure: failures.Policy = "abstain"
    empty: float = 0.0
    cap: int = 32
    unread: Unread = "counts"
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    name: str = ""

    reads_videos: ClassVar[bool] = False

    def __post_init__(self) -> None:
        failures.check_policy(self.failure)
        if self.unread not in get_args(Unread):
            raise InputError(f"unread={self.unread!r:.40}", f"it is one of {', '.join(get_args(Unread))}")
        if isinstance(self.cap, bool) or not isinstance(self.cap, int) or self.cap < 1:
            raise InputError(f"cap={self.cap!r:.40}", "it is a number of claims, at least 1")
        if not isinstance(self.empty, (int, float)) or not math.isfinite(self.empty):
            raise InputError(f"empty={self.empty!r:.40}", "it is a number")

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
            For a missing column, a wrong length, a unit that is not stated, or a TRL that cannot abstain.
        RefereeFailure
            Under ``failure="raise"``.
        """
        if self.failure == "abstain":
            check_abstention()
        rows = read_rows(
            completions, columns, media=Path(self.media), unit=self.unit, names=self.columns, needs=self.needs()
        )
        groups = groups_of(columns, self.columns, len(rows)) if self.failure == "group-mean" else None
        replies = [self._reply(row) for row in rows]
        videos = [row.rollout.video for row in rows] if self.reads_videos else []
        self._batch_warnings.look([reply.parsed for reply in replies], videos, Path(self.media), float(self.empty))
        asked = [(claim, reply.row.known) for reply in replies for claim in reply.claims]
        judged = iter(self.judge([claim for claim, _ in asked], self.media, [known for _, known in asked]))
        per_reply = [[next(judged) for _ in reply.claims] for reply in replies]
        values = [self.pay(its, reply.worthless) for its, reply in zip(per_reply, replies, strict=True)]
        reasons = [next((f"{one.status}: {one.reason}" for one in its if one.value is None), "") for its in per_reply]
        self._warn(values, reasons)
        self._log(replies, per_reply, values, columns)
        return failures.apply_policy(values, reasons, self.failure, groups)

    @cached_attribute
    def _batch_warnings(self) -> BatchWarnings:
        return BatchWarnings(self.__name__)

    def _reply(self, row: TrainerRow) -> _ParsedRow:
        parsed = claims_of(row.rollout, options=READING, duration=row.known.duration)
        claims = [claim for claim in distinct_claims(parsed.claims) if self.applies(claim)]
        unread = sum(piece.reason in UNREAD_EVIDENCE for piece in parsed.failures) if self.unread == "counts" else 0
        return _ParsedRow(row, parsed, tuple(claims[: self.cap]), max(0, len(claims) - self.cap) + unread)

    def _warn(self, values: Sequence[float | None], reasons: Sequence[str]) -> None:
        failed = [reason for value, reason in zip(values, reasons, strict=True) if value is None]
        if failed:
            often, _ = Counter(failed).most_common(1)[0]
            logger.warning("%s: no reward for %d of %d replies: %s", self.__name__, len(failed), len(values), often)

    def _log(
        self,
        replies: Sequence[_ParsedRow],
        judged: Sequence[Sequence[ClaimReward]],
        values: Sequence[float | None],
        columns: Mapping[str, Any],
    ) -> None:
        metric, extra = columns.get("log_metric"), columns.get("log_extra")
        name, parsed, count = self.__name__, [reply.parsed for reply in replies], len(replies)
        if callable(metric) and count:
            metric(f"{name}/failed", sum(value is None for value in values) / count)
            metric(f"{name}/claims", sum(len(one.claims) for one in parsed) / count)
            metric(f"{name}/parse_failures", sum(len(one.failures) for one in parsed) / count)
            for part in PARTS:
                mean = _mean(getattr(one, part) for its in judged for one in its)
                if mean is not None:
                    metric(f"{name}/{part}", mean)
        if callable(extra) and count:
            extra(f"{name}/claims", [len(one.claims) for one in parsed])
            extra(f"{name}/parse_failures", [" ".join(piece.reason for piece in one.failures) for one in parsed])
            for part in PARTS:
                extra(f"{name}/{part}", [_mean(getattr(one, part) for one in its) for its in judged])


PARTS = ("relevance", "localization", "timing", "penalty")


def _mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
