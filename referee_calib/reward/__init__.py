"""Rewards: from what a model wrote to what training pays, by one interface.

:class:`SemanticEvidenceReward` has a referee judge the evidence; :class:`GeometricReward` and :class:`OpenO3Reward`
are the baselines that compare it with annotated boxes and spans. Each is a small picklable object that a trainer
of the TRL kind calls as it is.
"""

from referee_calib.reward.aggregation import Near, distinct_claims
from referee_calib.reward.authenticity import certificate_signature
from referee_calib.reward.authenticity.certified_program import file_digests
from referee_calib.reward.baselines.constant import ConstantReward, WholeFrameReward
from referee_calib.reward.baselines.geometric import GeometricReward
from referee_calib.reward.baselines.open_o3 import OpenO3Reward
from referee_calib.reward.baselines.reference_pairs import Batch
from referee_calib.reward.certificate import CERTIFICATE_SCHEMA, certificate_digest
from referee_calib.reward.certificate import contradictions as certificate_contradictions
from referee_calib.reward.certificate import read as read_certificate
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.claim_score import claim_score
from referee_calib.reward.combination import Mean, Min, Product, Weighted
from referee_calib.reward.composites import (
    AnswerGrade,
    Consistency,
    Gated,
    LetterGrade,
    NumberGrade,
    OpenO3Vote,
    RougeGrade,
    SpanGrade,
    SupportReward,
    support_referee,
)
from referee_calib.reward.penalties import ClaimContext, Looseness, Proximity, Support, TemporalPenalty, TimeR1
from referee_calib.reward.recalibrator import RECALIBRATORS_SCHEMA, LevelRecalibrator, check_referee, read_recalibrators
from referee_calib.reward.reward_log import RewardLog, log_files, read_log
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.reward.semantic import SemanticEvidenceReward
from referee_calib.reward.training.parsed_row import READING
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.reward_file import load_reward
from referee_calib.reward.video_durations import VideoDurations

__all__ = [
    "CERTIFICATE_SCHEMA",
    "READING",
    "RECALIBRATORS_SCHEMA",
    "AnswerGrade",
    "Batch",
    "ClaimContext",
    "ClaimReward",
    "Consistency",
    "ConstantReward",
    "Gated",
    "GeometricReward",
    "LetterGrade",
    "LevelRecalibrator",
    "Looseness",
    "Mean",
    "Min",
    "Near",
    "NumberGrade",
    "OpenO3Reward",
    "OpenO3Vote",
    "Product",
    "Proximity",
    "ReplyReward",
    "RewardLog",
    "RolloutReward",
    "RougeGrade",
    "SemanticEvidenceReward",
    "SpanGrade",
    "Support",
    "SupportReward",
    "TemporalPenalty",
    "TimeR1",
    "VideoDurations",
    "Weighted",
    "WholeFrameReward",
    "certificate_contradictions",
    "certificate_digest",
    "certificate_signature",
    "check_referee",
    "claim_score",
    "distinct_claims",
    "file_digests",
    "load_reward",
    "log_files",
    "read_certificate",
    "read_log",
    "read_recalibrators",
    "support_referee",
]
