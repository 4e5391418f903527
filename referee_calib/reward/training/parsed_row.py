"""The claims of one reply of a training step: read, repeats left out, capped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from referee_calib.claims import UNREAD_EVIDENCE, ParsedReply, ReadingOptions, claims_of
from referee_calib.records import Claim
from referee_calib.reward.aggregation import distinct_claims
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow

READING = ReadingOptions(untimed="refuse")  # a policy that leaves out the times of its boxes is not paid for them


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One reply: its distinct claims within the cap, and what was left out."""

    row: TrainerRow
    parsed: ParsedReply
    claims: tuple[Claim, ...]
    worthless: int  # claims beyond the cap, and pieces of evidence that cannot be read where they count

    def paid(self, value: float | None, judged: Sequence[ClaimReward]) -> ReplyReward:
        """Return the reply with what its claims are worth; the failure policy comes later."""
        reason = next((f"{one.status}: {one.reason}" for one in judged if one.value is None), "")
        return ReplyReward(
            reward=value,
            value=value,
            status="failed" if value is None else "ok",
            reason=reason,
            claims=tuple(judged),
            unjudged=self.worthless,
            made=len(self.parsed.claims),
            unread=tuple(piece.reason for piece in self.parsed.failures),
            rollout=self.row.rollout,
            step=self.row.rollout.step,
        )


def read_reply(row: TrainerRow) -> ParsedReply:
    """Read the claims of a reply as training does."""
    return claims_of(row.rollout, options=READING, duration=row.known.duration)


def unasked(row: TrainerRow, parsed: ParsedReply, value: float | None, reason: str) -> ReplyReward:
    """Return what a reply is worth whose claims nobody is asked about; None is a failure."""
    return ReplyReward(
        reward=value,
        value=value,
        status="failed" if value is None else "ok",
        reason=reason,
        made=len(parsed.claims),
        unread=tuple(piece.reason for piece in parsed.failures),
        rollout=row.rollout,
        step=row.rollout.step,
    )


def parsed_row(row: TrainerRow, applies: Callable[[Claim], bool], cap: int, *, counts_unread: bool) -> ParsedRow:
    """Read a reply and keep the distinct claims that a reward applies to, `cap` of them at most."""
    parsed = read_reply(row)
    claims = [claim for claim in distinct_claims(parsed.claims) if applies(claim)]
    unread = sum(piece.reason in UNREAD_EVIDENCE for piece in parsed.failures) if counts_unread else 0
    return ParsedRow(row, parsed, tuple(claims[:cap]), max(0, len(claims) - cap) + unread)
