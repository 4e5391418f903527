"""The weight that Open-o3-Video gives a reply when it votes at test time, asked of any referee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.records import Claim
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.composites.crop_reward import CropReward
from referee_calib.reward.training.parsed_row import ParsedRow, parsed_row
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow
from referee_calib.reward.video_durations import VideoDurations

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec

MOST_CROPS = 10
LEAST, MIDDLE, HIGHEST = 0.2, 0.6, 1.0


@dataclass(frozen=True)
class OpenO3Vote(CropReward):
    """0.2, 0.6 or 1.0 for how related the crops of a reply are to its question: not, perhaps, clearly.

    As in Open-o3-Video's confidence voting all crops of a reply are shown in one question; a reply without a crop, with
    more than 10 (they are all dropped there), or whose verdict cannot be read weighs 0.2. Otherwise than there, any
    referee is asked, on the rubric's relevance: up to a third of its scale is "not", up to two thirds "perhaps". A
    referee that cannot be asked is a failure, as in every reward here.

    Attributes
    ----------
    referee
        A name or a specification: it is shown up to 10 crops without a margin; a referee that is made already is asked
        as it is.
    """

    def specification(self, spec: RefereeSpec) -> RefereeSpec:
        """Return what shows the crops of a reply alone."""
        from referee_calib.referee import FramePolicy

        frames = spec.frames or FramePolicy()
        alone = replace(frames, whole=False, crop=True, over_span=False, box_frames=MOST_CROPS, context=0.0)
        return replace(spec, frames=alone)

    def pay_rows(self, rows: Sequence[TrainerRow], deadline: float | None) -> list[ReplyReward]:
        """Pay the replies of a step: one question for each that has crops."""
        lengths = VideoDurations(Path(self.media), getattr(self._judge, "clock", self.clock))
        replies = [parsed_row(row, self.applies, self.cap, counts_unread=False) for row in rows]
        traces = [_trace(reply.claims, lengths) for reply in replies]
        asked = [(trace, row.known) for trace, row in zip(traces, rows, strict=True) if trace is not None]
        judged = iter(self.judge_until(deadline, [claim for claim, _ in asked], [known for _, known in asked]))
        return [
            self._weighed(reply, None if trace is None else next(judged))
            for reply, trace in zip(replies, traces, strict=True)
        ]

    def _weighed(self, reply: ParsedRow, one: ClaimReward | None) -> ReplyReward:
        if one is None:
            return reply.paid(LEAST, ())
        if one.status in ("unparsed", "refused"):  # there, what is no digit counts as the least
            return replace(reply.paid(LEAST, ()), reason=f"{one.status}: {one.reason}")
        return reply.paid(one.value, (one,))

    def decided(self, one: ClaimReward) -> ClaimReward:
        """Take a third of the scale for each of the three answers; what lies outside its video shows nothing."""
        if one.value is None or one.relevance is None:
            return one
        level = 3 * one.relevance
        return replace(one, value=LEAST if level <= 1 else MIDDLE if level <= 2 else HIGHEST)


def _trace(claims: Sequence[Claim], lengths: VideoDurations) -> Claim | None:
    """Return one claim that holds all boxes of a reply; None without any in its video, or with too many."""
    end = lengths.of(claims[0].video) if claims else None
    boxes = sorted({box for one in claims for box in one.boxes if not isinstance(end, float) or box[0] < end})
    if not 0 < len(boxes) <= MOST_CROPS:
        return None
    names = "; ".join(dict.fromkeys(claim.object for claim in claims if claim.object))
    first = claims[0]
    return Claim(
        video=first.video, question=first.question, answer=first.answer, object=names, boxes=tuple(boxes),
        rollout=first.rollout, step=first.step, source=first.source,
    )  # fmt: skip
