"""Sampling a window: drawn and stored first, then put to the raters, so that a kill in between loses nothing.

People see the claims of a run like any others: among old claims of the study, without what was paid for them.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.audit.audit_plan import AuditPlan
from referee_calib.audit.paid_claims import LoggedWindow, new_rows, read_window
from referee_calib.audit.plan_storage import drawn_windows, fixed_plan
from referee_calib.audit.seeded_order import seeded_order
from referee_calib.audit.window_draw import WindowDraw, draw_window
from referee_calib.errors import StudyError, VideoError

if TYPE_CHECKING:
    from referee_calib.records import Claim
    from referee_calib.study import Study, Track


@dataclass(frozen=True, slots=True)
class SampledWindow:
    """A window that was put to the raters.

    Attributes
    ----------
    draw : WindowDraw
    shown : int
        Claims of the run that raters are asked about now.
    not_shown : int
        Drawn claims that cannot be shown: their video is missing or broken, or they lie outside it.
    old : int
        Old claims among them that somebody is going to see: whoever rated one before is not asked it again.
    resumed : bool
        Whether it had been drawn before, and an earlier call was stopped before it was put to the raters.
    """

    draw: WindowDraw
    shown: int
    not_shown: int
    old: int
    resumed: bool = False


def sample_window(
    study: Study,
    log: Path,
    *,
    steps: int | None = None,
    media: Path | None = None,
    link: bool = False,
    track: Track | None = None,
) -> SampledWindow:
    """Draw a window of the reward log and put it to the raters.

    A window that was drawn and not put to them yet is finished first, and nothing new is drawn.

    Parameters
    ----------
    study : Study
    log : Path
        Folder of the reward log.
    steps : int, optional
        Only the last so many training steps; by default all that was paid since the last window.
    media : Path, optional
        Folder of the run's videos; by default they lie in the study.
    link : bool
        Link the videos instead of copying them.
    track : callable, optional
        Shows the progress of the import.

    Raises
    ------
    StudyError
        When there is no plan, or the handing out of claims has ended.
    InputError
        When nothing new was paid, nothing was paid well, or another reward pays now.
    """
    from referee_calib.study import assignment

    assignment.check_open(study)
    plan, before = fixed_plan(study).plan, drawn_windows(study)
    waiting = _waiting(study, before)
    if waiting is not None:
        return _put(study, waiting, media, link, track, resumed=True)
    window = read_window(log, after=before[-1].read if before else {}, steps=steps, rubric=study.rubric)
    _check_reward(plan, window, before)
    draw = draw_window(plan, _unknown_claims(study, window), len(before) + 1, _old_claims(study, plan, before))
    _store(study, draw)
    return _put(study, draw, media, link, track)


def steps_since_last_window(study: Study, log: Path) -> int:
    """Return how many training steps were paid since the last window; 0 where the log has no steps."""
    before = drawn_windows(study)
    rows = new_rows(log, before[-1].read if before else {})
    steps = [row["step"] for row in rows if row.get("step") is not None]
    if not steps:
        return 0
    last = before[-1].last_step if before else None
    begun = last if last is not None and last < max(steps) else min(steps) - 1  # a run that began anew counts anew
    return int(max(steps) - begun)


def _waiting(study: Study, drawn: Sequence[WindowDraw]) -> WindowDraw | None:
    from referee_calib.study import run_audit

    put = {one.number for one in run_audit.shown(study)}
    return next((one for one in drawn if one.number not in put), None)


def _check_reward(plan: AuditPlan, window: LoggedWindow, before: Sequence[WindowDraw]) -> None:
    if plan.referee and window.referee and plan.referee != window.referee:
        raise StudyError(
            f"the referee {window.referee} paid",
            f"the plan's honest rates are those of {plan.referee}, and say nothing of another one",
            "Score the study by the run's referee, or state a rate: --honest-rate, in a study of its own.",
        )
    if before and window.fingerprint != before[0].fingerprint:
        raise StudyError(
            f"the reward {window.fingerprint} paid",
            f"the windows before were paid by {before[0].fingerprint}, and an audit follows one frozen reward",
            "Audit a run with another reward in a study of its own.",
        )


def _unknown_claims(study: Study, window: LoggedWindow) -> LoggedWindow:
    """Leave out claims that the study holds already: whoever rated them knew nothing of this window."""
    there = {one.id for one in study.claims(perturbed=True)}
    new = tuple(one for one in window.claims if one.claim.id not in there)
    if window.claims and not new:
        raise StudyError(
            f"study {study.folder}",
            f"it holds all {len(window.claims)} claims of this window already, so people may have rated them",
            "Keep a run's log out of the study that audits it: import it into another one.",
        )
    left = Counter(window.left_out)
    left["claims that the study holds already"] = len(window.claims) - len(new)
    return replace(window, claims=new, left_out={reason: n for reason, n in left.items() if n})


def _old_claims(study: Study, plan: AuditPlan, before: Sequence[WindowDraw]) -> list[str]:
    """Choose claims of the study that fewest people have seen, others in every window as long as there are some."""
    used = Counter(one for window in before for one in window.old)
    seen = Counter(claim for claim, _ in {(one.claim, one.rater) for one in study.ratings(perturbed=True, held=True)})
    there = [one.id for one in study.claims() if study.rubric.applies(one)]
    shuffled = seeded_order(there, str, "old", plan.seed, len(before) + 1)
    return sorted(shuffled, key=lambda one: (used[one], seen[one]))[: plan.n_old]


def _store(study: Study, draw: WindowDraw) -> None:
    from referee_calib.study import run_audit

    steps = None if draw.first_step is None else [draw.first_step, draw.last_step]
    detail = {"steps": steps, "drawn": len(draw.drawn), "sizes": dict(draw.sizes), "reward": draw.fingerprint}
    run_audit.add_drawn(study, draw.number, draw.to_json(), **detail)


def _put(
    study: Study, draw: WindowDraw, media: Path | None, link: bool, track: Track | None, *, resumed: bool = False
) -> SampledWindow:
    from referee_calib.study import run_audit

    _bring_in(study, draw, media, link, track)
    there = {one.id for one in study.claims(perturbed=True)}
    shown = [one for one in draw.records() if one.id in there]
    old = study.claims([one for one in draw.old if one in there])
    counts = {"shown": len(shown), "not_shown": len(draw.drawn) - len(shown), "old": len(old)}
    mixed = seeded_order([*shown, *old], lambda one: one.id, "mixed", draw.number)
    released = run_audit.put_to_raters(study, draw.number, mixed, [one.id for one in old], counts)
    seen = {one.id for one in old} & (_unseen(study, old) if released is None else released)
    return SampledWindow(draw, len(shown), len(draw.drawn) - len(shown), len(seen), resumed)


def _unseen(study: Study, claims: Sequence[Claim]) -> set[str]:
    """Return the ids of claims that somebody has not rated yet."""
    raters = {one.name for one in study.raters()}
    given = {(one.claim, one.rater) for one in study.ratings(held=True)}
    return {one.id for one in claims if any((one.id, name) not in given for name in raters)}


def _bring_in(study: Study, draw: WindowDraw, media: Path | None, link: bool, track: Track | None) -> None:
    """Import the claims as any others: videos are looked at, and what cannot be shown is left out and counted."""
    from referee_calib.io import json_lines
    from referee_calib.study import ImportProblems, import_files, untracked

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"audit-window-{draw.number:03d}.jsonl"
        json_lines.write(path, draw.claims)
        try:
            import_files(
                study, [path], kind="claims", media=media, link=link, outside="skip", skip_broken=True,
                track=track or untracked,
            )  # fmt: skip
        except (ImportProblems, VideoError) as error:  # what is usable is imported: nothing is
            why = "no video of its claims can be shown"
            do = "Name the folder of the run's videos: --media DIR. The window is drawn, and the next call finishes it."
            raise StudyError(f"window {draw.number}", why, do) from error
