"""One of two processes of a GRPO run; started by torch's launcher, with the output folder as its argument."""

import sys
from pathlib import Path

import conftest  # noqa: F401  sets the environment before TRL is imported
from sample_replies import FACTS, MEDIA, NOTHING, REPLY
from test_trl import Says, dataset, trainer
from tiny_policy import tiny_policy

from referee_calib.reward import SemanticEvidenceReward

if __name__ == "__main__":
    out = Path(sys.argv[1])
    reward = SemanticEvidenceReward("pixels", media=MEDIA, log=out / "rewards")
    policy = tiny_policy([REPLY, NOTHING, FACTS["question"]])
    trainer(policy, out, Says(reward, [REPLY, NOTHING] * 2), data=dataset(times=4), max_steps=2).train()
