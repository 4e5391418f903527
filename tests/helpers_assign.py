"""A study with raters, and what they do with the work that is given to them."""

from __future__ import annotations

from pathlib import Path

from helpers_study import a_claim

from referee_calib.records import Rating
from referee_calib.study import Study, WorkItem, worklist


def study_of(folder: Path, claims: int, raters: int, videos: int = 10) -> tuple[Study, list[str]]:
    """Make a study of so many claims, dealt to so many videos, and raters r0, r1, …."""
    study = Study.create(folder)
    study.add_claims([a_claim(i, f"v{i % videos}.mp4") for i in range(claims)])
    names = [f"r{k}" for k in range(raters)]
    for name in names:
        study.add_rater(name)
    return study, names


def rate(study: Study, rater: str, item: WorkItem, level: int | None = 2) -> None:
    """Judge an item on all its dimensions; with None skip it."""
    reason = "" if level is not None else "cannot judge"
    dimensions = study.claims([item.claim])[0].dimensions
    common = {"claim": item.claim, "rater": rater, "occasion": item.occasion, "nonce": f"{item.key} {level}"}
    study.add_ratings([Rating(dimension=name, level=level, reason=reason, **common) for name in dimensions])  # type: ignore[arg-type]


def work(study: Study, rater: str, count: int, level: int | None = 2) -> list[WorkItem]:
    """Let a rater do so many items, fewer where there are not so many; return them."""
    with study.transaction():  # one commit, so that the disk is not what takes the time
        return [item for _ in range(count) if (item := _one(study, rater, level))]


def work_in_turns(study: Study, raters: list[str], count: int) -> None:
    """Let raters do so many items each, one after the other."""
    with study.transaction():
        for _ in range(count):
            for rater in raters:
                _one(study, rater, 2)


def _one(study: Study, rater: str, level: int | None) -> WorkItem | None:
    item = worklist(study, rater).next()
    if item is not None:
        rate(study, rater, item, level)
    return item
