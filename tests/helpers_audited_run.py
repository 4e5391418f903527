"""A study that people rated before a run, and the run: the sample's clips, policies, referee and simulated raters.

The policy of the run learns an exploit, which the embedded referee pays in full and the simulated raters do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from referee_calib.claims import Rollout, claims_of
from referee_calib.records import Claim, Rating
from referee_calib.referee import load_referee
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.sample.replies.policies import POLICIES
from referee_calib.sample.replies.policy_reply import write_reply
from referee_calib.sample.replies.questions import questions
from referee_calib.sample.replies.simulated_rollouts import _row
from referee_calib.sample.simulated_raters import ratings
from referee_calib.study import Study, import_files, referee_scoring

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
ASKED = {one.group: one for one in questions(0)}
HONEST, EXPLOITING = POLICIES


def replies(policy, step: int, names: Iterable[str], seed: int, videos: Sequence[str] = ()) -> list[Rollout]:
    """Let a policy answer every question at a step once for each name."""
    asked = [one for one in ASKED.values() if not videos or one.scene.video in videos]
    return [_row(write_reply(one, policy, step, f"{one.group}-{name}", seed)) for name in names for one in asked]


def simulated_ratings(claims: Sequence[Claim], seed: int, raters: Sequence[str] = ()) -> list[Rating]:
    """Let the simulated raters judge claims of any rollout, each most of them."""
    question = {one.text: one for one in ASKED.values()}
    by_video = {(one.scene.video, one.text): one for one in ASKED.values()}
    asked = {claim.rollout: by_video.get((claim.video, claim.question), question[claim.question]) for claim in claims}
    given = ratings(claims, asked, seed)
    return [one for one in given if not raters or one.rater in raters]


def honest_study(folder: Path, *, names: Sequence[str] = ("a", "b", "c"), videos: Sequence[str] = ()) -> Study:
    """Make a study of an honest policy's replies, rated by simulated raters and scored by the embedded referee."""
    study = Study.create(folder, name="Before the run", simulated_ratings=True)
    rows = replies(HONEST, 300, names, 0, videos)
    (folder / "rollouts.jsonl").write_text("".join(json.dumps(one.to_json()) + "\n" for one in rows))
    import_files(study, [folder / "rollouts.jsonl"], media=MEDIA, link=True)
    for name in ("simulated-1", "simulated-2", "simulated-3", "simulated-4"):
        study.add_rater(name, "simulated")
    study.add_ratings(simulated_ratings(study.claims(), 0))
    referee_scoring.run(study, load_referee("pixels", rubric=study.rubric), referee_scoring.ScoringSelection())
    return study


def pay(
    log: Path, policy, step: int, names: Iterable[str], *, training_steps: range, videos: Sequence[str] = ()
) -> None:
    """Let the real reward pay a policy's replies and write its log, a part of them at each training step."""
    reward = SemanticEvidenceReward("pixels", media=MEDIA, log=log)
    rows = replies(policy, step, names, step + 1, videos)
    for k, at in enumerate(training_steps):
        part = rows[k :: len(training_steps)]
        reward.score([replace(one, step=at, source="grpo").to_json() for one in part])
    reward_log = reward._reward_log
    assert reward_log is not None
    reward_log.close()


def rate_window(study: Study, claims: Sequence[Claim], seed: int, raters: Sequence[str] = ()) -> int:
    """Let the simulated raters judge the claims of a window."""
    return study.add_ratings(simulated_ratings(claims, seed, raters)).new


def claims_again(rollout: Rollout) -> tuple[Claim, ...]:
    """Read the claims of a reply."""
    return claims_of(rollout).claims
