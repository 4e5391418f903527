"""Questions made ahead of need: frames decoded in pieces that fit into memory, pictures rendered by several threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import groupby
from pathlib import Path

from referee_calib.errors import VideoError
from referee_calib.records import RefereeScore
from referee_calib.referee.backend_protocol import AskingReferee
from referee_calib.referee.frame_policy.policy import FramePolicy, open_clip
from referee_calib.referee.frame_policy.rendered_views import Clip
from referee_calib.referee.question import Ask, Question
from referee_calib.referee.rendering_threads import RENDERERS, rendering_threads

FRAMES_AT_ONCE = 96  # of one video in memory; 96 of 1920 x 1080 pixels are 600 MB

Pairs = list[tuple[Ask, Question]]


class QuestionPrefetcher:
    """Makes the questions of a pass ahead of need.

    `fail` takes the scores of what cannot be asked; `stopped` tells whether nothing more is to be made.
    """

    def __init__(
        self, referee: AskingReferee, fail: Callable[[list[RefereeScore]], None], stopped: Callable[[], bool]
    ) -> None:
        self._referee, self._fail, self._stopped = referee, fail, stopped
        self._ahead: deque[Future[Pairs]] = deque()

    def questions(self, path: Path, asks: Sequence[Ask]) -> Iterator[tuple[Ask, Question]]:
        """Return the questions about one video, in order, with their pictures and digests made."""
        for part in batch_by_frame_budget(asks, self._referee.frames):
            if self._stopped():
                return
            try:
                about = [ask[:2] for ask in part]
                clip = open_clip(path, part[0].claim.video, about, self._referee.frames, self._referee.clock)
            except VideoError as error:
                self._fail([self._referee.failed(ask, error) for ask in part])
                continue
            yield from self._rendered(part, clip)

    def close(self) -> None:
        """Render nothing more; what a thread is at comes to its end."""
        for waiting in self._ahead:
            waiting.cancel()

    def _rendered(self, asks: Sequence[Ask], clip: Clip) -> Iterator[tuple[Ask, Question]]:
        """Render a few claims ahead; the questions about one claim go to one thread, because they share pictures."""
        threads = rendering_threads()
        for _, its in groupby(asks, key=lambda ask: ask.claim.id):
            if self._stopped():
                return
            self._ahead.append(threads.submit(_with_digests, self._questions(list(its), clip)))
            if len(self._ahead) > RENDERERS:
                yield from self._ahead.popleft().result()
        while self._ahead:
            yield from self._ahead.popleft().result()

    def _questions(self, asks: Sequence[Ask], clip: Clip) -> Pairs:
        pairs: Pairs = []
        for ask in asks:
            try:
                pairs.append((ask, self._referee.question(ask, clip)))
            except VideoError as error:
                self._fail([self._referee.failed(ask, error)])
        return pairs


def _with_digests(pairs: Pairs) -> Pairs:
    for _, question in pairs:
        _ = question.digest  # renders and encodes every picture, and is kept with the question
    return pairs


def batch_by_frame_budget(asks: Sequence[Ask], policy: FramePolicy) -> Iterator[list[Ask]]:
    """Cut a video's questions so that the frames of one part fit into memory."""
    part: list[Ask] = []
    frames = 0
    for _, its in groupby(asks, key=lambda ask: ask.claim.id):  # the questions about one claim share their frames
        same = list(its)
        claim = same[0].claim
        over_span = policy.span_frames + policy.clip_frames if claim.span is not None else 0
        most = min(len(claim.boxes), policy.box_frames) + over_span
        if part and frames + most > FRAMES_AT_ONCE:
            yield part
            part, frames = [], 0
        part += same
        frames += most
    if part:
        yield part
