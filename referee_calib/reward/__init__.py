"""Rewards: from what a model wrote to what training pays, by one interface.

:class:`SemanticEvidenceReward` has a referee judge the evidence; :class:`GeometricReward` and :class:`OpenO3Reward`
are the baselines that compare it with annotated boxes and spans. Each is a small picklable object that a trainer
of the TRL kind calls as it is. `base` parses, asks and pays; `columns` reads what a trainer hands over; `distinct` says
how claims are paid together; `combine` and `penalty` hold the choices, `recalibrator` the levels that people mean;
`fingerprint` names the whole.
"""

from referee_calib.reward.aggregation import Near
from referee_calib.reward.baselines.constant import ConstantReward, WholeFrameReward
from referee_calib.reward.baselines.geometric import GeometricReward
from referee_calib.reward.baselines.open_o3 import OpenO3Reward
from referee_calib.reward.combination import Mean, Min, Product, Weighted
from referee_calib.reward.evidence_reward import ClaimReward, EvidenceReward, RolloutReward
from referee_calib.reward.penalties import ClaimContext, Looseness, Proximity, Support, TemporalPenalty, TimeR1
from referee_calib.reward.recalibrator import LevelRecalibrator, read_recalibrators
from referee_calib.reward.semantic import SemanticEvidenceReward

__all__ = [
    "ClaimContext",
    "ClaimReward",
    "ConstantReward",
    "EvidenceReward",
    "GeometricReward",
    "LevelRecalibrator",
    "Looseness",
    "Mean",
    "Min",
    "Near",
    "OpenO3Reward",
    "Product",
    "Proximity",
    "RolloutReward",
    "SemanticEvidenceReward",
    "Support",
    "TemporalPenalty",
    "TimeR1",
    "Weighted",
    "WholeFrameReward",
    "read_recalibrators",
]
