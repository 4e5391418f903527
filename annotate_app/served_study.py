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
from annotate_app.mark_submission import mark_json
from referee_calib.errors import StudyError, VideoError
from referee_calib.records import Claim
from referee_calib.study import (
    Study,
    WorkItem,
    Worklist,
    consent_text,
    instructions_text,
    known_claim,
    owns,
    page_checks,
)

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
        consent_text(self.study), instructions_text(self.study)  # what cannot be read is told before anybody asks
        secret = secret_of(folder)
        self.sign_ins = SignInService(self.study, secret)
        self.tickets = AccountTickets(secret)
        # names the study in browsers' storage; who waits there is found again whatever becomes of the secret
        self.key = _digest(f"created {self.study.config.created}")
        self.keys = (self.key, _digest(f"study {secret}"))  # pages of an earlier version name it by the secret

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

    def video_of(self, rater: str, claim: str) -> str:
        """Return the video of a claim that this rater is asked about, or was, as claims name it."""
        known = known_claim(self.study, claim)
        shown = known is not None and known.role in ("example", "practice")
        if not shown and not owns(self.study, rater, claim):
            raise StudyError(f"claim {claim!r:.40}", "it is not among those this rater is asked about")
        return self.study.claims([claim])[0].video

    def played_path(self, video: str) -> Path:
        """Return the file that browsers play: the copy made for them, or else the video itself."""
        from referee_calib.study import playable_copy_of

        original = self.study.media_path(video)
        return playable_copy_of(self.study.folder, original) or original

    def can_be_shown(self, claim: Claim) -> bool:
        """Tell whether the video of a claim can be opened, so that people can see what they judge."""
        return self.end_of(claim) is not None

    def card(self, rater: str, work: Worklist, key: str = "") -> dict[str, Any] | None:
        """Return what the page shows of an item, or of the next one that is open; None when none is.

        No referee's score and no other person's rating is in it.
        """
        item = work.item(key) or work.next()
        if item is None:
            return None
        shown = self.study.claims([item.claim])[0]
        return {
            **self._page(rater, shown),
            **_neighbours(work, item),
            "draw": "off" if item.occasion else self.study.config.rating_page.draw,  # a second look is for levels
            "given": self._own_ratings(rater, item),
            "claim": item.key,  # names the turn at the page, a second look apart from the first
        }

    def practice_card(self, rater: str, claim: str) -> dict[str, Any]:
        """Return what the page shows of a practice claim: nothing of an earlier attempt, and no way back."""
        return {
            **self._page(rater, self.study.claims([claim])[0]),
            **{"place": 0, "total": 0, "previous": "", "next": "", "draw": "off", "claim": claim},
            "given": {"levels": {}, "reason": "", "note": "", "mark": None},
        }

    def view_of(self, claim: str) -> dict[str, Any]:
        """Return the words of a claim and where its pictures are."""
        return {**_words(self.study.claims([claim])[0]), "claim": claim, "video": f"/v/{claim}"}

    def _page(self, rater: str, shown: Claim) -> dict[str, Any]:
        return {
            "study": self.key,
            "rater": rater,
            "rubric": self.study.rubric.version,
            "keys": self.study.config.rating_page.keys(),
            "reasons": list(SKIP_REASONS),
            "language": self.study.rubric.language,
            "scales": [asdict(self.study.rubric[name]) for name in self.study.rubric.applies(shown)],
            "checks": page_checks(shown, self.study.config.quality),
            **_words(shown),
            **self._clip(shown),
        }

    def end_of(self, claim: Claim) -> float | None:
        """Return when the video of a claim ends on the study's clock, None when it cannot be opened."""
        from referee_calib.video import probe

        try:
            return probe(self.study.media_path(claim.video)).ends_at(self.study.config.clock)
        except (StudyError, VideoError):
            return None

    def _own_ratings(self, rater: str, item: WorkItem) -> dict[str, Any]:
        ratings = self.study.ratings_of(rater, item.claim, item.occasion)
        levels = {one.dimension: one.level for one in ratings if one.level is not None}
        reason = next((one.reason for one in ratings if one.level is None), "")
        mark = None if item.occasion else mark_json(self.study.mark_of(rater, item.claim))
        return {"levels": levels, "reason": reason, "note": ratings[-1].note if ratings else "", "mark": mark}

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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


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


def _neighbours(work: Worklist, item: WorkItem) -> dict[str, Any]:
    before, after = work.before(item.key), work.after(item.key)
    return {
        "place": work.place(item.key),
        "total": work.n_items,
        "previous": before.key if before else "",
        "next": after.key if after else "",
    }


def _words(claim: Claim) -> dict[str, Any]:
    return {
        "question": claim.question,
        "answer": claim.answer,
        "object": claim.object,
        "boxes": [list(box) for box in claim.boxes],
        "span": list(claim.span) if claim.span else None,
    }


def _notice(claim: Claim, duration: float) -> str:
    latest = max([box[0] for box in claim.boxes] + list(claim.span or ()))
    return f"It points at {latest:.2f} s, but the video ends at {duration:.2f} s." if latest > duration + 0.0005 else ""
