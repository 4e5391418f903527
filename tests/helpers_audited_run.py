"""A study that was rated before a run, and the run: the sample's clips, policies, referee and simulated raters.

The policy of the run learns an exploit, which the embedded referee pays in full and the simulated raters do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from referee_calib.claims import Rollout
from referee_calib.records import Claim
from referee_calib.referee import load_referee
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.sample.replies.policies import POLICIES, SimulatedPolicy
from referee_calib.sample.replies.policy_reply import write_reply
from referee_calib.sample.replies.questions import questions
from referee_calib.sample.replies.simulated_rollouts import rollout_of
from referee_calib.sample.simulated_raters import ratings
from referee_calib.study import Study, import_files, referee_scoring

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
HONEST, EXPLOITING = POLICIES
RATERS = ("simulated-1", "simulated-2", "simulated-3", "simulated-4")
ASKED = {(one.scene.video, one.text): one for one in questions(0)}


def replies(policy: SimulatedPolicy, step: int, names: Iterable[str]) -> list[Rollout]:
    """Let a policy of the sample, as it is at a step, answer every question once for each name."""
    return [
        rollout_of(write_reply(one, policy, step, f"{one.group}-{name}", step))
        for name in names
        for one in ASKED.values()
    ]


def rate(study: Study, claims: Sequence[Claim], seed: int) -> None:
    """Let the simulated raters judge claims, each most of them."""
    asked = {claim.rollout: ASKED[claim.video, claim.question] for claim in claims}
    study.add_ratings(ratings(claims, asked, seed))


def honest_study(folder: Path) -> Study:
    """Make a study of an honest policy's replies, rated by simulated raters and scored by the embedded referee."""
    study = Study.create(folder, name="Before the run", simulated_ratings=True)
    rows = [json.dumps(one.to_json()) + "\n" for one in replies(HONEST, 300, ("a", "b"))]
    (folder / "rollouts.jsonl").write_text("".join(rows))
    import_files(study, [folder / "rollouts.jsonl"], media=MEDIA, link=True)
    for name in RATERS:
        study.add_rater(name, "simulated")
    rate(study, study.claims(), 0)
    referee_scoring.run(study, load_referee("pixels", rubric=study.rubric), referee_scoring.ScoringSelection())
    return study


def pay(log: Path, rows: Sequence[Rollout], training_steps: range) -> None:
    """Let the real reward pay replies and write its log, a part of them at each training step."""
    reward = SemanticEvidenceReward("pixels", media=MEDIA, log=log)
    for k, at in enumerate(training_steps):
        part = rows[k :: len(training_steps)]
        reward.score([replace(one, step=at, source="grpo").to_json() for one in part])
