"""From model text to claims.

`parse_rollout` never raises on what a model wrote: what it can read becomes a :class:`referee_calib.records.Claim`,
and everything else is a :class:`ParseFailure` with a reason. `tags` pairs the tags, `grammar` decides what belongs
together, `parse` puts it together.
"""

from referee_calib.claims.box_units import SHARE, THOUSAND, BoxUnit, Pixels
from referee_calib.claims.parse import ParsedReply, parse_rollout
from referee_calib.claims.parse_failures import EXPLANATIONS, REASONS, UNREAD_EVIDENCE, ParseFailure, Reason
from referee_calib.claims.rollouts import Rollout, claims_of, read_rollouts

__all__ = [
    "EXPLANATIONS",
    "REASONS",
    "SHARE",
    "THOUSAND",
    "UNREAD_EVIDENCE",
    "BoxUnit",
    "ParseFailure",
    "ParsedReply",
    "Pixels",
    "Reason",
    "Rollout",
    "claims_of",
    "parse_rollout",
    "read_rollouts",
]
