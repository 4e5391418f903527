"""What one rater may see of a study: their next claim, its words, its video, their own ratings. Nothing else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from annotate_app.access import AccountTickets, SignInService, secret_of
from referee_calib.errors import StudyError, VideoError
from referee_calib.records import Claim
from referee_calib.study import Study

STUDY_VARIABLE = "REFEREE_CALIB_STUDY"
SKIP_REASONS = ("cannot judge", "not visible", "video broken", "other")


class ServedStudy:
    """A study as its raters meet it."""

    def __init__(self, folder: Path) -> None:
        self.study = Study.open(folder)
        if not self.study.claims(sampled=True):
            raise StudyError(
                f"study {folder} has no claims to rate",
                "none was imported",
                f"Type: referee-calib import {folder} FILE",
            )
        secret = secret_of(folder)
        self.sign_ins = SignInService(self.study, secret)
        self.tickets = AccountTickets(secret)
        self.key = hashlib.sha256(f"study {secret}".encode()).hexdigest()[:12]  # names the study in browsers' storage

    @property
    def name(self) -> str:
        """The study's title."""
        return self.study.config.name

    @property
    def simulated(self) -> bool:
        """Whether ratings in this study were made by a program."""
        return self.study.config.simulated_ratings or any(rater.simulated for rater in self.study.raters())

    def rater(self, cookies: Mapping[str, str]) -> str | None:
        """Return who is signed in; a sign-in that was ended, or whose access was withdrawn, is none."""
        return self.sign_ins.rater(cookies)

    def video_of(self, claim: str) -> str:
        """Return the video of a claim that people rate, as claims name it; every rater is asked about all of them."""
        if not self.study.is_rateable(claim):
            raise StudyError(f"claim {claim!r:.40}", "it is not among those raters are asked about")
        return self.study.claims([claim])[0].video

    def played_path(self, video: str) -> Path:
        """Return the file that browsers play: the copy made for them, or else the video itself."""
        from referee_calib.study import playable_copy_of

        original = self.study.media_path(video)
        return playable_copy_of(self.study.folder, original) or original

    def can_be_shown(self, claim: Claim) -> bool:
        """Tell whether the video of a claim can be opened, so that people can see what they judge."""
        from referee_calib.video import probe

        try:
            probe(self.study.media_path(claim.video))
        except (StudyError, VideoError):
            return False
        return True

    def card(self, rater: str, claim: str = "") -> dict[str, Any] | None:
        """Return what the page shows of a claim, or of the next one that is not done; None when all are.

        No referee's score and no other person's rating is in it.
        """
        order = self.study.order(rater)
        shown = self.study.claims([claim])[0] if claim in order else self.study.next_claim(rater)
        if shown is None:
            return None
        place = order.index(shown.id)
        return {
            "study": self.key,
            "rater": rater,
            "rubric": self.study.rubric.version,
            "previous": order[place - 1] if place else "",
            "reasons": list(SKIP_REASONS),
            "given": self._own_ratings(rater, shown.id),
            "scales": [asdict(self.study.rubric[name]) for name in shown.dimensions],
            **_words(shown),
            **self._clip(shown),
        }

    def _own_ratings(self, rater: str, claim: str) -> dict[str, Any]:
        ratings = self.study.ratings_of(rater, claim)
        levels = {one.dimension: one.level for one in ratings if one.level is not None}
        reason = next((one.reason for one in ratings if one.level is None), "")
        return {"levels": levels, "reason": reason, "note": ratings[-1].note if ratings else ""}

    def _clip(self, claim: Claim) -> dict[str, Any]:
        from referee_calib.video import probe

        clip = {"video": f"/v/{claim.id}", "problem": "", "notice": ""}
        try:
            info = probe(self.study.media_path(claim.video))
        except (StudyError, VideoError):
            problem = "This video cannot be opened. Skip the claim with the reason that the video does not play."
            return {**clip, "problem": problem, "width": 16, "height": 9, "duration": None}
        ends = info.ends_at(self.study.config.clock)
        return {**clip, "width": info.width, "height": info.height, "duration": ends, "notice": _notice(claim, ends)}


@cache
def open_served_study(folder: Path) -> ServedStudy:
    """Return the study in a folder as it is served, one per process."""
    return ServedStudy(folder)


def current_study() -> ServedStudy:
    """Return the study that this process serves."""
    folder = os.environ.get(STUDY_VARIABLE)
    if not folder:
        raise StudyError(
            "no study is being served", f"{STUDY_VARIABLE} is not set", "Type: referee-calib annotate STUDY"
        )
    return open_served_study(Path(folder))


def _words(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.id,
        "question": claim.question,
        "answer": claim.answer,
        "object": claim.object,
        "boxes": [list(box) for box in claim.boxes],
        "span": list(claim.span) if claim.span else None,
    }


def _notice(claim: Claim, duration: float) -> str:
    latest = max([box[0] for box in claim.boxes] + list(claim.span or ()))
    return f"It points at {latest:.2f} s, but the video ends at {duration:.2f} s." if latest > duration + 0.0005 else ""
