"""From the suite's options to a reward on a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.exploits import (
    EVIDENCE_KINDS,
    PROBES,
    ExaminedReward,
    ProbeBench,
    ReferenceEvidence,
    StudyEvidence,
    examined_rewards,
    pictured_claims,
    study_evidence,
)
from referee_calib.io import PROBE_RUN
from referee_calib.perturbation import On, VideoBootstrap, load_rewards, render_media
from referee_calib.robustness.property_outcome import UNIT_RANGE, PropertyOutcome, not_applicable, unexamined
from referee_calib.robustness.reward_under_test import PICTURED, SMALL, WRONG, RewardUnderTest, step_of

if TYPE_CHECKING:
    from referee_calib.records import Claim
    from referee_calib.study import Study

RESAMPLES = 1000
PICTURE_VIDEOS = 8  # of which changed pictures are shown
NEEDS = {"boxes": "reference boxes", "span": "reference spans"}


def reward_under_test(study: Study, options: Any) -> RewardUnderTest:
    """Put the reward on its bench, with the options that :mod:`.plugin` names.

    Raises
    ------
    InputError
        When there is no such reward, or a name stands for several.
    """
    found = _seen(study_evidence(study, limit=options.claims, truth=Path(options.truth) if options.truth else None))
    examined = _payer(study, found, options)
    home = PROBE_RUN.folder(study.folder)
    media = study.media
    if "frames" in examined.does:
        home.mkdir(exist_ok=True)
        media = render_media(_shown(found), study.media, home / "media").media
    benches: dict[On, ProbeBench] = {}
    why_not: dict[On, PropertyOutcome] = {}
    for on in EVIDENCE_KINDS:
        references = found.references.get(on, [])
        if on not in examined.on:
            why_not[on] = not_applicable(f"it judges no {NEEDS[on].split()[1]}")
        elif not references or not references[0].truth:
            left = "; ".join(f"{count} claims: {reason}" for reason, count in sorted(found.excluded[on].items()))
            why_not[on] = unexamined(f"needs {NEEDS[on]} ({left or 'the study has no such claims'})")
        else:
            benches[on] = _bench(replace(examined, media=media), references, home)
    if not benches:
        raise InputError(
            f"study {study.folder}",
            "; ".join(one.measured for one in why_not.values()),
            "Import claims with known truth.",
        )
    low, high = options.range or getattr(examined.reward, "value_range", UNIT_RANGE)
    if not low < high:
        raise InputError(f"--range {low:g} {high:g}", "the first number is the least that your reward can pay")
    return RewardUnderTest(benches, why_not, study.config.thresholds, (low, high))


def _bench(examined: ExaminedReward, references: Sequence[ReferenceEvidence], home: Path) -> ProbeBench:
    draws = VideoBootstrap([reference.claim.video for reference in references], n_resamples=RESAMPLES)
    folder = home if examined.fingerprint and home.is_dir() else None
    return ProbeBench(examined, references, draws, folder)


def _payer(study: Study, found: StudyEvidence, options: Any) -> ExaminedReward:
    from referee_calib.referee import load_referee

    def referee() -> Any:
        return load_referee(options.referee, rubric=study.rubric, folder=study.folder)

    rewards = load_rewards([options.reward], study.media, [(options.referee, referee)])
    made = examined_rewards(rewards, study.media, durations=found.facts.durations, writer=options.writer)
    does = made[0].does - {"frames"} if options.no_frames else made[0].does
    return replace(made[0], does=does, on=(options.only,) if options.only else made[0].on)


def _seen(found: StudyEvidence) -> StudyEvidence:
    """Show changed pictures of some videos only: each has to be rendered."""
    videos = dict.fromkeys(reference.claim.video for its in found.references.values() for reference in its)
    seen = set(list(videos)[:PICTURE_VIDEOS])
    references = {on: [replace(s, pictures=s.claim.video in seen) for s in its] for on, its in found.references.items()}
    return replace(found, references=references)


def _shown(found: StudyEvidence) -> list[Claim]:
    """Return claims about every video that the suite shows."""
    claims: dict[str, Claim] = {}
    for on, references in found.references.items():
        steps = [name for name in (*SMALL[on], *WRONG[on]) if name in PICTURED]
        for reference in references:
            made: list[Claim | None] = [reference.claim]
            if reference.pictures:
                made += [reference.moved(step_of(reference, name)) for name in steps]
                made += pictured_claims(reference, PROBES.values())
            claims |= {claim.video: claim for claim in made if claim is not None}
    return list(claims.values())
